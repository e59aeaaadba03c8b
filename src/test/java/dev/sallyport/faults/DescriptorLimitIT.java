package dev.sallyport.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.peers.Family;
import dev.sallyport.peers.FreePorts;
import dev.sallyport.peers.GatewayProgram;
import dev.sallyport.peers.OpenSockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A gateway that runs out of descriptors says so, keeps the sessions that it has, and serves again when some have gone. */
@Tag("system")
class DescriptorLimitIT {

    @TempDir
    private Path directory;

    /** A session takes two: with one more at hand it is the server's connection that cannot be had, and not the client's. */
    @ParameterizedTest
    @ValueSource(ints = {200, 201})
    void descriptorsUsedUp_newcomersAreToldAndTheOthersGoOn(int descriptors) throws Exception {
        var loopback = InetAddress.getByName(Family.IPV4.loopback());
        var listen = new Endpoint(loopback, new Port(FreePorts.pair(Family.IPV4)));
        try (var server = new ScriptedServer(new InetSocketAddress(loopback, FreePorts.pair(Family.IPV4)));
                var gateway = start(descriptors, listen, server.endpoint())) {
            await().ignoreExceptions().atMost(Duration.ofSeconds(20)).until(() -> greeted(listen));
            var atStart = OpenSockets.of(gateway.handle()).size();
            var inside = new ArrayDeque<Caller>();
            var refusals = 0;
            while (refusals < 5) {
                var caller = new Caller(listen, Family.IPV4.loopback());
                var greeting = caller.control.line();
                if (greeting != null && greeting.startsWith("220 ")) {
                    inside.add(caller);
                    assertThat(inside).hasSizeLessThan(descriptors);
                } else {
                    assertThat(greeting).startsWith("421 The ");
                    caller.control.expectEnd();
                    caller.close();
                    refusals++;
                }
            }
            assertThat(inside).hasSizeGreaterThan(10);
            inside.getFirst().ask("NOOP", "200 ");
            while (!inside.isEmpty()) {
                inside.pop().close();
            }
            await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> assertThat(OpenSockets.of(gateway.handle()))
                    .as("sockets of the gateway")
                    .hasSizeLessThanOrEqualTo(atStart));
            try (var caller = Caller.loggedIn(listen)) {
                assertThat(caller.download(100_000)).isEqualTo(100_000);
            }
            assertThat(gateway.handle().isAlive()).isTrue();
        }
    }

    private static boolean greeted(Endpoint gateway) throws IOException {
        try (var caller = Caller.loggedIn(gateway)) {
            caller.ask("QUIT", "221 ");
            return true;
        }
    }

    /** The whole program in a process of its own, because a limit holds for a process. */
    private GatewayProgram start(int descriptors, Endpoint listen, Endpoint server) throws IOException {
        return GatewayProgram.startWithin(
                List.of("sh", "-c", "ulimit -n " + descriptors + " && exec \"$@\"", "sh"), directory, """
                        gateways:
                          - name: limited
                            listen: %s
                            server: %s
                            dataPorts: %s
                        """.formatted(listen, server, FreePorts.range(4, Family.IPV4)));
    }
}
