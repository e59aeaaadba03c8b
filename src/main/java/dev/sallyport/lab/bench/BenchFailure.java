package dev.sallyport.lab.bench;

/** A benchmark that cannot be run or did not come to its end; the message is for the one who ran it and says what to do. */
public final class BenchFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean beforeStart;

    BenchFailure(String message) {
        super(message);
        beforeStart = false;
    }

    BenchFailure(String message, Throwable cause) {
        super(message, cause);
        beforeStart = false;
    }

    private BenchFailure(String message, boolean beforeStart) {
        super(message);
        this.beforeStart = beforeStart;
    }

    /** Something about the options or the host must change before anything can be measured. */
    static BenchFailure beforeStart(String message) {
        return new BenchFailure(message, true);
    }

    /** Whether nothing was started yet, because of the options or of what the host lacks. */
    public boolean isBeforeStart() {
        return beforeStart;
    }
}
