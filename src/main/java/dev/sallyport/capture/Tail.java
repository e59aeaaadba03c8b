package dev.sallyport.capture;

import java.util.Arrays;

/** The last bytes of one end that were told, to be compared with what comes again. */
final class Tail {

    private static final int MOST_BYTES = 4 << 10;

    private byte[] bytes = new byte[0];
    private int length;

    /** What was told before is not what comes before the next. */
    void clear() {
        length = 0;
    }

    /** Nothing more is remembered of this connection. */
    void release() {
        bytes = new byte[0];
        length = 0;
    }

    void add(byte[] told, int at, int count) {
        var kept = Math.min(count, MOST_BYTES);
        var before = Math.min(length, MOST_BYTES - kept);
        if (bytes.length < before + kept) {
            var larger = new byte[Math.min(MOST_BYTES, Math.max(before + kept, bytes.length * 2))];
            System.arraycopy(bytes, length - before, larger, 0, before);
            bytes = larger;
        } else {
            System.arraycopy(bytes, length - before, bytes, 0, before);
        }
        System.arraycopy(told, at + count - kept, bytes, before, kept);
        length = before + kept;
    }

    /**
     * Whether bytes that were told have come again as others.
     *
     * @param next the place behind the last that was told
     * @param from the place of the segment's first byte
     */
    boolean differs(long next, long from, TcpSegment segment) {
        var tailFrom = next - length;
        var begin = Math.max(from, tailFrom);
        var end = Math.min(from + segment.payloadLength, next);
        return begin < end && !Arrays.equals(
                segment.bytes, segment.payloadAt + (int) (begin - from), segment.payloadAt + (int) (end - from),
                bytes, (int) (begin - tailFrom), (int) (end - tailFrom));
    }
}
