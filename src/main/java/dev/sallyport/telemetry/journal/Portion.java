package dev.sallyport.telemetry.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Whole lines that wait to be written at once. Not safe for several threads. */
final class Portion extends ByteArrayOutputStream {

    Portion(int bytes) {
        super(bytes);
    }

    /** @param text ASCII */
    void add(String text) {
        writeBytes(text.getBytes(US_ASCII));
    }

    void add(Portion lines) {
        write(lines.buf, 0, lines.count);
    }

    /** As it is now. */
    ByteBuffer bytes() {
        return ByteBuffer.wrap(buf, 0, count);
    }
}
