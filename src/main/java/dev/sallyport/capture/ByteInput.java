package dev.sallyport.capture;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Bytes that are read one after the other, and looked at where they lie. */
final class ByteInput implements Closeable {

    private static final int BUFFER_BYTES = 512 << 10;

    private static final VarHandle INT_LITTLE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT_BIG = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final InputStream from;
    private byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int end;
    /** Where in the input the buffer begins. */
    private long base;
    private boolean littleEndian;

    ByteInput(InputStream from) {
        this.from = from;
    }

    /** The order of the bytes of {@link #intAt} and {@link #shortAt}. */
    void littleEndian(boolean little) {
        littleEndian = little;
    }

    /** How many bytes were taken so far. */
    long offset() {
        return base + at;
    }

    byte[] buffer() {
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
            // A capture with packets larger than the buffer is none, but a block of a pcapng file may be.
            var larger = count > buffer.length ? new byte[Math.max(count, buffer.length * 2)] : buffer;
            System.arraycopy(buffer, at, larger, 0, end - at);
            buffer = larger;
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

    /** A number of four bytes, so many behind the next one. */
    int intAt(int ahead) {
        return (int) (littleEndian ? INT_LITTLE : INT_BIG).get(buffer, at + ahead);
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
