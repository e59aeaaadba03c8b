package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.capture.Packets;
import dev.sallyport.capture.Packets.Stored;
import dev.sallyport.capture.Sender;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code sallyport replay}: what it says of sessions of every kind. */
class ReplayCommandTest {

    private static final String NO_UPLOADS = """
            name: no-uploads
            zone: UTC
            defaults: { action: allow }
            rules:
              - { name: keep-out, commands: uploads, action: deny, reply: 550 Read-only. }
            """;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void session_withTransfersInBothModes_isTold() throws IOException {
        var capture = new FtpCapture().login();
        capture.retrieve(capture.passive(), 1_000);
        capture.client("PORT 192,0,2,10,200,10").server("200 PORT");
        capture.client("STOR up").server("150 Go");
        capture.download(FtpCapture.SERVER, 20, FtpCapture.CLIENT, 51_210, 77);
        capture.server("226 Done").quit();
        assertThat(execute(capture.write(file()))).isZero();
        assertThat(out.toString()).isEqualTo("""
                Session 1: 192.0.2.10:40000 with 198.51.100.20:21, 2026-03-02T10:00:00Z, user demo
                  7 commands in 0.035s, 0 refused, 0 lines rewritten; it ends: the client quit
                     0.009s  pinhole 1  PASV: 192.0.2.10 to 198.51.100.20:50000; used after 0.003 s by 192.0.2.10:41000, \
                1000B to client, 0B to server
                     0.020s  pinhole 2  PORT: 198.51.100.20 port 20 to 192.0.2.10:51210; used after 0.004 s by 198.51.100.20:20, \
                0B to client, 77B to server

                37 packets of 3.2K in 3 connections: 1 FTP session, of which 1 would go through as they are, 0 would not.
                7 commands, 0 refused; 0 lines rewritten; 2 pinholes: 2 used, 0 never used.
                """);
    }

    @Test
    void dataConnections_thatDoNotFit_areToldApart() throws IOException {
        var capture = new FtpCapture().login();
        var used = capture.passive();
        capture.retrieve(used, 10);
        capture.download(FtpCapture.CLIENT, 42_001, FtpCapture.SERVER, used, 5);
        var strange = capture.passive();
        capture.download("192.0.2.66", 42_002, FtpCapture.SERVER, strange, 5);
        var late = capture.passive();
        capture.passive();
        capture.download(FtpCapture.CLIENT, 42_003, FtpCapture.SERVER, late, 5);
        capture.download(FtpCapture.CLIENT, 42_004, FtpCapture.SERVER, 50_004, 5);
        capture.passive();
        capture.download(FtpCapture.CLIENT, 42_005, FtpCapture.SERVER, 60_000, 5);
        capture.client("PORT 192,0,2,10,200,10").server("200 PORT");
        capture.download(FtpCapture.SERVER, 4_711, FtpCapture.CLIENT, 51_210, 5);
        var session = json(capture.quit().write(file())).at("/sessions/0");
        assertThat(session.get("strays").valueStream().map(stray -> stray.get("why").asString() + " " + stray.get("pinhole").asInt()))
                .containsExactlyInAnyOrder(
                        "second-use 1", "wrong-address 2", "too-late 3", "too-early 5", "outside 0", "wrong-port 6");
        assertThat(session.get("pinholes").valueStream()
                .map(pinhole -> pinhole.get("fit").asString() + " " + pinhole.get("detail").asString()))
                .containsExactly("used after 0.003 s", "never-used superseded", "never-used superseded", "never-used superseded",
                        "never-used superseded", "never-used session ended");
    }

    @Test
    void commandThatIsRefused_hasNoReplyOfTheServer_andWhatComesBehindIsJudgedOn() throws IOException {
        var capture = refusedUpload();
        assertThat(execute("--rules", rules(NO_UPLOADS), capture.write(file()).toString())).isZero();
        assertThat(out.toString()).contains("""
                  7 commands in 0.035s, 1 refused, 0 lines rewritten; it ends: the client quit
                """).contains("refused    STOR up -> 550 Read-only. (rule keep-out)")
                .contains("pinhole 1  PASV: 192.0.2.10 to 198.51.100.20:50000; used after 0.003 s")
                .contains("pinhole 2  PASV: 192.0.2.10 to 198.51.100.20:50001; used after 0.003 s")
                .doesNotContain("fault");
    }

    private static FtpCapture refusedUpload() {
        var capture = new FtpCapture().login();
        var port = capture.passive();
        capture.client("STOR up").server("150 Go").download(FtpCapture.CLIENT, 42_000, FtpCapture.SERVER, port, 3);
        capture.server("226 Done");
        return capture.retrieve(capture.passive(), 5).quit();
    }

