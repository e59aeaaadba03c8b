package dev.sallyport.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.telemetry.LogLines;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.apache.commons.net.ftp.FTPConnectionClosedException;
import org.junit.jupiter.api.Test;

/** What a running gateway answers over HTTP, with a real client behind a real session. */
class HttpIT extends OverHttp {

    private static final Pattern NAMED = Pattern.compile("(?:src|href)=\"([^\"#:]+)\"");
    private static final Pattern IMPORTED = Pattern.compile("from [\"'](?:\\./)?([a-z]+\\.js)[\"']");

    @Test
    void metrics_ofARealSession_areThere_inEachFormat() throws Exception {
        var client = gate.login();
        assertThat(client.listNames()).isNotEmpty();
        var text = gate.get("/metrics");
        assertThat(text.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain; version=0.0.4");
        assertThat(text.body()).contains(
                "sallyport_sessions_active{gateway=\"main\"} 1.0", "sallyport_commands_total{gateway=\"main\",verb=\"NLST\"} 1.0",
                "sallyport_session_transfers_total{gateway=\"main\",rule_set=\"default\",session=\"",
                "# TYPE sallyport_pinhole_opening_seconds histogram",
                "sallyport_gateway_ready{gateway=\"main\"} 1.0", "sallyport_data_ports{gateway=\"main\",side=\"client\"} 4.0",
                "sallyport_rule_decisions_total{action=\"allow\",gateway=\"main\",rule=\"(defaults)\",rule_set=\"default\"} ");
        var open = gate.send(gate.request("/metrics").header("Accept", "application/openmetrics-text;version=1.0.0"));
        assertThat(open.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/openmetrics-text; version=1.0.0");
        assertThat(open.body()).endsWith("# EOF\n").contains("# {session_id=\"");
        var packed = gate.http.send(gate.request("/metrics").header("Accept-Encoding", "gzip").build(), BodyHandlers.ofInputStream());
        assertThat(packed.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(new String(new GZIPInputStream(packed.body()).readAllBytes(), US_ASCII)).contains("sallyport_sessions_active");
        client.logout();
        await().untilAsserted(() -> assertThat(gate.get("/metrics").body()).contains(
                "sallyport_sessions_active{gateway=\"main\"} 0.0",
                "sallyport_sessions_ended_total{gateway=\"main\",reason=\"quit\"} 1.0",
                "sallyport_transfers_total{direction=\"listing\",gateway=\"main\",mode=\"PASV\",outcome=\"completed\"} 1.0"));
    }

    @Test
    void session_isShown_andEndedWithTheToken_only() throws Exception {
        var client = gate.login();
        var sessions = gate.get("/api/sessions").body();
        assertThat(sessions).startsWith("{\"count\":1,\"sessions\":[{\"id\":\"").contains("\"user\":\"demo\"");
        var id = gate.session();
        assertThat(gate.get("/api/sessions/" + id).body()).startsWith("{\"session\":{\"id\":\"" + id + "\"").endsWith("\"pinholes\":[]}");
        assertThat(gate.get("/api/sessions?q=demo&limit=1").body()).startsWith("{\"count\":1,");
        assertThat(gate.get("/api/sessions?q=READY%20%20dem+127.0.0.1:").body()).as("all the words").startsWith("{\"count\":1,");
        for (var q : List.of("nobody", "demo%20nobody", "null")) {
            assertThat(gate.get("/api/sessions?q=" + q).body()).as(q).isEqualTo("{\"count\":0,\"sessions\":[]}");
        }
        assertThat(gate.get("/api/sessions?limit=0").statusCode()).isEqualTo(400);

        var none = gate.send(gate.request("/api/sessions/" + id).DELETE());
        assertThat(none.statusCode()).isEqualTo(401);
        assertThat(none.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        assertThat(none.headers().firstValue("Content-Type")).contains("application/problem+json");
        var wrong = gate.request("/api/sessions/" + id).header("Authorization", "Bearer " + HttpGateway.TOKEN + "x").DELETE();
        assertThat(gate.send(wrong).statusCode()).isEqualTo(403);
        assertThat(client.sendNoOp()).as("still there").isTrue();

        assertThat(gate.send(gate.trusted("/api/sessions/zzz").DELETE()).statusCode()).isEqualTo(404);
        assertThat(gate.send(gate.trusted("/api/sessions/" + id).DELETE()).statusCode()).isEqualTo(204);
        assertThatThrownBy(client::sendNoOp).isInstanceOf(FTPConnectionClosedException.class);
        assertThat(client.getReplyString()).startsWith("421 Session ended: ended by the operator.");
        await().untilAsserted(() -> assertThat(gate.get("/api/sessions").body()).isEqualTo("{\"count\":0,\"sessions\":[]}"));
    }

    @Test
    void transferThatRuns_isToldWithWhatItHasMoved() throws Exception {
        var client = gate.login();
        try (var data = client.storeFileStream("upload/a")) {
            data.write(new byte[1000]);
            data.flush();
            for (var path : List.of("/api/sessions", "/api/sessions/" + gate.session())) {
                await().untilAsserted(() -> assertThat(gate.get(path).body())
                        .contains("\"bytesToServer\":0,", "\"runningToClient\":0,", "\"runningToServer\":1000}"));
            }
        }
        assertThat(client.completePendingCommand()).isTrue();
        await().untilAsserted(() -> assertThat(gate.get("/api/sessions").body())
                .contains("\"bytesToServer\":1000,", "\"runningToServer\":0}"));
    }

    @Test
    void reload_withTheToken_saysWhatIsWrong_orWhatIsInForce() throws Exception {
        var reload = gate.trusted("/api/reload").POST(HttpRequest.BodyPublishers.noBody());
        assertThat(gate.send(gate.request("/api/reload").POST(HttpRequest.BodyPublishers.noBody())).statusCode()).isEqualTo(401);
        var good = gate.send(reload);
        assertThat(good.statusCode()).isEqualTo(200);
        assertThat(good.body()).startsWith("{\"gateways\":[{\"gateway\":\"main\"");
        Files.writeString(folder.resolve("gate.yaml"), "gateways: 7\n");
        var bad = gate.send(reload);
        assertThat(bad.statusCode()).isEqualTo(422);
        assertThat(bad.body()).contains("\"mistakes\":[\"").contains("gate.yaml:1:");
        assertThat(gate.get("/api/rules").body()).contains("\"rule\":\"(defaults)\"");
    }

    @Test
    void health_andWhatIsNotThere() throws Exception {
        assertThat(gate.get("/health/live").body()).isEqualTo("{\"status\":\"up\",\"obstacles\":[]}");
        assertThat(gate.get("/health/ready").statusCode()).isEqualTo(200);
        assertThat(gate.get("/nothing").statusCode()).isEqualTo(404);
        assertThat(gate.get("/../../etc/passwd").statusCode()).isEqualTo(404);
        var wrong = gate.send(gate.request("/metrics").POST(HttpRequest.BodyPublishers.ofString("x")));
        assertThat(wrong.statusCode()).isEqualTo(405);
        assertThat(wrong.headers().firstValue("Allow")).contains("GET, HEAD");
        assertThat(gate.get("/metrics?" + "x".repeat(5000)).statusCode()).isEqualTo(400);
    }

    @Test
    void everyAnswer_forbidsWhatNoPageOfOursNeeds() throws Exception {
        for (var path : new String[] {"/metrics", "/api/sessions", "/nothing"}) {
            var headers = gate.get(path).headers();
            assertThat(headers.firstValue("Content-Security-Policy").orElseThrow())
                    .startsWith("default-src 'none'; script-src 'self';").doesNotContain("unsafe");
            assertThat(headers.firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(headers.firstValue("Cache-Control")).contains("no-store");
        }
    }

    @Test
    void page_andAllThatItNames_isThere() throws Exception {
        var page = gate.get("/");
        assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        var named = NAMED.matcher(page.body()).results().map(found -> found.group(1)).toList();
        assertThat(named).contains("page.css", "page.js");
        var modules = new ArrayDeque<>(named);
        var seen = new HashSet<String>();
        while (modules.poll() instanceof String name) {
            if (seen.add(name)) {
                var file = gate.get("/" + name);
                assertThat(file.statusCode()).as(name).isEqualTo(200);
                IMPORTED.matcher(file.body()).results().forEach(found -> modules.add(found.group(1)));
            }
        }
        assertThat(seen).hasSizeGreaterThan(10);
    }

    @Test
    void events_tellOfASession_aRefusal_andTheEnd_withinSeconds() throws Exception {
        try (var events = new EventReader(gate.http, gate.request("/api/events").build())) {
            assertThat(events.await("hello", "{")).contains("\"stepSeconds\":1", "\"refusals\":[]");
            var client = gate.login();
            var shown = events.await("sessions", "\"user\":\"demo\"");
            assertThat(shown).contains("\"count\":1", "\"transferring\":0", "\"runningToClient\":0");
            client.port(InetAddress.getByName("192.0.2.99"), 4000);
            assertThat(events.await("refusal", "192,0,2,99"))
                    .contains("\"kind\":\"fault\"", "\"gateway\":\"main\"", "\"client\":\"127.0.0.1:");
            events.await("throughput", "\"toClient\":0");
            client.logout();
            assertThat(events.await("sessions", "\"count\":0")).contains("\"gone\":[\"");
        }
    }

    /** A name that an attacker makes lead to this host is not answered (DNS rebinding). */
    @Test
    void requestForAnotherName_isRefused() throws Exception {
        try (var socket = new Socket("127.0.0.1", gate.httpPort)) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write("GET /api/sessions HTTP/1.1\r\nHost: evil.example\r\n\r\n".getBytes(US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII)).startsWith("HTTP/1.1 421 ").doesNotContain("count");
        }
    }

    /** However steadily they say it. They hold up neither the gateway nor others who ask, nor those who just have nothing to say. */
    @Test
    void callersWhoTakeLongForARequest_areSentAway() throws Exception {
        try (var slow = gate.connect(); var idle = gate.connect()) {
            assertThat(HttpGateway.ask(idle, "/health/live")).isEqualTo(200);
            var sinceNanos = System.nanoTime();
            var bytes = "GET /metrics?because=I-am-very-very-slow HT".getBytes(US_ASCII);
            slow.setSoTimeout(500);
            var next = 0;
            while (stays(slow)) {
                assertThat(next).as("before it has said all").isLessThan(bytes.length);
                slow.getOutputStream().write(bytes[next++]);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - sinceNanos)).isGreaterThan(Duration.ofSeconds(9));
            assertThat(HttpGateway.ask(idle, "/health/live")).isEqualTo(200);
        }
    }

    @Test
    void requestsSentAhead_areAnsweredInOrder() throws Exception {
        try (var socket = gate.connect()) {
            var paths = List.of("/metrics", "/health/live", "/nothing", "/api/sessions?limit=0", "/api/rules");
            var requests = new StringBuilder();
            for (var i = 0; i < 100; i++) {
                requests.append(HttpGateway.line(paths.get(i % paths.size())));
            }
            socket.getOutputStream().write(requests.toString().getBytes(US_ASCII));
            for (var i = 0; i < 100; i++) {
                assertThat(HttpGateway.status(socket.getInputStream())).as("answer %d", i)
                        .isEqualTo(List.of(200, 200, 404, 400, 200).get(i % paths.size()));
            }
        }
    }

    @Test
    void requestAfterAStreamHasBegun_endsIt() throws Exception {
        for (var apart : new boolean[] {true, false}) {
            try (var socket = gate.connect()) {
                var first = HttpGateway.line("/api/events") + (apart ? "" : HttpGateway.line("/metrics"));
                socket.getOutputStream().write(first.getBytes(US_ASCII));
                if (apart) {
                    assertThat(socket.getInputStream().read()).isEqualTo('H');
                    socket.getOutputStream().write(HttpGateway.line("/metrics").getBytes(US_ASCII));
                }
                assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII)).doesNotContain("sallyport_sessions_active");
            }
        }
    }

    @Test
    void wrongTokens_areLogged_briefly_andNotWithoutLimit() throws Exception {
        try (var lines = LogLines.of("dev.sallyport.admin.http")) {
            var path = "/api/sessions/" + "x".repeat(3000) + "?secret=1";
            var wrong = gate.request(path).header("Authorization", "Bearer nonsense").DELETE();
            for (var i = 0; i < 50; i++) {
                assertThat(gate.send(wrong).statusCode()).isEqualTo(403);
            }
            // Twenty in ten seconds, which may have begun anew in between.
            assertThat(lines.texts()).hasSizeBetween(20, 40).allSatisfy(line -> assertThat(line).matches("event=http-denied "
                    + "what=\"wrong token\" caller=127\\.0\\.0\\.1:\\d+ path=\"/api/sessions/x{86}\"( heldBack=\\d+)?"));
        }
    }

    @Test
    void withoutAToken_nothingCanBeChanged() throws Exception {
        var another = Files.createDirectory(folder.resolve("another"));
        try (var open = HttpGateway.start(another, "", "")) {
            assertThat(open.get("/api/sessions").statusCode()).isEqualTo(200);
            var reload = open.trusted("/api/reload").POST(HttpRequest.BodyPublishers.noBody());
            for (var change : List.of(reload, open.request("/api/sessions/1").DELETE())) {
                var answer = open.send(change);
                assertThat(answer.statusCode()).isEqualTo(403);
                assertThat(answer.body()).contains("name a file with a token in telemetry.token");
            }
        }
    }

    @Test
    void token_isTakenAnew_byAReload_orTheOldOneStays() throws Exception {
        var reload = gate.trusted("/api/reload").POST(HttpRequest.BodyPublishers.noBody());
        var next = "fedcba9876543210fedcba9876543210";
        var withNext = gate.request("/api/reload").header("Authorization", "Bearer " + next).POST(HttpRequest.BodyPublishers.noBody());
        HttpGateway.writeToken(folder, "short");
        var bad = gate.send(reload);
        assertThat(bad.statusCode()).isEqualTo(422);
        assertThat(bad.body()).startsWith("{\"mistakes\":[\"telemetry.token: the first line of ").contains("32 printable");
        HttpGateway.writeToken(folder, next);
        Files.setPosixFilePermissions(folder.resolve("token"), PosixFilePermissions.fromString("rw-r-----"));
        assertThat(gate.send(reload).body()).contains("chmod 600");
        assertThat(gate.send(withNext).statusCode()).as("not in force").isEqualTo(403);
        HttpGateway.writeToken(folder, next);
        assertThat(gate.send(reload).statusCode()).as("by the old one, for the last time").isEqualTo(200);
        assertThat(gate.send(reload).statusCode()).isEqualTo(403);
        assertThat(gate.send(withNext).statusCode()).isEqualTo(200);
    }

    /** Whether nothing came and it has not ended, for as long as the socket's timeout. */
    private static boolean stays(Socket socket) throws IOException {
        try {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            return false;
        } catch (SocketTimeoutException nothingCame) {
            return true;
        }
    }
}
