package dev.sallyport.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/** The content of the files in these tests: numbers in a row, so that a lost, doubled or displaced byte is seen at once. */
public final class Sequence {

    private static final int BLOCK = 1 << 16;

    private Sequence() {}

    /** @param sent counts along, for who wants to see how far it got */
    public static void write(OutputStream out, long bytes, AtomicLong sent) throws IOException {
        var block = new byte[BLOCK];
        for (long at = 0; at < bytes; at += block.length) {
            fill(block, at);
            var length = (int) Math.min(block.length, bytes - at);
            out.write(block, 0, length);
            sent.addAndGet(length);
        }
    }

    /** Reads to the end of the stream. @return how many bytes there were, all of them the right ones */
    public static long read(InputStream in) throws IOException {
        var expected = new byte[BLOCK];
        long at = 0;
        for (var block = in.readNBytes(BLOCK); block.length > 0; block = in.readNBytes(BLOCK)) {
            fill(expected, at);
            var wrong = java.util.Arrays.mismatch(block, 0, block.length, expected, 0, block.length);
            if (wrong >= 0) {
                throw new IOException("the byte at " + (at + wrong) + " is wrong");
            }
            at += block.length;
        }
        return at;
    }

    private static void fill(byte[] block, long from) {
        var numbers = ByteBuffer.wrap(block);
        for (int i = 0; i < block.length; i += Long.BYTES) {
            numbers.putLong(i, from + i);
        }
    }
}
