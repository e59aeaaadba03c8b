package dev.sallyport.telemetry;

import dev.sallyport.session.DataEnd;
import dev.sallyport.session.Transfer;

/** How a transfer ended. */
public enum Outcome {
    COMPLETED,
    /** The server refused it or broke it off. */
    FAILED,
    /** The client broke it off, with ABOR. */
    ABORTED,
    /** The gateway cut it, or nothing moved for too long. */
    CUT,
    /** The session ended before the last reply. */
    UNANSWERED;

    public static Outcome of(Transfer transfer) {
        var end = transfer.dataEnd();
        return end == DataEnd.CUT || end == DataEnd.IDLE ? CUT
                : transfer.finalCode() == 0 ? UNANSWERED
                : transfer.completed() ? COMPLETED
                : transfer.aborted() ? ABORTED : FAILED;
    }
}
