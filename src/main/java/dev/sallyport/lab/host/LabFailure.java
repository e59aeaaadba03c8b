package dev.sallyport.lab.host;

/** What cannot be run or did not come to its end; the message is for the one who ran it and says what to do. */
public final class LabFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean beforeStart;

    public LabFailure(String message) {
        super(message);
        beforeStart = false;
    }

    public LabFailure(String message, Throwable cause) {
        super(message, cause);
        beforeStart = false;
    }

    private LabFailure(String message, boolean beforeStart) {
        super(message);
        this.beforeStart = beforeStart;
    }

    /** Something about the options or the host must change before anything can be run. */
    public static LabFailure beforeStart(String message) {
        return new LabFailure(message, true);
    }

    /** Whether nothing was started yet, because of the options or of what the host lacks. */
    public boolean isBeforeStart() {
        return beforeStart;
    }
}
