package dev.sallyport.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Asks a running gateway on its {@link ControlSocket}. */
public final class ControlClient {

    /** What it said, and what that means. @param json one line, without its end */
    public record Reply(String json, Answer answer) {}

    private ControlClient() {}

    /**
     * @param request such as {@code sessions}; one line
     * @throws IOException when nobody answers there, or nothing that makes sense
     */
    public static Reply ask(Path socket, String request) throws IOException {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap((request + "\n").getBytes(UTF_8)));
            var json = new String(Channels.newInputStream(channel).readAllBytes(), UTF_8).strip();
            var answer = Answer.parse(json);
            if (answer == null) {
                throw new IOException("what answers there is no gateway");
            }
            return new Reply(json, answer);
        }
    }
}
