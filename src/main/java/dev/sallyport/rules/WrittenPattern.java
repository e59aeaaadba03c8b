package dev.sallyport.rules;

import org.jspecify.annotations.Nullable;

/** A pattern that is the same as another, and shown, as it was written. */
abstract sealed class WrittenPattern permits Glob, PathGlob {

    final String pattern;

    WrittenPattern(String pattern) {
        this.pattern = pattern;
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof WrittenPattern that && getClass() == that.getClass() && pattern.equals(that.pattern);
    }

    @Override
    public final int hashCode() {
        return pattern.hashCode();
    }

    /** The pattern as it was written. */
    @Override
    public final String toString() {
        return pattern;
    }
}
