package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.capture.Packet;
import dev.sallyport.capture.Packets;
import dev.sallyport.lab.watch.Watch;
import dev.sallyport.lab.watch.Watched;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What watched sessions are told as, to people and to programs. */
class WatchLinesTest {

    private static final String NO_UPLOADS = """
            name: no-uploads
            defaults: { action: allow }
            rules: [ { name: keep-out, commands: uploads, action: deny, reply: 550 Read-only. } ]
            """;

    private final List<WatchLine> lines = new ArrayList<>();
    private final WatchTotals totals = new WatchTotals();

    @Test
    void session_isToldLineByLine_asTheReadmeShows() throws Exception {
        watch(conversation());
        var shown = Files.readString(Path.of("README.md")).split("\n## Watch\n", -1)[1].split("```", -1)[1].lines()
                .filter(line -> line.contains(" #1 ")).toList();
        assertThat(lines.stream().filter(line -> line.session() != null).map(line -> line.forPeople(ZoneOffset.UTC)).toList())
                .isEqualTo(shown);
    }

    @Test
    void lines_forPrograms_haveTheSame_inFields() throws Exception {
        watch(conversation());
        var told = lines.stream().map(line -> JsonMapper.shared().readTree(line.forPrograms())).toList();
        assertThat(told).extracting(line -> line.get("event").asString()).containsExactly(
                "begins", "login", "pinhole-opened", "pinhole-used", "transfer", "refused", "pinhole-opened", "stray",
                "pinhole-unused", "ends", "totals");
        assertThat(told.subList(0, 10)).allSatisfy(line -> {
            assertThat(line.get("session").asInt()).isEqualTo(1);
            assertThat(line.get("client").asString()).isEqualTo("192.0.2.10:40000");
            assertThat(line.get("server").asString()).isEqualTo("198.51.100.20:21");
            assertThat(Instant.parse(line.get("at").asString())).isBefore(Instant.parse("2026-03-02T10:01:00Z"));
        });
        assertThat(fields(told, "refused", "line", "told", "why"))
                .containsExactly("STOR up", "550 Read-only.", "rule keep-out");
        assertThat(fields(told, "stray", "from", "why", "pinhole")).containsExactly("192.0.2.66:42002", "wrong-address", "2");
        assertThat(fields(told, "totals", "sessions", "commands", "refused", "pinholesUsed", "pinholesNeverUsed", "strays"))
                .containsExactly("1", "7", "1", "1", "1", "1");
    }

    @Test
    void sessionOfManyFindings_isToldSoManyOneByOne() throws Exception {
        var capture = new FtpCapture().login();
        for (var i = 0; i < 1_100; i++) {
            capture.client("STOR " + i).server("550 No");
        }
        watch(capture.quit());
        assertThat(lines).filteredOn(line -> line.event().equals("refused")).hasSize(1_000);
        assertThat(lines).filteredOn(line -> line.event().equals("remark")).singleElement()
                .extracting(WatchLine::text).asString().contains("not told one by one");
        assertThat(lines.getLast().fields()).containsEntry("refused", 1_100L);
    }

    private static FtpCapture conversation() {
        var capture = new FtpCapture().login();
        capture.retrieve(capture.passive(), 3_000);
        capture.client("STOR up").server("550 No");
        capture.download("192.0.2.66", 42_002, FtpCapture.SERVER, capture.passive(), 5);
        return capture.quit();
    }

    private static List<String> fields(List<JsonNode> told, String event, String... names) {
        var line = told.stream().filter(each -> each.get("event").asString().equals(event)).findFirst().orElseThrow();
        return List.of(names).stream().map(name -> line.get(name).asString()).toList();
    }

    private void watch(FtpCapture capture) {
        var current = new Watch[1];
        var told = new WatchLines(() -> current[0].now(), lines::add, totals);
        var watch = new Watch(
                Watched.settings(NO_UPLOADS), Watch.Bounds.USUAL, true, (report, _) -> told.over(report),
                told.and(totals), told, null);
        current[0] = watch;
        var packet = new Packet();
        capture.packets.stream().sorted((one, other) -> Long.compare(one.nanos(), other.nanos())).forEach(stored ->
                watch.packet(packet.set(stored.bytes(), stored.original(), stored.nanos(), Packets.ETHERNET)));
        watch.pass(capture.control().nanos() + Duration.ofSeconds(1).toNanos());
        watch.end();
        totals.tell(told, watch, null, 0);
    }
}