    @Test
    void transcripts_passAsTheyAreWritten_withoutPasswords() throws IOException {
        var capture = refusedUpload().write(file());
        var transcripts = folder.resolve("transcripts");
        assertThat(execute("--rules", rules(NO_UPLOADS), "--transcript", transcripts.toString(), capture.toString())).isZero();
        var text = Files.readString(transcripts.resolve("0001-192.0.2.10-40000.txt"));
        assertThat(text).contains("E: server connected").contains("C: PASS ****").doesNotContain("sesame").contains("""
                C: STOR up
                D: connected 1 192.0.2.10:42000
                D: closed 1 to-client=3 to-server=0 closed
                ----
                event: denied by keep-out: STOR up
                reply: 550 Read-only.
                """).contains("to client: 226 Done").contains("D: closed 2 to-client=5 to-server=0 closed");
        assertThat(run("test", transcripts.toString())).isZero();
        assertThat(out.toString()).endsWith("1 of 1 transcripts passed.\n");
        Files.writeString(transcripts.resolve("rules.yaml"), NO_UPLOADS.replace("deny, reply: 550 Read-only.", "allow"));
        assertThat(run("test", transcripts.toString())).as("with other rules they say what changes").isEqualTo(1);
    }

    @Test
    void twoRuleSets_areComparedOnTheSameSessions() throws IOException {
        var capture = refusedUpload().write(file()).toString();
        var open = folder.resolve("open.yaml");
        Files.writeString(open, """
                name: open
                defaults: { action: allow }
                rules:
                  - { name: none, commands: uploads, users: nobody, action: deny }
                """);
        var shut = Path.of(rules(NO_UPLOADS));
        assertThat(execute("--diff", open.toString(), shut.toString(), capture)).as(err.toString()).isEqualTo(1);
        assertThat(out.toString()).isEqualTo("""
                Session 1: 192.0.2.10:40000 with 198.51.100.20:21, 2026-03-02T10:00:00Z, user demo
                  command 4, STOR up
                    open.yaml: goes on
                    rules.yaml: refused 550 Read-only. (rule keep-out)

                1 of 1 session changes.
                """);
        assertThat(execute("--diff", open.toString(), open.toString(), capture)).isZero();
        assertThat(out).hasToString("None of 1 session changes.\n");
    }

    @Test
    void segmentsInOtherOrder_twice_andOverlapping_giveTheSameReport() throws IOException {
        var seed = new Random().nextLong();
        var random = new Random(seed);
        var expected = "";
        for (var round = 0; round < 500; round++) {
            var capture = new FtpCapture(21, round == 0 ? null : random);
            capture.login();
            capture.retrieve(capture.passive(), 4_000);
            capture.passive();
            capture.client("DELE x").server("250 Gone").quit();
            var sorted = capture.packets.stream().sorted(Comparator.comparingLong(Stored::nanos)).toList();
            var mixed = round == 0 ? sorted : mixed(sorted, random);
            execute(FtpCapture.write(file(), mixed));
            var report = out.toString().replaceAll("\\d+\\.\\d{3} ?s", "T").replaceAll("\\d+ packets of \\S+", "packets");
            expected = round == 0 ? report : expected;
            assertThat(report).as("seed %d, round %d", seed, round).isEqualTo(expected).contains("1 used, 1 never used");
        }
    }

    /** As two queues of a card, and a network that sends again, would deliver them; times stay with the packets. */
    private static List<Stored> mixed(List<Stored> packets, Random random) {
        var middle = new ArrayList<>(packets.subList(1, packets.size()));
        for (var i = random.nextInt(10); i > 0; i--) {
            var copied = random.nextInt(middle.size());
            middle.add(copied + random.nextInt(Math.min(8, middle.size() - copied)), middle.get(copied));
        }
        for (var i = 0; i < middle.size(); i++) {
            Collections.swap(middle, i, Math.min(middle.size() - 1, i + random.nextInt(4)));
        }
        middle.addFirst(packets.getFirst());
        return middle;
    }

    /** As behind a relay, which hands the reply on before it has connected to the client. */
    @Test
    void dataConnection_rightBehindItsTransfersFinalReply_usesThePinhole() throws IOException {
        var capture = new FtpCapture().login();
        var prompt = capture.passive();
        capture.client("RETR file").server("150 Here").server("226 Done");
        capture.control().at(capture.control().nanos() + 900_000_000);
        capture.download(FtpCapture.CLIENT, 42_001, FtpCapture.SERVER, prompt, 5);
        var last = capture.passive();
        capture.client("RETR file").server("150 Here").server("226 Done").quit();
        capture.control().at(capture.control().nanos() + 100_000_000);
        var session = json(capture.download(FtpCapture.CLIENT, 42_002, FtpCapture.SERVER, last, 7).write(file())).at("/sessions/0");
        assertThat(session.get("end").asString()).isEqualTo("the client quit");
        assertThat(session.get("strays")).isEmpty();
        assertThat(session.get("pinholes").valueStream().map(pinhole -> pinhole.get("fit").asString() + " "
                + pinhole.get("bytesToClient").asInt() + " " + pinhole.get("detail").asString()))
                .containsExactly(
                        "used 5 after 0.904 s, 0.901 s behind the transfer's final reply",
                        "used 7 after 0.109 s, 0.106 s behind the transfer's final reply");
    }

