package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.net.ftp.FTPClient;
import org.apache.commons.net.ftp.FTPReply;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each server program is what the other tests take it for. */
@Tag("system")
class ServerProgramsIT {
    @TempDir
    private static Path base;

    static Stream<ServerProgram> servers() {
        return MatrixIT.SERVERS.stream();
    }

    @ParameterizedTest
    @MethodSource("servers")
    void server_started_letsInWhomItShouldAndCallsFromWhereItSays(ServerProgram program) throws Exception {
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (Family family : Family.values()) {
            try (var site = Site.open(program, family, base)) {
                if (family == Family.IPV4) {
                    // Once is enough: some of them make whoever guesses wait for seconds.
                    assertThat(loggedIn(site, ServerProgram.USER, Passwords.WRONG)).as("a wrong password").isFalse();
                }
                assertThat(loggedIn(site, ServerProgram.USER, ServerProgram.PASSWORD)).isTrue();
                assertThat(loggedIn(site, "anonymous", "someone@example.org")).isEqualTo(program.anonymousReads());

                int below = site.server().endpoint().port() - 1;
                var sources = List.of(activeSourcePort(site), activeSourcePort(site));
                assertThat(sources.stream().allMatch(port -> port == below))
                        .as("active data connections come from %s, the control port is %d", sources, below + 1)
                        .isEqualTo(program.activeSourcePort() == ActiveSourcePort.STRICT);
            }
        }
    }

    private static boolean loggedIn(Site site, String user, String password) throws IOException {
        var client = connected(site);
        try {
            return client.login(user, password);
        } finally {
            client.disconnect();
        }
    }

    private static int activeSourcePort(Site site) throws IOException {
        var client = connected(site);
        try (var listener = new ServerSocket(0, 1, InetAddress.getByName(site.family().loopback()))) {
            listener.setSoTimeout(5000);
            assertThat(client.login(ServerProgram.USER, ServerProgram.PASSWORD)).isTrue();
            // Not commons-net's own spelling of ::1, which pyftpdlib refuses.
            int protocol = site.family() == Family.IPV4 ? 1 : 2;
            client.sendCommand("EPRT", "|%d|%s|%d|".formatted(protocol, site.family().loopback(), listener.getLocalPort()));
            client.sendCommand("LIST");
            assertThat(FTPReply.isPositivePreliminary(client.getReplyCode())).as(client.getReplyString()).isTrue();
            try (Socket data = listener.accept()) {
                return data.getPort();
            }
        } finally {
            client.disconnect();
        }
    }

    private static FTPClient connected(Site site) throws IOException {
        var client = new FTPClient();
        client.setConnectTimeout(5000);
        client.setDefaultTimeout(15_000);
        client.connect(site.server().endpoint().host(), site.server().endpoint().port());
        return client;
    }
}
