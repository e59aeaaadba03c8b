package dev.sallyport.lab.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.capture.CaptureFile;
import dev.sallyport.capture.CaptureWriter;
import dev.sallyport.capture.Packet;
import dev.sallyport.capture.Packets.Stored;
import dev.sallyport.capture.Sender;
import dev.sallyport.cli.FtpCapture;
import dev.sallyport.lab.replay.CaptureReading;
import dev.sallyport.lab.replay.Replay;
import dev.sallyport.lab.replay.SessionReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which packets are saved of sessions that break a rule, and what bounds them. */
class KeptPacketsTest {

    private static final long MUCH = 1 << 20;

    private final List<String> missing = new ArrayList<>();

    @TempDir
    private Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void name() {
        file = folder.resolve("broken.pcap");
    }

    @Test
    void packets_ofSessionsThatBreakARule_areSaved_fromTheFirstToTheLast_andOfNoOthers() throws IOException {
        var good = new FtpCapture().login();
        good.retrieve(good.passive(), 10).quit();
        var bad = passive(new FtpCapture(40_001, FtpCapture.START + 500_000).login(), 60_000);
        bad.retrieve(60_000, 700).client("DELE a").server("250 Gone");
        passive(bad, 60_001).retrieve(60_001, 300).quit();
        var expected = List.copyOf(bad.packets);
        good.packets.addAll(bad.packets);
        var watched = watched(MUCH, MUCH).see(good).pass(Duration.ofSeconds(3));
        watched.watch.end();
        assertThat(saved()).containsExactlyInAnyOrderElementsOf(expected.stream().map(KeptPacketsTest::text).toList());
        assertThat(replayed()).usingRecursiveFieldByFieldElementComparatorIgnoringFields("number")
                .isEqualTo(watched.reports.stream().filter(report -> !report.clean()).toList());
        assertThat(Objects.requireNonNull(watched.watch.kept()).heldBytes()).isZero();
    }

    @Test
    void connections_thatTurnOutToBeStray_areSavedToo_alsoThoseThatWereOverByThen() throws IOException {
        var capture = new FtpCapture().login();
        capture.download(FtpCapture.CLIENT, 42_000, FtpCapture.SERVER, 50_000, 100);
        capture.passive();
        var expected = capture.quit().packets.stream().map(KeptPacketsTest::text).toList();
        watched(MUCH, MUCH).see(capture).watch.end();
        assertThat(saved()).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void whatIsHeld_isBounded_dataIsLetGoFirst_andThatIsTold() throws IOException {
        var watched = watched(64 << 10, MUCH);
        var capture = passive(new FtpCapture().login(), 60_000);
        capture.client("RETR file").server("150 Here");
        var data = capture.data(FtpCapture.CLIENT, 41_000, FtpCapture.SERVER, 60_000).open();
        for (var i = 0; i < 500; i++) {
            data.say(Sender.RESPONDER, new byte[1_000]);
            watched.see(capture);
            assertThat(Objects.requireNonNull(watched.watch.kept()).heldBytes()).isLessThanOrEqualTo(64 << 10);
        }
        capture.control().at(data.close().nanos());
        watched.see(capture.server("226 Done").client("DELE a").server("250 Gone").quit()).watch.end();
        assertThat(missing).singleElement().asString().contains(" packets of it came before it broke a rule and could not be held");
        assertThat(replayed()).singleElement().satisfies(report -> {
            assertThat(report.followed()).isEqualTo(SessionReport.Followed.WHOLLY);
            assertThat(report.pinholes()).extracting(SessionReport.Pinhole::bytesToClient).containsExactly(500_000L);
        });
        assertThat(saved()).hasSizeLessThan(100);
    }

    @Test
    void file_growsNoLargerThanItMay_andThatIsToldOnce() throws IOException {
        var watched = watched(MUCH, 4_000);
        var capture = new FtpCapture().login().client("DELE a").server("250 Gone");
        for (var i = 0; i < 100; i++) {
            capture.client("NOOP").server("200 Yes");
        }
        watched.see(capture.quit()).watch.end();
        assertThat(file.toFile().length()).isBetween(3_800L, 4_000L);
        assertThat(missing).singleElement().asString().contains("as large as it may be");
    }

    @Test
    void withoutBrokenSessions_theFileIsACaptureWithoutPackets() throws IOException {
        watched(MUCH, MUCH).see(new FtpCapture().login().quit()).watch.end();
        assertThat(saved()).isEmpty();
    }

    private static FtpCapture passive(FtpCapture capture, int port) {
        return capture.client("PASV").server("227 Entering Passive Mode (198,51,100,20,%d,%d).".formatted(port / 256, port % 256));
    }

    private Watched watched(long held, long most) throws IOException {
        return new Watched(
                Watch.Bounds.USUAL, true,
                new KeptPackets(CaptureWriter.create(file), held, most, (_, sentence) -> missing.add(sentence)));
    }

    private List<SessionReport> replayed() {
        var replayed = new ArrayList<SessionReport>();
        var replay = new Replay(Watched.settings(), (report, _) -> replayed.add(report), _ -> _ -> {});
        var reading = new CaptureReading(replay);
        reading.read(file, (_, _, _) -> {});
        reading.end();
        replay.end();
        assertThat(reading.problems()).isEmpty();
        replayed.sort(Comparator.comparing(SessionReport::start));
        return replayed;
    }

    private List<String> saved() throws IOException {
        var found = new ArrayList<String>();
        try (var capture = CaptureFile.open(file)) {
            var packet = new Packet();
            while (capture.next(packet)) {
                found.add(packet.timeNanos() + ", " + packet.length() + " bytes");
            }
        }
        return found;
    }

    private static String text(Stored stored) {
        return stored.nanos() + ", " + stored.bytes().length + " bytes";
    }
}
