package dev.sallyport.rules;

/** How seriously a {@link Check} is taken. */
public enum Level {
    /** What the fault's severity says is done. */
    ENFORCE,
    /** The fault is told; the session goes on as if the check were off. */
    LOG,
    /** The fault is not even told. */
    OFF
}
