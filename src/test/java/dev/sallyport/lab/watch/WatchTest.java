package dev.sallyport.lab.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.capture.Packet;
import dev.sallyport.capture.Packets;
import dev.sallyport.capture.Packets.Stored;
import dev.sallyport.capture.Sender;
import dev.sallyport.cli.FtpCapture;
import dev.sallyport.lab.replay.CaptureReading;
import dev.sallyport.lab.replay.Replay;
import dev.sallyport.lab.replay.SessionReport;
import dev.sallyport.lab.replay.SessionReport.Misfit;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.EndReason;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionEvent.Unused;
import dev.sallyport.session.Transfer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What watched sessions come to by the clock, when no packet comes, and how much is remembered of them. */
class WatchTest {

    // ---- The clock ----

    @Test
    void session_thatFallsSilent_endsByTheClock() {
        var watched = new Watched().see(new FtpCapture().login()).pass(Duration.ofMinutes(14));
        assertThat(watched.events(SessionEvent.Ended.class)).isEmpty();
        watched.pass(Duration.ofMinutes(2));
        assertThat(watched.events(SessionEvent.Ended.class)).extracting(SessionEvent.Ended::reason)
                .containsExactly(EndReason.IDLE_TIMEOUT);
    }

    @Test
    void pinhole_thatNobodyUses_shutsByTheClock() {
        var capture = new FtpCapture().login();
        capture.passive();
        var watched = new Watched().see(capture).pass(Duration.ofSeconds(31));
        assertThat(watched.events(SessionEvent.PinholeUnused.class)).extracting(SessionEvent.PinholeUnused::why)
                .containsExactly(Unused.EXPIRED);
    }

    @Test
    void byteThatIsMissing_beforeBothEnds_isToldByTheClock_andTheSessionIsOver() {
        var capture = new FtpCapture().login();
        capture.control().skip(Sender.INITIATOR, 1);
        capture.client("NOOP").server("200 Yes").control().close();
        var watched = new Watched().see(capture);
        assertThat(watched.reports).isEmpty();
        watched.pass(Duration.ofSeconds(2));
        assertThat(watched.remarks).singleElement().asString().contains("1 bytes of the client are missing");
        assertThat(watched.reports).singleElement().extracting(SessionReport::followed).isEqualTo(SessionReport.Followed.TO_A_GAP);
        assertThat(watched.events(SessionEvent.Ended.class)).extracting(SessionEvent.Ended::reason)
                .containsExactly(EndReason.OUT_OF_SIGHT);
        assertThat(watched.watch.following()).isZero();
    }

    @Test
    void connection_outsideAnyPinhole_isToldByTheClock_whileItsSessionGoesOn() {
        var capture = new FtpCapture().login();
        capture.download(FtpCapture.CLIENT, 42_000, FtpCapture.SERVER, 60_000, 5);
        var watched = new Watched().see(capture).pass(Duration.ofSeconds(31));
        assertThat(watched.strays).extracting(SessionReport.Stray::why).containsExactly(Misfit.OUTSIDE);
        assertThat(watched.reports).isEmpty();
    }

    @Test
    void server_thatDoesNotAnswer_isUnreachable_andOneThatDoesNotGreet_isGivenUp() {
        var silent = new FtpCapture();
        var unanswered = new FtpCapture(40_001, FtpCapture.START);
        unanswered.packets.subList(1, unanswered.packets.size()).clear();
        var watched = new Watched().see(silent).see(unanswered).pass(Duration.ofSeconds(40));
        assertThat(watched.events(SessionEvent.Ended.class)).extracting(SessionEvent.Ended::reason)
                .containsExactly(EndReason.SERVER_UNREACHABLE, EndReason.GREETING_TIMEOUT);
    }

    @Test
    void dataConnection_whoseEndIsNotSeen_endsWhenItIsSilent_laterWhereMostOfItIsNotSeen() {
        for (var allData : List.of(true, false)) {
            var capture = new FtpCapture().login();
            var port = capture.passive();
            capture.client("RETR file").server("150 Here");
            capture.data(FtpCapture.CLIENT, 41_000, FtpCapture.SERVER, port).open().say(Sender.RESPONDER, new byte[100]);
            var watched = new Watched(Watch.Bounds.USUAL, allData, null).see(capture).pass(Duration.ofMinutes(6));
            assertThat(watched.events(SessionEvent.DataEnded.class)).extracting(SessionEvent.DataEnded::end)
                    .isEqualTo(allData ? List.of(DataEnd.IDLE) : List.of());
            watched.pass(Duration.ofHours(2));
            assertThat(watched.events(SessionEvent.DataEnded.class)).hasSize(1);
        }
    }

