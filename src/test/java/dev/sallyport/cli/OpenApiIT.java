package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.commons.net.ftp.FTPClient;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The OpenAPI document says what a running gateway answers, no less and no more. */
class OpenApiIT extends OverHttp {

    /** What takes more than a question: {@link HttpLimitsIT} holds it against the document. */
    private static final List<String> ELSEWHERE = List.of(
            "GET /health/ready 503", "GET /api/events 503", "GET /metrics 503", "GET /api/sessions 503", "GET /api/pinholes 503");

    @Override
    HttpGateway startGateway() throws Exception {
        Files.writeString(folder.resolve("rules.yaml"), """
                name: keep
                defaults: { action: allow }
                rules:
                  - { name: nothing-is-deleted, commands: DELE, action: deny, reply: 550 Kept. }
                """);
        return HttpGateway.start(folder, "    rules: rules.yaml\n", HttpGateway.WITH_TOKEN);
    }

    @Test
    void document_isWhole() {
        assertThat(document.root.get("openapi").asString()).startsWith("3.1.");
        var names = new ArrayList<String>();
        document.operations().forEach((path, methods) -> methods.forEach((method, operation) -> {
            names.add(operation.get("operationId").asString());
            assertThat(operation.get("summary").asString()).isNotEmpty();
            assertThat(operation.has("security")).as("%s %s needs the token", method, path).isEqualTo(!method.equals("get"));
            operation.get("responses").forEach(response -> assertThat(document.at(response).get("description").asString()).isNotEmpty());
        }));
        assertThat(names).doesNotHaveDuplicates();
        var referred = new TreeSet<String>();
        document.root.findValuesAsString("$ref").forEach(reference -> {
            assertThat(document.root.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
            referred.add(reference);
        });
        for (var kind : List.of("schemas", "responses")) {
            document.root.at("/components/" + kind).forEachEntry((name, _) ->
                    assertThat(referred).as("what is told is used").contains("#/components/" + kind + "/" + name));
        }
    }

    /** Sessions that do nothing, wait for data and transfer; a rule that has decided; each answer and each event of all this. */
    @Test
    void everyAnswerAndEvent_isAsTheDocumentSays() throws Exception {
        try (var events = new EventReader(gate.http, gate.request("/api/events").build())) {
            document.check("hello", events.await("hello", "{"));
            var idle = gate.login();
            assertThat(idle.deleteFile("welcome.txt")).isFalse();
            assertThat(document.check("refusal", events.await("refusal", "{")).get("rule").asString()).isEqualTo("nothing-is-deleted");
            var waiting = gate.login();
            assertThat(waiting.pasv()).isEqualTo(227);
            var transferring = gate.login();
            try (var data = transferring.storeFileStream("upload/a")) {
                data.write(new byte[1000]);
                data.flush();
                openOnes();
                document.check("sessions", events.await("sessions", "STOR upload/a"));
                assertThat(document.check("pinholes", events.await("pinholes", "\"count\":2")).get("waiting").asInt()).isOne();
                document.check("throughput", events.await("throughput", "{"));
            }
            assertThat(transferring.completePendingCommand()).isTrue();
            try (var later = new EventReader(gate.http, gate.request("/api/events").build())) {
                document.check("hello", later.await("hello", "nothing-is-deleted"));
            }
            whoIsNotThere();
            ending(idle);
        }
        aboutTheGateway();
        reloads();
        document.seen.add("GET /api/events 200");
        var told = new TreeSet<String>();
        document.operations().forEach((path, methods) -> methods.forEach((method, operation) -> operation.get("responses").propertyNames()
                .stream().filter(status -> !status.equals("default"))
                .forEach(status -> told.add(method.toUpperCase(Locale.ROOT) + " " + path + " " + status))));
        told.removeAll(document.seen);
        assertThat(told).as("told, and not seen").containsExactlyInAnyOrderElementsOf(ELSEWHERE);
    }

    private void openOnes() throws Exception {
        var sessions = ask("/api/sessions", "/api/sessions");
        assertThat(sessions.get("count").asInt()).isEqualTo(3);
        var byState = new TreeMap<String, JsonNode>();
        sessions.get("sessions").forEach(session -> byState.put(
                session.get("state").asString() + session.get("pinholes").asInt(), session));
        assertThat(byState).containsOnlyKeys("ready0", "ready1", "transfer1");
        var transfer = Objects.requireNonNull(byState.get("transfer1"));
        assertThat(transfer.get("transfer").asString()).isEqualTo("STOR upload/a");
        assertThat(transfer.get("lastCommand").asString()).isEqualTo("STOR");
        assertThat(transfer.get("server").asString()).startsWith("127.0.0.1:");
        assertThat(ask("/api/sessions", "/api/sessions?gateway=main&q=stor&limit=1").get("count").asInt()).isOne();
        assertThat(ask("/api/sessions", "/api/sessions?gateway=other").get("count").asInt()).isZero();

        var pinholes = ask("/api/pinholes", "/api/pinholes").get("pinholes");
        assertThat(pinholes.size()).isEqualTo(2);
        for (var pinhole : pinholes) {
            var used = pinhole.get("state").asString().equals("used");
            assertThat(pinhole.has("remainingSeconds")).isNotEqualTo(used);
            assertThat(pinhole.get("connects").asString()).isEqualTo("client");
            assertThat(pinhole.get("from").asString()).isEqualTo("127.0.0.1");
            assertThat(pinhole.get("told").asString()).startsWith("127.0.0.1:").isNotEqualTo(pinhole.get("target").asString());
            if (!used) {
                var lifetime = pinhole.get("ageSeconds").asDouble() + pinhole.get("remainingSeconds").asDouble();
                assertThat(lifetime).isCloseTo(30, within(0.1));
            }
            var its = ask("/api/sessions/{id}", "/api/sessions/" + pinhole.get("session").asString());
            assertThat(its.get("pinholes").size()).isOne();
            assertThat(its.get("pinholes").get(0).get("id")).isEqualTo(pinhole.get("id"));
            assertThat(its.get("session").get("pinholes").asInt()).isOne();
        }
    }

    private void whoIsNotThere() throws Exception {
        ask("/api/sessions/{id}", "/api/sessions/zzz");
        ask("/api/sessions", "/api/sessions?limit=10001");
        document.check("/api/sessions/{id}", gate.send(gate.trusted("/api/sessions/zzz").DELETE()));
    }

    private void ending(FTPClient client) throws Exception {
        var id = ask("/api/sessions", "/api/sessions").get("sessions").get(0).get("id").asString();
        document.check("/api/sessions/{id}", gate.send(gate.request("/api/sessions/" + id).DELETE()));
        document.check("/api/sessions/{id}", gate.send(
                gate.request("/api/sessions/" + id).header("Authorization", "Bearer wrong").DELETE()));
        assertThat(client.sendNoOp()).isTrue();
        document.check("/api/sessions/{id}", gate.send(gate.trusted("/api/sessions/" + id).DELETE()));
        await().untilAsserted(() -> assertThat(ask("/api/sessions", "/api/sessions").get("count").asInt()).isEqualTo(2));
    }

    private void aboutTheGateway() throws Exception {
        ask("/health/live", "/health/live");
        ask("/health/ready", "/health/ready");
        ask("/api/openapi.json", "/api/openapi.json");
        for (var accept : List.of("*/*", "application/openmetrics-text;version=1.0.0",
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited")) {
            document.check("/metrics", gate.send(gate.request("/metrics").header("Accept", accept)));
        }
        assertThat(hits("nothing-is-deleted")).isOne();
        var client = gate.login();
        assertThat(client.deleteFile("welcome.txt")).isFalse();
        assertThat(client.deleteFile("pub/alphabet.txt")).isFalse();
        assertThat(hits("nothing-is-deleted")).isEqualTo(3);
        assertThat(hits("(defaults)")).isGreaterThan(10);
    }

    private long hits(String rule) throws Exception {
        for (var one : ask("/api/rules", "/api/rules").get("rules")) {
            assertThat(one.get("gateway").asString()).isEqualTo("main");
            assertThat(one.get("rules").asString()).isEqualTo("keep");
            if (one.get("rule").asString().equals(rule)) {
                return one.get("hits").asLong();
            }
        }
        throw new AssertionError("no rule " + rule);
    }

    private void reloads() throws Exception {
        var bare = gate.request("/api/reload").POST(BodyPublishers.noBody());
        document.check("/api/reload", gate.send(bare.copy()));
        document.check("/api/reload", gate.send(bare.copy().header("Authorization", "Bearer wrong")));
        var trusted = gate.trusted("/api/reload").POST(BodyPublishers.noBody());
        var good = document.check("/api/reload", gate.send(trusted));
        assertThat(good.get("gateways").get(0).get("rules").asString()).isEqualTo("keep");
        assertThat(good.get("gateways").get(0).get("count").asInt()).isOne();
        assertThat(good.has("notice")).isFalse();
        assertThat(hits("nothing-is-deleted")).as("a rule that stays keeps its count").isEqualTo(3);

        Files.writeString(folder.resolve("rules.yaml"), Files.readString(folder.resolve("rules.yaml")).replace("DELE", "DELL"));
        var bad = document.check("/api/reload", gate.send(trusted));
        assertThat(bad.get("mistakes").get(0).asString()).startsWith(folder.resolve("rules.yaml") + ":4:").contains("DELE");
        assertThat(hits("nothing-is-deleted")).as("what was in force stays").isEqualTo(3);

        Files.writeString(folder.resolve("rules.yaml"), """
                name: keep
                defaults: { action: allow }
                rules:
                  - { name: nothing-is-made, commands: MKD, action: deny }
                """);
        Files.writeString(gate.file, Files.readString(gate.file) + "threads: 1\n");
        var noticed = document.check("/api/reload", gate.send(trusted));
        assertThat(noticed.get("notice").asString()).contains("when the gateway is started again");
        assertThat(hits("nothing-is-made")).isZero();
        assertThat(ask("/api/rules", "/api/rules").get("rules").size()).as("and the defaults").isEqualTo(2);
    }

    private JsonNode ask(String path, String uri) throws Exception {
        return document.check(path, gate.get(uri));
    }
}
