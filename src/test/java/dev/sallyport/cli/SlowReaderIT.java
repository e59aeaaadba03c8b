package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.commons.net.ftp.FTPClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Those who watch and do not read: what they miss, and for how long they may. */
@Tag("system")
@Timeout(120)
class SlowReaderIT {

    private static final int SESSIONS = 200;

    @TempDir
    private Path folder;

    private final List<FTPClient> clients = new ArrayList<>();

    /**
     * Three watch, while pinholes open and close all the time. One reads; one pauses for some seconds, and then is told at once how
     * things are and the seconds in between one by one; one never reads, and is sent away.
     */
    @Test
    void whoPauses_isToldAtOnce_andWhoNeverReads_isSentAway() throws Exception {
        try (var gate = HttpGateway.start(folder, SESSIONS, "", HttpGateway.WITH_TOKEN)) {
            for (var i = 0; i < SESSIONS; i++) {
                clients.add(gate.login());
            }
            watch(gate.httpPort);
        } finally {
            for (var client : clients) {
                client.disconnect();
            }
        }
    }

    private void watch(int port) throws Exception {
        try (var quick = new SlowReader(port); var pausing = new SlowReader(port); var never = new SlowReader(port)) {
            quick.read();
            pinholes(quick, 8);
            pausing.read();
            await().untilAsserted(() -> {
                assertThat(open(pausing)).hasSize(SESSIONS).isEqualTo(open(quick));
                assertThat(seconds(pausing)).as("no second is left out").isCloseTo(seconds(quick), within(1));
            });
            assertThat(count(pausing, "pinholes")).as("some pictures were").isLessThan(count(quick, "pinholes") - 1);
            pinholes(quick, count(quick, "pinholes") + 14);
            assertThat(pausing.ended()).as("it reads again").isFalse();
            assertThat(quick.ended()).isFalse();
            never.read();
            await().until(never::ended);
            assertThat(seconds(never)).isLessThan(seconds(quick) - 9);
        }
    }

    /** Each client's next pinhole takes the place of its last, until one who reads has been told of so many pictures. */
    private void pinholes(SlowReader quick, int pictures) throws Exception {
        while (count(quick, "pinholes") < pictures) {
            for (var client : clients) {
                assertThat(client.pasv()).isEqualTo(227);
            }
            Thread.sleep(300);
        }
    }

    private static int count(SlowReader reader, String event) {
        return (int) reader.events(event).count();
    }

    /** Of how many it knows what was transferred. */
    private static int seconds(SlowReader reader) {
        var before = reader.events("hello").findFirst().orElseThrow().get("throughput").get("toClient").size();
        return before + count(reader, "throughput");
    }

    /** What it takes for open, from all that it was told. */
    private static Set<String> open(SlowReader reader) {
        var open = new TreeSet<String>();
        reader.events("pinholes").forEach(told -> {
            open.removeAll(ids(told.get("gone")));
            told.get("changed").forEach(pinhole -> open.add(pinhole.get("id").asString()));
        });
        return open;
    }

    private static Set<String> ids(JsonNode gone) {
        return gone.valueStream().map(JsonNode::asString).collect(Collectors.toSet());
    }
}
