package dev.sallyport.admin.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.Side;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.TlsPeer;
import dev.sallyport.telemetry.ObservedSession;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What asking costs, and what is left of it in the log. */
@Timeout(30)
class RoutesTest {

    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final Endpoint CALLER = new Endpoint(Objects.requireNonNull(Addresses.parse("127.0.0.9")), new Port(4711));
    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    private Path folder;

    private final CountingOperator operator = new CountingOperator();
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private Credentials credentials = Credentials.NONE;
    private final Routes routes = new Routes(
            operator, new SharedLook(operator), List::of, new Exposition(registry),
            new StaticFiles("/dev/sallyport/admin/page", List.of()), () -> credentials);

    @BeforeEach
    void token() throws IOException {
        var file = Files.writeString(folder.resolve("token"), TOKEN + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        credentials = new Credentials(BearerToken.read(file), null);
    }

    private ObservedSession arrive(long id) {
        return new ObservedSession(id, operator.observer(), new AtomicLong(System.nanoTime())).connect().login();
    }

    private Reply ask(HttpMethod method, String uri) {
        var request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, uri);
        request.headers().set(HttpHeaderNames.AUTHORIZATION, "Bearer " + TOKEN);
        return routes.answer(request, CALLER);
    }

    private JsonNode get(String uri) {
        var reply = ask(HttpMethod.GET, uri);
        assertThat(reply.status().code()).isEqualTo(200);
        return JSON.readTree(reply.body());
    }

    @Test
    void oneSession_isFound_withoutAllOthers() {
        arrive(45);
        var session = arrive(46).dataConnection(1);
        var told = get("/api/sessions/" + session.context.id());
        assertThat(told.at("/session/id").asString()).isEqualTo("1a");
        assertThat(told.get("pinholes").valueStream().map(pinhole -> pinhole.get("id").asString())).containsExactly("1a.1");
        assertThat(told.get("session").propertyNames()).doesNotContain("clientTls", "serverTls");
        assertThat(ask(HttpMethod.GET, "/api/sessions/1z").status().code()).isEqualTo(404);
        assertThat(operator.lists.get()).isZero();
    }

    /** What peers have said in it is escaped. */
    @Test
    void session_withTls_tellsOfIt() {
        var session = arrive(46)
                .tell(new SessionEvent.Secured(Side.SERVER, new TlsPeer("TLSv1.2", "TLS_RSA", null, "CN=ftp.example.org")))
                .tell(new SessionEvent.Secured(Side.CLIENT, new TlsPeer("TLSv1.3", "TLS_AES_128_GCM_SHA256", "ftp.\u00e9", null)));
        var both = get("/api/sessions/" + session.context.id()).get("session");
        assertThat(both.get("serverTls")).isEqualTo(JSON.readTree("""
                {"version": "TLSv1.2", "cipher": "TLS_RSA", "subject": "CN=ftp.example.org"}"""));
        assertThat(both.get("clientTls")).isEqualTo(JSON.readTree("""
                {"version": "TLSv1.3", "cipher": "TLS_AES_128_GCM_SHA256", "name": "ftp.\\\\xe9"}"""));
        session.tell(new SessionEvent.Unsecured(Side.CLIENT));
        var one = get("/api/sessions/" + session.context.id()).get("session");
        assertThat(one.has("clientTls")).isFalse();
        assertThat(one.has("serverTls")).isTrue();
    }

    @Test
    void askingOften_looksOnce() {
        arrive(46);
        for (var i = 0; i < 10; i++) {
            get("/api/sessions");
            get("/api/sessions/1a");
            assertThat(ask(HttpMethod.GET, "/metrics").status().code()).isEqualTo(200);
        }
        // A machine may stand still for a second.
        assertThat(operator.looks.get()).isLessThan(5);
    }

    @Test
    void metrics_countAllThatHasHappened_howeverLatelySomebodyLooked() {
        GaugeWithCallback.builder().name("caught_up").callback(gauge -> gauge.call(operator.caughtUp.get())).register(registry);
        for (var asked = 1; asked <= 3; asked++) {
            assertThat(new String(ask(HttpMethod.GET, "/metrics").body(), UTF_8)).contains("caught_up " + asked + ".0\n");
        }
    }

    @Test
    void search_findsWhatHasAllWords_andTellsSoMany() {
        for (var id = 1; id <= 5; id++) {
            arrive(id);
        }
        var found = get("/api/sessions?q=DEMO++ready&limit=2");
        assertThat(found.get("count").asInt()).isEqualTo(5);
        assertThat(found.get("sessions").valueStream().map(session -> session.get("id").asString())).containsExactly("1", "2");
        assertThat(get("/api/sessions?q=demo+nobody").get("count").asInt()).isZero();
        assertThat(get("/api/sessions?gateway=other").get("count").asInt()).isZero();
    }

    /** Four wait for a look at a table that takes its time. */
    @Test
    void moreThanFour_whoAskForEverything_areToldToComeAgain() throws Exception {
        arrive(46);
        operator.mayLook.drainPermits();
        var asking = new ArrayList<Thread>();
        for (var i = 0; i < 4; i++) {
            asking.add(Thread.ofPlatform().start(() -> ask(HttpMethod.GET, "/api/sessions")));
        }
        await().until(() -> asking.stream().allMatch(
                thread -> thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.BLOCKED));
        for (var path : List.of("/api/sessions", "/api/pinholes", "/metrics")) {
            var refused = ask(HttpMethod.GET, path);
            assertThat(refused.status().code()).as(path).isEqualTo(503);
            assertThat(refused.headers()).containsEntry("retry-after", "1");
        }
        assertThat(ask(HttpMethod.GET, "/health/live").status().code()).isEqualTo(200);
        // All of them, and whoever comes later.
        operator.mayLook.release(100);
        for (var thread : asking) {
            thread.join();
        }
        assertThat(get("/api/sessions").get("count").asInt()).isOne();
    }

    @Test
    void changes_areLogged_withWhoMadeThem() {
        arrive(46);
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        var log = (Logger) LoggerFactory.getLogger(Routes.class);
        var before = log.getLevel();
        log.setLevel(Level.INFO);
        log.addAppender(lines);
        try {
            assertThat(ask(HttpMethod.DELETE, "/api/sessions/1a").status().code()).isEqualTo(204);
            assertThat(ask(HttpMethod.POST, "/api/reload").status().code()).isEqualTo(200);
        } finally {
            log.detachAppender(lines);
            log.setLevel(before);
        }
        assertThat(lines.list).extracting(ILoggingEvent::getFormattedMessage).containsExactly(
                "session=1a event=kill by=http caller=127.0.0.9:4711", "event=reload by=http caller=127.0.0.9:4711");
    }

    @Test
    void openApiDocument_hasEveryRoute_andNoOther() {
        var document = JSON.readTree(new String(ask(HttpMethod.GET, "/api/openapi.json").body(), UTF_8));
        var told = new TreeMap<String, List<String>>();
        document.get("paths").forEachEntry((path, item) -> told.put(
                path, item.propertyNames().stream().filter(name -> item.get(name).has("responses")).sorted().toList()));
        var known = new TreeMap<String, List<String>>();
        Routes.METHODS.forEach((path, methods) ->
                known.put(path, methods.stream().map(method -> method.name().toLowerCase(Locale.ROOT)).sorted().toList()));
        assertThat(told).isEqualTo(known).hasSizeGreaterThan(9);
    }
}
