package dev.sallyport.session;

import org.jspecify.annotations.Nullable;

/** The id of one control session, unique within a run of the gateway. */
public record SessionId(long number) {

    private static final int RADIX = 36;

    /** What {@link #toString} wrote; null for any other text. */
    public static @Nullable SessionId parse(String text) {
        try {
            var id = new SessionId(Long.parseUnsignedLong(text, RADIX));
            return id.toString().equals(text) ? id : null;
        } catch (NumberFormatException notOne) {
            return null;
        }
    }

    /** Sixteen characters at most, in base 36: short in a log line, easy to search. */
    @Override
    public String toString() {
        return Long.toUnsignedString(number, RADIX);
    }
}
