package dev.sallyport.rules;

/**
 * Whether a condition holds. What is unknown says what of: a rule that nothing but the unknown keeps from matching decides,
 * and refuses.
 */
enum Truth {
    FALSE,
    TRUE,
    /** It depends on who the user is, and that was not seen. */
    USER_UNKNOWN,
    /** It depends on an argument that servers read in more than one way. */
    ARGUMENT_UNKNOWN,
    /** It depends on a path that cannot be resolved. */
    PATH_UNKNOWN;

    static Truth of(boolean holds) {
        return holds ? TRUE : FALSE;
    }

    boolean unknown() {
        return ordinal() > TRUE.ordinal();
    }

    /** False when one is; else unknown when one is. */
    Truth and(Truth other) {
        if (this == FALSE || other == FALSE) {
            return FALSE;
        }
        return ordinal() >= other.ordinal() ? this : other;
    }

    /** True when one is; else unknown when one is. */
    Truth or(Truth other) {
        if (this == TRUE || other == TRUE) {
            return TRUE;
        }
        return ordinal() >= other.ordinal() ? this : other;
    }
}
