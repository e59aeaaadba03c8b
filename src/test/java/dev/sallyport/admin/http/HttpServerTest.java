package dev.sallyport.admin.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.admin.Operator;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.peers.Family;
import dev.sallyport.peers.FreePorts;
import dev.sallyport.session.Moved;
import dev.sallyport.telemetry.LogLines;
import dev.sallyport.telemetry.Refusals;
import dev.sallyport.telemetry.Throughput;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.io.OutputStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What callers get when something behind the answers is broken, or when they do not read them. */
@Timeout(60)
class HttpServerTest {

    private static final int ASKED = 400;
    /** Of an answer: all are far more than what the system keeps for a caller. */
    private static final int LARGE = 100_000;

    /** Whatever is asked of it fails. */
    private static final Operator BROKEN = operator((_, method, _) -> {
        throw new IllegalStateException(method.getName());
    });

    /** Nothing goes on there. */
    private static final Operator IDLE = operator((_, _, _) -> List.of());

    private static Operator operator(InvocationHandler answers) {
        return (Operator) Proxy.newProxyInstance(Operator.class.getClassLoader(), new Class<?>[] {Operator.class}, answers);
    }

    @Test
    void answerThatFails_isOurError_andNotLoggedWithoutLimit() throws Exception {
        var listen = new Endpoint(Objects.requireNonNull(Addresses.parse("127.0.0.1")), new Port(FreePorts.pair(Family.IPV4)));
        var sources = new HttpServer.Sources(new PrometheusRegistry(), new Throughput(() -> Moved.NOTHING), new Refusals(), "1");
        var request = HttpRequest.newBuilder(URI.create("http://" + listen + "/api/rules")).build();
        try (var lines = LogLines.of("dev.sallyport.admin.http");
                var server = HttpServer.start(new HttpSettings(listen, Credentials.NONE), BROKEN, List::of, sources);
                var http = HttpClient.newHttpClient()) {
            assertThat(server.listening()).isEqualTo(listen);
            for (var i = 0; i < 50; i++) {
                var answer = http.send(request, BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(500);
                assertThat(answer.body()).contains("its log says why").doesNotContain("IllegalState");
            }
            // Twenty in ten seconds, which may have begun anew in between.
            var errors = lines.all().stream().filter(line -> line.getFormattedMessage().startsWith("error in answering")).toList();
            assertThat(errors).hasSizeBetween(20, 40).allSatisfy(line -> {
                assertThat(line.getFormattedMessage()).matches("error in answering a request( heldBack=\\d+)?");
                assertThat(line.getThrowableProxy().getMessage()).isEqualTo("rules");
            });
        }
    }

    /** What it does not read is not made, but all of it as soon as it reads. */
    @Test
    void callerWhoNeverReads_isHeldUp_andNobodyElse() throws Exception {
        var made = new AtomicInteger();
        var registry = new PrometheusRegistry();
        registry.register((Collector) () -> {
            made.incrementAndGet();
            return GaugeSnapshot.builder().name("large").help("x".repeat(LARGE))
                    .dataPoint(new GaugeDataPointSnapshot(1, Labels.EMPTY, null)).build();
        });
        var listen = new Endpoint(Objects.requireNonNull(Addresses.parse("127.0.0.1")), new Port(FreePorts.pair(Family.IPV4)));
        var sources = new HttpServer.Sources(registry, new Throughput(() -> Moved.NOTHING), new Refusals(), "1");
        try (var _ = HttpServer.start(new HttpSettings(listen, Credentials.NONE), IDLE, List::of, sources);
                var greedy = new Socket("127.0.0.1", listen.port().number());
                var http = HttpClient.newHttpClient()) {
            var asked = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
            var last = asked.replace("localhost\r\n", "localhost\r\nConnection: close\r\n");
            greedy.getOutputStream().write((asked.repeat(ASKED - 1) + last).getBytes(US_ASCII));
            var before = new AtomicInteger(-1);
            await().pollInterval(Duration.ofSeconds(1)).until(() -> made.get() > 0 && made.get() == before.getAndSet(made.get()));
            assertThat(made).hasValueLessThan(ASKED / 2);
            var live = HttpRequest.newBuilder(URI.create("http://" + listen + "/health/live")).build();
            assertThat(http.send(live, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
            assertThat(greedy.getInputStream().transferTo(OutputStream.nullOutputStream())).isGreaterThan((long) ASKED * LARGE);
            assertThat(made).hasValue(ASKED);
        }
    }
}
