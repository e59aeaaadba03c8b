package dev.sallyport.lab.replay;

import java.util.Arrays;
import java.util.function.Consumer;

/** Cuts what one side sent behind each line feed, and changes nothing in it. The engine has its own idea of lines. */
final class LineCutter {

    /** The engine reads no longer ones. */
    private static final int MOST_BYTES = 128 << 10;
    /** A TLS handshake record (RFC 8446 §5.1): it has no lines. */
    private static final int HANDSHAKE = 22;

    private byte[] begun = new byte[0];

    void add(byte[] bytes, int at, int length, Consumer<byte[]> line) {
        var begin = at;
        var end = at + length;
        for (var i = at; i < end; i++) {
            if (bytes[i] == '\n') {
                line.accept(joined(bytes, begin, i + 1));
                begin = i + 1;
            }
        }
        if (begin < end) {
            begun = joined(bytes, begin, end);
            if (begun.length > MOST_BYTES || begun[0] == HANDSHAKE) {
                line.accept(rest());
            }
        }
    }

    /** How many bytes wait for their line feed. */
    int begun() {
        return begun.length;
    }

    /** What no line feed came behind. */
    byte[] rest() {
        var rest = begun;
        begun = new byte[0];
        return rest;
    }

    private byte[] joined(byte[] bytes, int from, int to) {
        var before = rest();
        var whole = Arrays.copyOf(before, before.length + to - from);
        System.arraycopy(bytes, from, whole, before.length, to - from);
        return whole;
    }
}
