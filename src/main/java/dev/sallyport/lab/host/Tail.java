package dev.sallyport.lab.host;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** The lines that a process writes, while it goes on writing. */
public final class Tail implements AutoCloseable {
    private final InputStream log;
    private final Consumer<String> onLine;
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

    Tail(InputStream log, Consumer<String> onLine) {
        this.log = log;
        this.onLine = onLine;
    }

    /** Hands on the lines that have been completed since it was last called. */
    public void read() throws LabFailure {
        try {
            byte[] more = new byte[1 << 16];
            for (int count = log.read(more); count > 0; count = log.read(more)) {
                int from = 0;
                for (int i = 0; i < count; i++) {
                    if (more[i] == '\n') {
                        begun.write(more, from, i - from);
                        onLine.accept(begun.toString(StandardCharsets.ISO_8859_1));
                        begun.reset();
                        from = i + 1;
                    }
                }
                begun.write(more, from, count - from);
            }
        } catch (IOException e) {
            throw new LabFailure("cannot read what a program wrote: " + e, e);
        }
    }

    @Override
    public void close() throws LabFailure {
        try {
            log.close();
        } catch (IOException e) {
            throw new LabFailure("cannot close a log: " + e, e);
        }
    }
}