    @Test
    void dataConnection_longBehindItsTransfersFinalReply_isTooLate() throws IOException {
        var capture = new FtpCapture().login();
        var port = capture.passive();
        capture.client("RETR file").server("150 Here").server("226 Done");
        capture.control().at(capture.control().nanos() + 1_000_000_000);
        var session = json(capture.download(FtpCapture.CLIENT, 42_001, FtpCapture.SERVER, port, 5).quit().write(file())).at("/sessions/0");
        assertThat(session.at("/strays/0/why").asString()).isEqualTo("too-late");
        assertThat(session.at("/pinholes/0/detail").asString()).isEqualTo("expired");
    }

    /** What was captured with {@code port 21} alone. */
    @Test
    void sessionWithoutItsDataConnections_hasAnEnd() throws IOException {
        var capture = new FtpCapture().login();
        capture.passive();
        capture.client("RETR file").server("150 Here").server("226 Done").quit();
        var session = json(capture.write(file())).at("/sessions/0");
        assertThat(session.get("end").asString()).isEqualTo("the client quit");
        assertThat(session.at("/pinholes/0/detail").asString()).isEqualTo("expired");
    }

    /** As curl does it behind QUIT: the server's last word meets a closed socket. */
    @Test
    void clientThatHasSaidFin_andThenResets_hasEnded() throws IOException {
        var capture = new FtpCapture().login().client("QUIT");
        var control = capture.control();
        control.write(Sender.INITIATOR, control.next(Sender.INITIATOR), Packets.FIN | Packets.ACK, new byte[0]);
        control.skip(Sender.INITIATOR, 1);
        capture.server("221 Bye").control().write(Sender.INITIATOR, control.next(Sender.INITIATOR), Packets.RST, new byte[0]);
        assertThat(execute(capture.write(file()))).isZero();
        assertThat(out.toString()).contains("it ends: the client ");
    }

    @Test
    void anyPort_findsFtpByItsConversation_andNothingElse() throws IOException {
        var hidden = new FtpCapture(2_121, null).login().quit();
        var mail = new FtpCapture(2_525, null).server("220 mail ESMTP").client("EHLO me").server("250 Hello");
        mail.packets.forEach(packet -> hidden.packets.add(packet));
        var file = hidden.write(file());
        assertThat(execute(file)).isZero();
        assertThat(out.toString()).contains("0 FTP sessions: --port and --any-port say where to look");
        assertThat(execute("--any-port", file.toString())).isZero();
        assertThat(out.toString()).contains("Session 1: 192.0.2.10:40000 with 198.51.100.20:2121").contains("1 FTP session,");
        assertThat(execute("--port", "2121,2525", file.toString())).isZero();
        assertThat(out.toString()).contains("2 FTP sessions");
    }

    @Test
    void zeekLog_isThatOfTheTransfers() throws IOException {
        var capture = new FtpCapture().login();
        assertThat(execute("--log-format", "zeek", capture.retrieve(capture.passive(), 1_000).quit().write(file()).toString())).isZero();
        assertThat(out.toString().lines().filter(line -> !line.startsWith("#"))).containsExactly(String.join("\t",
                "1772445600.010000", "1", "192.0.2.10", "40000", "198.51.100.20", "21", "demo", "<hidden>", "RETR",
                "ftp://198.51.100.20/./file", "-", "1000", "226", "-", "T", "192.0.2.10", "198.51.100.20", "50000", "-"));
    }

    private Path file() {
        return folder.resolve("capture.pcap");
    }

    private String rules(String text) throws IOException {
        return Files.writeString(folder.resolve("rules.yaml"), text).toString();
    }

    private JsonNode json(Path capture) {
        assertThat(execute("--json", capture.toString())).isZero();
        return new JsonMapper().readTree(out.toString());
    }

    private int execute(Path capture) {
        return execute(capture.toString());
    }

    private int execute(String... arguments) {
        var all = new ArrayList<>(List.of("replay"));
        all.addAll(List.of(arguments));
        return run(all.toArray(String[]::new));
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Sallyport.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(arguments);
    }
}
