package dev.sallyport.telemetry.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;

/** Whole lines that wait to be written at once. Not safe for several threads. */
final class Portion extends ByteArrayOutputStream {

    Portion(int bytes) {
        super(bytes);
    }

    /** @param text ASCII */
    void add(String text) {
        writeBytes(text.getBytes(US_ASCII));
    }

    /** Takes back what came after so many bytes. */
    void cut(int bytes) {
        count = Math.min(count, bytes);
    }
}
