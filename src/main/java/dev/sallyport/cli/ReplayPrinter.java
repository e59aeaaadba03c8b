package dev.sallyport.cli;

import dev.sallyport.lab.replay.CaptureReading;
import dev.sallyport.lab.replay.SessionReport;

/** A form in which replayed sessions are told. */
interface ReplayPrinter {

    /** Before the first session. */
    void begin();

    /** A session is over. */
    void session(SessionReport report);

    /** All captures are read, and every session has been told. */
    void end(CaptureReading reading, ReplayTally tally);
}
