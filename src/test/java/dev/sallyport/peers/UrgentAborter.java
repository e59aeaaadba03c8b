package dev.sallyport.peers;

import dev.sallyport.peers.ChildProcess.Finished;

/** A client that can send ABOR with TCP urgent data (RFC 959 §4.1.3), and prints its control dialogue. */
interface UrgentAborter {

    String name();

    /**
     * In one session: begins the download of {@code abort.bin}, aborts it with urgent data while the data connection is
     * open and being read, and then brings {@code after.bin} into {@code in}.
     */
    Finished abortUrgently(Visit visit) throws Exception;
}
