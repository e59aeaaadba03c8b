package dev.sallyport.lab.transcript;

/** A transcript that cannot be read: where, what is wrong, and what is allowed. */
public final class TranscriptException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** @param line the line in the file, from 1 */
    public TranscriptException(String file, int line, String message) {
        this(file + ":" + line + ": " + message);
    }

    /** @param message all of that */
    public TranscriptException(String message) {
        super(message);
    }
}
