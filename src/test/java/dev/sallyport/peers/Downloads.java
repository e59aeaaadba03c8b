package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.net.Host;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Real clients that fetch a file from a real server. */
final class Downloads {

    private Downloads() {}

    /** Fetches {@code file.bin} in a host and holds it against its content. @param base a folder for what is received */
    static void fetch(Host host, ClientProgram client, Family family, RunningServer server, TransferMode mode, byte[] content, Path base)
            throws Exception {
        var name = client.name() + "-" + mode + "-" + family;
        var visit = Visit.prepare(server.endpoint(), mode, name, server.root(), base, Duration.ofSeconds(20));
        var target = visit.in("file.bin");
        var finished = host.call(() -> client.download(visit, "file.bin", target));
        assertThat(finished.exit()).as(finished.printed() + server.log()).isZero();
        assertThat(Files.readAllBytes(target)).isEqualTo(content);
    }
}
