package dev.sallyport.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sallyport.admin.Operator;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.peers.Family;
import dev.sallyport.peers.FreePorts;
import dev.sallyport.telemetry.Refusals;
import dev.sallyport.telemetry.Throughput;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** What callers get when something behind the answers is broken. */
@Timeout(60)
class HttpServerTest {

    /** Whatever is asked of it fails. */
    private static final Operator BROKEN = (Operator) Proxy.newProxyInstance(
            Operator.class.getClassLoader(), new Class<?>[] {Operator.class}, (_, method, _) -> {
                throw new IllegalStateException(method.getName());
            });

    @Test
    void answerThatFails_isOurError_andNotLoggedWithoutLimit() throws Exception {
        var listen = new Endpoint(Objects.requireNonNull(Addresses.parse("127.0.0.1")), new Port(FreePorts.pair(Family.IPV4)));
        var sources = new HttpServer.Sources(new PrometheusRegistry(), new Throughput(), new Refusals(), "1");
        var request = HttpRequest.newBuilder(URI.create("http://" + listen + "/api/rules")).build();
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        var log = (Logger) LoggerFactory.getLogger("dev.sallyport.admin.http");
        log.addAppender(lines);
        try (var server = HttpServer.start(new HttpSettings(listen, Credentials.NONE), BROKEN, List::of, sources);
                var http = HttpClient.newHttpClient()) {
            assertThat(server.listening()).isEqualTo(listen);
            for (var i = 0; i < 50; i++) {
                var answer = http.send(request, BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(500);
                assertThat(answer.body()).contains("its log says why").doesNotContain("IllegalState");
            }
        } finally {
            log.detachAppender(lines);
        }
        // Twenty in ten seconds, which may have begun anew in between.
        var errors = lines.list.stream().filter(line -> line.getFormattedMessage().startsWith("error in answering")).toList();
        assertThat(errors).hasSizeBetween(20, 40).allSatisfy(line -> {
            assertThat(line.getFormattedMessage()).matches("error in answering a request( heldBack=\\d+)?");
            assertThat(line.getThrowableProxy().getMessage()).isEqualTo("rules");
        });
    }
}
