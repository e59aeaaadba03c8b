package dev.sallyport.session;

/** How a data connection ended. */
public enum DataEnd {
    /** Both directions were closed in order. */
    CLOSED,
    /** One side reset it. */
    RESET,
    /** The target refused the connection or could not be reached. */
    TARGET_REFUSED,
    /** Nothing moved for longer than the limit. */
    IDLE,
    /** The gateway cut it. */
    CUT
}
