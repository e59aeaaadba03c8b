package dev.sallyport.capture;

/**
 * How an interface of a pcapng file counts time.
 *
 * @param exponent how fine: a second has 10 or 2 to this power ticks
 * @param binary whether it is 2
 * @param offsetSeconds to be added
 */
record Ticks(int exponent, boolean binary, long offsetSeconds) {

    static final Ticks MICROSECONDS = new Ticks(6, false, 0);

    private static final int MOST_DECIMAL = 18;
    private static final int MOST_BINARY = 62;
    private static final long NANOS = 1_000_000_000;

    /** Whether the byte of an if_tsresol option says what can be counted. */
    static boolean possible(byte resolution) {
        return resolution < 0 ? (resolution & 0x7f) <= MOST_BINARY : resolution <= MOST_DECIMAL;
    }

    Ticks resolution(byte resolution) {
        return new Ticks(resolution & 0x7f, resolution < 0, offsetSeconds);
    }

    Ticks offset(long seconds) {
        return new Ticks(exponent, binary, seconds);
    }

    /** @param ticks unsigned @return since 1970 */
    long nanos(long ticks) {
        long seconds;
        long rest;
        if (binary) {
            seconds = ticks >>> exponent;
            var fraction = ticks & (1L << exponent) - 1;
            var shift = Math.min(exponent, 32);
            rest = (fraction >>> exponent - shift) * NANOS >>> shift;
        } else {
            var second = power(exponent);
            seconds = Long.divideUnsigned(ticks, second);
            var fraction = Long.remainderUnsigned(ticks, second);
            rest = second <= NANOS ? fraction * (NANOS / second) : fraction / (second / NANOS);
        }
        return (seconds + offsetSeconds) * NANOS + rest;
    }

    private static long power(int exponent) {
        var power = 1L;
        for (var i = 0; i < exponent; i++) {
            power *= 10;
        }
        return power;
    }
}
