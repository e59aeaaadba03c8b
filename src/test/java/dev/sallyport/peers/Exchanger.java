package dev.sallyport.peers;

import dev.sallyport.peers.ChildProcess.Finished;
import java.util.List;

/** A client that does in one session just what it is told. */
interface Exchanger extends ClientProgram {

    /**
     * Lists the visit's directory into {@code in/listing.txt}, then brings files of it into {@code in}, then takes files of
     * {@code out} there.
     */
    Finished exchange(Visit visit, List<String> downloads, List<String> uploads) throws Exception;
}