    @Test
    void packets_thatAreLookedAtLate_haveTheirOwnTime() {
        var capture = new FtpCapture().login();
        capture.passive();
        var watched = new Watched().see(capture);
        watched.watch.tick(FtpCapture.START + Duration.ofMinutes(5).toNanos());
        assertThat(watched.events(SessionEvent.PinholeUnused.class)).as("packets have come since the last tick").isEmpty();
        watched.watch.tick(FtpCapture.START + Duration.ofMinutes(5).toNanos());
        assertThat(watched.events(SessionEvent.PinholeUnused.class)).hasSize(1);
    }

    // ---- Bounds ----

    @Test
    void sessions_beyondTheBound_areGivenUp_theOldestFirst_andAreOverForWhoCountsThem() {
        var watched = new Watched(new Watch.Bounds(64, 8, 4 << 10), true, null);
        for (var i = 0; i < 2_000; i++) {
            var capture = new FtpCapture(10_000 + i, FtpCapture.START + i * 1_000_000_000L).login();
            capture.passive();
            watched.see(capture);
            assertThat(watched.watch.following()).isLessThanOrEqualTo(8);
            assertThat(watched.watch.remembered()).isLessThanOrEqualTo(64);
        }
        assertThat(watched.events(SessionEvent.Arrived.class)).hasSize(2_000);
        assertThat(watched.events(SessionEvent.Ended.class)).hasSize(2_000 - 8).allSatisfy(
                over -> assertThat(over.reason()).isEqualTo(EndReason.OUT_OF_SIGHT));
        assertThat(watched.reports).extracting(SessionReport::number).startsWith(1, 2, 3).hasSize(2_000 - 8);
        watched.watch.end();
        assertThat(watched.reports).hasSize(2_000);
        assertThat(watched.events(SessionEvent.Ended.class)).hasSize(2_000);
    }

    @Test
    void whatPeersSayAhead_isRememberedWithinTheBound_ofAllSessionsTogether() {
        var watched = new Watched(new Watch.Bounds(1_000, 1_000, 64 << 10), true, null);
        var talkers = new ArrayList<FtpCapture>();
        for (var i = 0; i < 20; i++) {
            var capture = new FtpCapture(10_000 + i, FtpCapture.START).login();
            for (var line = 0; line < 200; line++) {
                capture.client("NOOP " + "x".repeat(50));
            }
            talkers.add(capture);
        }
        talkers.forEach(watched::see);
        assertThat(watched.remarks).filteredOn(remark -> remark.contains("more ahead of the other side's turn")).hasSizeBetween(15, 19);
        assertThat(watched.watch.following()).isEqualTo(20 - watched.remarks.size());
    }

    @Test
    void session_ofThousandsOfTransfers_isFollowed_andOnlyTheLastAreRemembered() {
        var capture = new FtpCapture().login();
        var watched = new Watched();
        for (var i = 0; i < 3_000; i++) {
            capture.retrieve(capture.passive(), 10);
            watched.see(capture);
        }
        watched.see(capture.quit()).pass(Duration.ofSeconds(1));
        assertThat(watched.events(SessionEvent.TransferEnded.class)).hasSize(3_000)
                .extracting(SessionEvent.TransferEnded::transfer).extracting(Transfer::bytesToClient).containsOnly(10L);
        assertThat(watched.strays).isEmpty();
        assertThat(watched.reports).singleElement().satisfies(report -> assertThat(report.pinholes()).hasSizeLessThanOrEqualTo(64));
    }

    // ---- Beside replay ----

    @Test
    void capture_thatIsWatched_tellsWhatReplayTells() {
        var capture = new FtpCapture().login();
        var used = capture.passive();
        capture.retrieve(used, 10);
        capture.download(FtpCapture.CLIENT, 42_001, FtpCapture.SERVER, used, 5);
        var strange = capture.passive();
        capture.download("192.0.2.66", 42_002, FtpCapture.SERVER, strange, 5);
        capture.client("DELE a").server("250 Gone").client("NOOP").server("200 Yes").quit();
        var other = new FtpCapture(40_001, FtpCapture.START + 5_000_000);
        other.login().retrieve(51_000, 3);
        var packets = new ArrayList<>(capture.packets);
        packets.addAll(other.packets);
        var replayed = new ArrayList<SessionReport>();
        var replay = new Replay(Watched.settings(), (report, _) -> replayed.add(report), _ -> _ -> {});
        var reading = new CaptureReading(replay);
        packets.sort((one, two) -> Long.compare(one.nanos(), two.nanos()));
        packets.forEach(packet -> reading.take(stored(packet)));
        reading.end();
        replay.end();
        var watched = new Watched().see(packets);
        watched.watch.end();
        assertThat(watched.reports).usingRecursiveFieldByFieldElementComparatorIgnoringFields("end").isEqualTo(replayed);
        assertThat(replayed).hasSize(2).first().satisfies(report -> assertThat(report.refused()).isEqualTo(1));
    }

    private static Packet stored(Stored stored) {
        return new Packet().set(stored.bytes(), stored.original(), stored.nanos(), Packets.ETHERNET);
    }
}
