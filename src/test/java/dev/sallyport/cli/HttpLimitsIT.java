package dev.sallyport.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What HTTP does when there is too much, or too little: over real connections. */
class HttpLimitsIT extends OverHttp {

    private static final int CONNECTIONS = 64;
    private static final int TOLD_WHY = 16;
    private static final int STREAMS = 16;

    private final List<Socket> sockets = new ArrayList<>();

    @AfterEach
    void closeSockets() throws Exception {
        for (var socket : sockets) {
            socket.close();
        }
    }

    /** A transfer that runs may go on while the gateway stops; nobody should send it new clients meanwhile. */
    @Test
    void gatewayThatStops_isNotReady_andAlive() throws Exception {
        var client = gate.login();
        var data = client.storeFileStream("upload/a");
        var stopping = Thread.ofVirtual().start(gate.gateways::stop);
        await().untilAsserted(() -> assertThat(gate.get("/health/ready").statusCode()).isEqualTo(503));
        var answer = document.check("/health/ready", gate.get("/health/ready"));
        assertThat(answer.get("status").asString()).isEqualTo("not ready");
        assertThat(answer.get("obstacles").get(0).asString()).isEqualTo("The gateway is stopping.");
        assertThat(gate.get("/health/live").statusCode()).isEqualTo(200);
        data.close();
        assertThat(stopping.join(Duration.ofSeconds(20))).isTrue();
    }

    @Test
    void connectionsBeyondTheMost_areToldWhy_andBeyondThoseSomeMoreNothing() throws Exception {
        // One has asked for the document, and stays.
        for (var i = 1; i < CONNECTIONS; i++) {
            assertThat(HttpGateway.ask(connect(), "/health/live")).isEqualTo(200);
        }
        var told = new ArrayList<Socket>();
        for (var i = 0; i < TOLD_WHY; i++) {
            told.add(connect());
        }
        assertThat(connect().getInputStream().read()).as("not a word").isEqualTo(-1);
        for (var each : told) {
            assertThat(HttpGateway.ask(each, "/health/live")).isEqualTo(503);
            assertThat(each.getInputStream().read()).as("and that is all").isEqualTo(-1);
        }
        try (var one = HttpClient.newHttpClient()) {
            var refused = one.send(gate.request("/api/sessions").build(), BodyHandlers.ofString());
            assertThat(document.check("/api/sessions", refused).get("detail").asString())
                    .isEqualTo("64 connections are open already; close one of them.");
            assertThat(refused.statusCode()).isEqualTo(503);
        }
        assertThat(HttpGateway.ask(sockets.getFirst(), "/health/live")).as("those who were there first").isEqualTo(200);
        sockets.getFirst().close();
        await().untilAsserted(() -> {
            try (var next = gate.connect()) {
                assertThat(HttpGateway.ask(next, "/health/live")).isEqualTo(200);
            }
        });
    }

    @Test
    void streamsBeyondTheMost_areToldWhy() throws Exception {
        for (var i = 0; i < STREAMS; i++) {
            var watching = connect();
            watching.getOutputStream().write(HttpGateway.line("/api/events").getBytes(US_ASCII));
            assertThat(watching.getInputStream().read()).isEqualTo('H');
        }
        var refused = gate.get("/api/events");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(document.check("/api/events", refused).get("detail").asString()).startsWith("16 watch already");
        sockets.getFirst().close();
        await().untilAsserted(() -> {
            try (var watching = gate.connect()) {
                watching.getOutputStream().write(HttpGateway.line("/api/events").getBytes(US_ASCII));
                assertThat(new String(watching.getInputStream().readNBytes(12), US_ASCII)).isEqualTo("HTTP/1.1 200");
            }
        });
    }

    /** It has half a minute to read an answer. */
    @Test
    void answerThatNobodyReads_isNotWaitedForWithoutEnd() throws Exception {
        try (var greedy = SocketChannel.open()) {
            greedy.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
            greedy.connect(new InetSocketAddress("127.0.0.1", gate.httpPort));
            var asked = 2_000;
            greedy.configureBlocking(false);
            var requests = ByteBuffer.wrap(HttpGateway.line("/metrics").repeat(asked).getBytes(US_ASCII));
            var sinceNanos = System.nanoTime();
            await().atMost(Duration.ofSeconds(100)).until(() -> {
                try {
                    greedy.write(requests.hasRemaining() ? requests : ByteBuffer.wrap(new byte[] {'G'}));
                    return false;
                } catch (IOException sentAway) {
                    return true;
                }
            });
            assertThat(Duration.ofNanos(System.nanoTime() - sinceNanos)).isGreaterThan(Duration.ofSeconds(29));
            greedy.configureBlocking(true);
            var answered = 0L;
            var buffer = ByteBuffer.allocate(1 << 16);
            try {
                for (var read = greedy.read(buffer); read >= 0; read = greedy.read(buffer.clear())) {
                    answered += read;
                }
            } catch (IOException reset) {
                assertThat(reset).hasMessageContaining("reset");
            }
            var one = gate.get("/metrics").body().length();
            assertThat(answered).as("what was on its way, and then the end").isBetween(1L, (long) one * asked / 2);
        }
    }

    private Socket connect() throws Exception {
        var socket = gate.connect();
        sockets.add(socket);
        return socket;
    }
}
