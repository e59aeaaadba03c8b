package dev.sallyport.capture;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Bytes that are read one after the other, and looked at where they lie, in one of few buffers. One in which nothing was lent is
 * filled again at once; one that was lent from is left alone until all others were.
 */
final class ByteInput implements Closeable {

    private static final int BUFFER_BYTES = 512 << 10;

    private final InputStream from;
    private final byte[][] buffers = new byte[DecodedCapture.BATCHES + 1][];
    private int current;
    private byte[] buffer;
    private boolean lent;
    private int at;
    private int end;
    /** Where in the input the buffer begins. */
    private long base;
    private boolean littleEndian;

    ByteInput(InputStream from) {
        this.from = from;
        Arrays.setAll(buffers, _ -> new byte[BUFFER_BYTES]);
        buffer = buffers[0];
    }

    /** The order of the bytes of {@link #intAt} and {@link #shortAt}. */
    void littleEndian(boolean little) {
        littleEndian = little;
    }

    /** How many bytes were taken so far. */
    long offset() {
        return base + at;
    }

    /** Where a packet is, {@link #at} or behind. It stays there until packets of all other buffers were lent behind it. */
    byte[] lend() {
        lent = true;
        return buffer;
    }

    /** Where in the buffer the next byte is. */
    int at() {
        return at;
    }

    /**
     * Has so many bytes lie in the buffer, one behind the other.
     *
     * @return how many there are: fewer than asked for only where the input ends
     */
    int have(int count) throws IOException {
        if (end - at < count) {
            fill(count);
        }
        return Math.min(count, end - at);
    }

    private void fill(int count) throws IOException {
        if (count > buffer.length - at) {
            current = lent ? (current + 1) % buffers.length : current;
            lent = false;
            if (count > buffers[current].length) {
                // A capture with packets larger than the buffer is none, but a block of a pcapng file may be.
                buffers[current] = new byte[Integer.highestOneBit(count - 1) << 1];
            }
            System.arraycopy(buffer, at, buffers[current], 0, end - at);
            buffer = buffers[current];
            base += at;
            end -= at;
            at = 0;
        }
        while (end - at < count) {
            var read = from.read(buffer, end, buffer.length - end);
            if (read < 0) {
                return;
            }
            end += read;
        }
    }

    /** Goes on behind so many bytes, which {@link #have} has said to be there. */
    void take(int count) {
        at += count;
    }

    /** Goes on behind so many bytes. @return false where the input ends before */
    boolean skip(long count) throws IOException {
        var left = count;
        while (left > 0) {
            var there = have((int) Math.min(left, BUFFER_BYTES));
            if (there == 0) {
                return false;
            }
            take(there);
            left -= there;
        }
        return true;
    }

    byte byteAt(int ahead) {
        return buffer[at + ahead];
    }

    /** A number of four bytes, so many behind the next one. */
    int intAt(int ahead) {
        var place = at + ahead;
        var big = buffer[place] << 24 | (buffer[place + 1] & 0xff) << 16 | (buffer[place + 2] & 0xff) << 8 | buffer[place + 3] & 0xff;
        return littleEndian ? Integer.reverseBytes(big) : big;
    }

    /** A number of eight bytes. */
    long longAt(int ahead) {
        var first = Integer.toUnsignedLong(intAt(ahead));
        var second = Integer.toUnsignedLong(intAt(ahead + 4));
        return littleEndian ? second << 32 | first : first << 32 | second;
    }

    /** A number of two bytes, 0 to 65,535. */
    int shortAt(int ahead) {
        var first = buffer[at + ahead] & 0xff;
        var second = buffer[at + ahead + 1] & 0xff;
        return littleEndian ? second << 8 | first : first << 8 | second;
    }

    @Override
    public void close() throws IOException {
        from.close();
    }
}
