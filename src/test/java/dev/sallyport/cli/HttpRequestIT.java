package dev.sallyport.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests in all the forms that HTTP allows (RFC 9110, RFC 9112), and in some that it does not. */
class HttpRequestIT extends OverHttp {

    private static final byte[] LONG = "x".repeat(5000).getBytes(US_ASCII);

    /** However it is malformed: that is the caller's mistake, and no error of ours. */
    @Test
    void malformedAddress_isRefused() throws Exception {
        for (var path : List.of("/api/sessions?q=%zz", "/api/sessions?%", "/api/sessions?limit=1&gateway=%e", "/api/rules?%zz=1", "/%zz")) {
            try (var socket = gate.connect()) {
                assertThat(HttpGateway.ask(socket, path)).as(path).isEqualTo(400);
                assertThat(HttpGateway.ask(socket, "/health/live")).as("and it goes on").isEqualTo(200);
            }
        }
    }

    @Test
    void head_isAnsweredWithoutABody_whereThereIsSomethingToGet() throws Exception {
        for (var path : ApiDocument.parse(gate.get("/api/openapi.json").body()).plainOperations().entrySet()) {
            var answer = gate.send(gate.request(path.getKey()).method("HEAD", BodyPublishers.noBody()));
            assertThat(answer.statusCode()).as(path.getKey()).isEqualTo(path.getValue().containsKey("get") ? 200 : 405);
            assertThat(answer.body()).isEmpty();
            assertThat(answer.headers().firstValueAsLong("Content-Length").orElseThrow()).isPositive();
        }
        try (var socket = gate.connect()) {
            var head = HttpGateway.line("/").replace("GET", "HEAD");
            var next = HttpGateway.line("/health/live").replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
            socket.getOutputStream().write((head + next).getBytes(US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII)).startsWith("HTTP/1.1 200 ").contains("text/html")
                    .endsWith("\"obstacles\":[]}").doesNotContain("<");
        }
    }

    /** As proxies are asked (RFC 9112 §3.2.2): it is the host named there that counts. */
    @Test
    void absoluteAddress_isAnswered_whereItsHostIsOurs() throws Exception {
        try (var socket = gate.connect()) {
            for (var address : List.of(
                    "http://127.0.0.1:1/health/live", "HTTP://localhost/health/live?", "http://localhost", "http://[::1]?x")) {
                var request = HttpGateway.line(address).replace("Host: localhost", "Host: evil.example");
                socket.getOutputStream().write(request.getBytes(US_ASCII));
                assertThat(HttpGateway.status(socket.getInputStream())).as(address).isEqualTo(200);
            }
        }
        for (var address : List.of(
                "http://evil.example/health/live", "http://localhost@evil.example/", "http://evil.example", "http:///")) {
            try (var socket = gate.connect()) {
                assertThat(HttpGateway.ask(socket, address)).as(address).isEqualTo(421);
            }
        }
    }

    @Test
    void token_isTaken_howeverItsSchemeIsWritten() throws Exception {
        for (var scheme : List.of("Bearer", "bearer", "BEARER")) {
            var asked = gate.request("/api/sessions/zzz").header("Authorization", scheme + " " + HttpGateway.TOKEN).DELETE();
            assertThat(gate.send(asked).statusCode()).as(scheme).isEqualTo(404);
        }
    }

    /** In our words, with the headers that every answer has, whether its length is told beforehand or not. */
    @Test
    void bodyThatIsTooLong_isRefused_asEverythingElseIs() throws Exception {
        for (BodyPublisher body : List.of(
                BodyPublishers.ofByteArray(LONG), BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(LONG)))) {
            for (var asksBeforehand : new boolean[] {false, true}) {
                var answer = gate.send(gate.trusted("/api/reload").POST(body).expectContinue(asksBeforehand));
                assertThat(answer.statusCode()).isEqualTo(413);
                assertThat(document.check("/api/reload", answer).get("detail").asString()).contains("longer than 4096 bytes");
                assertThat(answer.headers().firstValue("Content-Security-Policy")).isPresent();
                assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
            }
        }
    }

    @Test
    void bodyThatIsTooLong_isAnsweredInItsTurn_andPassedOver() throws Exception {
        try (var socket = gate.connect()) {
            var tooLong = HttpGateway.line("/api/reload").replace("GET", "POST").replace("\r\n\r\n", "\r\nContent-Length: 5000\r\n\r\n");
            socket.getOutputStream().write((HttpGateway.line("/metrics") + tooLong).getBytes(US_ASCII));
            socket.getOutputStream().write(LONG);
            socket.getOutputStream().write(HttpGateway.line("/health/live").getBytes(US_ASCII));
            for (var status : List.of(200, 413, 200)) {
                assertThat(HttpGateway.status(socket.getInputStream())).isEqualTo(status);
            }
        }
    }
}
