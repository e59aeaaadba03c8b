package dev.sallyport.session.conversations;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Assertions cheap enough to be made millions of times. */
final class Check {

    private Check() {}

    /** @param what a sentence that is true when all is well, with {@code %s} for what follows */
    static void that(boolean holds, String what, @Nullable Object... with) {
        if (!holds) {
            throw new AssertionError("not true: " + what.formatted(with));
        }
    }

    static void same(@Nullable Object found, @Nullable Object expected, String what) {
        if (!Objects.equals(found, expected)) {
            throw new AssertionError(what + ": found " + found + ", expected " + expected);
        }
    }

    static <T> T some(@Nullable T value, String what) {
        if (value == null) {
            throw new AssertionError("missing: " + what);
        }
        return value;
    }
}
