package dev.sallyport.faults;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/** One end of a control connection, line by line. */
final class Dialogue implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;

    Dialogue(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    Socket socket() {
        return socket;
    }

    void send(String line) throws IOException {
        sendBare(line + "\r\n");
    }

    /** Sends these bytes, one for each character, in a segment of their own if the network is idle. */
    void sendBare(String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
    }

    /** The next line without its end; null when the other side has closed. */
    @Nullable String line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                return line.toString(ISO_8859_1).stripTrailing();
            }
            line.write(b);
        }
        return line.size() == 0 ? null : line.toString(ISO_8859_1);
    }

    /** The next bytes, one character for each; fewer where the other side has closed. */
    String bytes(int count) throws IOException {
        return new String(in.readNBytes(count), ISO_8859_1);
    }

    /** The next line, which must begin like this. */
    String expect(String beginning) throws IOException {
        String line = line();
        assertThat(line).isNotNull().startsWith(beginning);
        return String.valueOf(line);
    }

    /** The next lines, each of which must be exactly this. */
    void expectExactly(String... lines) throws IOException {
        for (var line : lines) {
            assertThat(line()).isEqualTo(line);
        }
    }

    /** Any number of lines that are the same, then this one and the end. */
    void expectMany(String same, String last) throws IOException {
        var line = line();
        while (same.equals(line)) {
            line = line();
        }
        assertThat(line).isEqualTo(last);
        expectEnd();
    }

    /** The other side closes in order, and says nothing before. */
    void expectEnd() throws IOException {
        assertThat(line()).isNull();
    }

    /** Closes with RST, as the kernel does for a process that dies with unread bytes. */
    static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
