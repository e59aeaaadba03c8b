package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.capture.Dialogue;
import dev.sallyport.capture.Packets;
import dev.sallyport.capture.Packets.Stored;
import dev.sallyport.capture.Sender;
import dev.sallyport.peers.ChildProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sallyport replay} before captures that are broken, or want to break it: a clear message, and never more memory. */
class BrokenCaptureTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void brokenConversations_areToldToWhereTheyAreWhole() throws IOException {
        var lost = new FtpCapture().login();
        lost.control().skip(Sender.INITIATOR, 6);
        lost.server("257 \"/\"").quit();
        assertThat(one(lost)).contains("followed to a gap").contains("6 bytes of the client are missing").contains("1 have gaps");

        var evasive = new FtpCapture().login();
        evasive.client("RETR good").control().again(Sender.INITIATOR, 11, "RETR evil\r\n");
        assertThat(one(evasive)).contains("Evasion: ").contains("0 would go through as they are, 1 would not");

        var middle = new FtpCapture();
        middle.packets.clear();
        assertThat(one(middle.client("PWD").server("257 \"/\"")))
                .contains("It had begun before the capture did").contains("1 cannot be judged");

        var late = new FtpCapture();
        late.packets.clear();
        assertThat(one(late.login().quit())).contains("user demo").contains("it ends: the client quit");

        var short96 = new FtpCapture().server("220-" + "x".repeat(200)).login();
        short96.packets.replaceAll(packet -> new Stored(
                Arrays.copyOf(packet.bytes(), Math.min(96, packet.bytes().length)), packet.bytes().length, packet.nanos()));
        assertThat(one(short96)).contains("the capture cut their packet off: capture with tcpdump -s 0");

        var half = new FtpCapture().login();
        half.packets.removeIf(packet -> packet.bytes()[29] == 10);
        assertThat(one(half)).contains("bytes of the client are missing");
    }

    private String one(FtpCapture capture) throws IOException {
        assertThat(execute(capture.write(file()))).isZero();
        assertThat(err.toString()).isEmpty();
        return out.toString();
    }

    @Test
    void brokenFiles_areToldWithWhatStandsBeforeTheDamage() throws IOException {
        var file = new FtpCapture().login().quit().write(file());
        var bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 30));
        assertThat(execute(file)).isEqualTo(1);
        assertThat(out.toString()).contains("user demo");
        assertThat(err.toString()).matches("sallyport replay: \\S+ is cut off at packet \\d+, byte [\\d,]+: .*\n");
        Files.writeString(file, "no capture at all");
        assertThat(execute(file)).isEqualTo(2);
        assertThat(err.toString()).contains("is no capture: it begins with 6e 6f 20 63.");
        assertThat(execute(folder.resolve("absent"))).isEqualTo(2);
        assertThat(err.toString()).contains("there is no file");
        assertThat(execute("--json", "--log-format", "zeek", file.toString())).isEqualTo(2);
    }

    @Test
    void unknownFrames_areCounted() throws IOException {
        var capture = new FtpCapture().login();
        Files.write(file(), Packets.pcap(ByteOrder.BIG_ENDIAN, false, 147, capture.packets));
        assertThat(execute(file())).isZero();
        assertThat(out.toString()).contains("8 packets have frames of link type 147, which is not understood");
    }

    @Test
    void packetsOfTheHandshake_thatAreMissing_leaveTheSessionAsItIs() throws IOException {
        for (var missing : List.of(List.of(0), List.of(1), List.of(2), List.of(0, 1), List.of(0, 1, 2))) {
            var capture = new FtpCapture().login();
            capture.retrieve(capture.passive(), 100);
            capture.quit();
            missing.reversed().forEach(packet -> capture.packets.remove((int) packet));
            assertThat(one(capture)).as("without packets %s", missing).contains("user demo").contains("it ends: the client quit")
                    .contains("1 would go through as they are");
        }
    }

    @Test
    void overlapsWithOtherContent_areEvasion_alsoWhereTheFirstStillWaits() throws IOException {
        var capture = new FtpCapture().login();
        var next = capture.control().next(Sender.INITIATOR);
        // Behind a hole, twice, and then what fills it.
        capture.control().write(Sender.INITIATOR, next + 5, Packets.ACK, "good\r\n".getBytes());
        capture.control().write(Sender.INITIATOR, next + 5, Packets.ACK, "evil\r\n".getBytes());
        capture.control().write(Sender.INITIATOR, next, Packets.ACK, "RETR ".getBytes());
        capture.control().skip(Sender.INITIATOR, 11);
        assertThat(one(capture.server("550 No").quit())).contains("Evasion: ").contains("0 would go through as they are, 1 would not");
    }

    @Test
    void sequenceNumbers_thatWrap_changeNothing() throws IOException {
        var capture = new FtpCapture();
        capture.packets.clear();
        capture.control().numbers(-40, -50).open();
        capture.login();
        var port = capture.passive();
        capture.client("RETR file").server("150 Here");
        var data = capture.data(FtpCapture.CLIENT, 41_000, FtpCapture.SERVER, port).numbers(-5, -7).open();
        // Of 4.5 GiB one byte in each half GiB is in the capture: of data, only what moved counts.
        for (var i = 0; i < 9; i++) {
            data.say(Sender.RESPONDER, "x").skip(Sender.RESPONDER, (1 << 29) - 1);
        }
        capture.control().at(data.close().nanos());
        assertThat(one(capture.server("226 Done").quit())).contains("4.5G to client, 0B to server")
                .contains("1 would go through as they are");
    }

    @Test
    void everyLinkType_isReadOrCounted_inOneFile() throws IOException {
        var order = ByteOrder.LITTLE_ENDIAN;
        var login = new FtpCapture().login().packets;
        var parts = new ArrayList<>(List.of(Packets.section(order)));
        for (var type = 0; type < 400; type++) {
            parts.add(Packets.describedInterface(order, type));
        }
        for (var type = 0; type < 400; type++) {
            for (var packet : login) {
                parts.add(Packets.enhanced(order, type, packet.nanos() / 1_000, packet.bytes()));
            }
        }
        Files.write(file(), Packets.concat(parts.toArray(byte[][]::new)));
        assertThat(execute(file().toString())).isZero();
        assertThat(out.toString()).contains("user demo").contains(", of which 1 would go through")
                .contains(login.size() + " packets have frames of link type 2, which is not understood");
        assertThat(out.toString().lines().filter(line -> line.contains("link type"))).as("no more than are worth reading").hasSize(16);
    }

    @Test
    void fileThatIsCutOffAnywhere_isTold() throws IOException {
        var capture = new FtpCapture().login().quit();
        var whole = Files.readAllBytes(capture.write(file()));
        for (var bytes : List.of(whole, pcapng(capture.packets), compressed(whole))) {
            for (var length = 0; length < bytes.length; length += 1 + bytes.length / 40) {
                Files.write(file(), Arrays.copyOf(bytes, length));
                assertThat(execute(file().toString())).as("%d of %d bytes", length, bytes.length).isBetween(length > 100 ? 0 : 1, 2);
                assertThat(err.toString()).as("%d bytes", length)
                        .matches("|sallyport replay: \\S+ (is cut off at packet|ends within its header|is no capture:|is damaged at).*\n");
            }
        }
    }

    @Test
    void bytesThatChangedOnTheWay_areNeverUnexpected() throws IOException {
        var capture = new FtpCapture().login();
        capture.retrieve(capture.passive(), 300);
        var pcap = Files.readAllBytes(capture.quit().write(file()));
        var pcapng = pcapng(capture.packets);
        var seed = new Random().nextLong();
        var random = new Random(seed);
        for (var round = 0; round < 150; round++) {
            var bytes = (round % 2 == 0 ? pcap : pcapng).clone();
            for (var changes = 1 + random.nextInt(6); changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            Files.write(file(), bytes);
            assertThat(execute("--any-port", file().toString())).as("seed %d, round %d", seed, round).isBetween(0, 2);
            assertThat(err.toString()).as("seed %d, round %d", seed, round).doesNotContain("unexpected");
        }
    }

    /** More sessions than are followed at once, none of which ends, in a heap that does not hold them all. */
    @Test
    void floodOfSessions_takesBoundedMemory() throws Exception {
        var packets = new ArrayList<Stored>();
        for (var i = 0; i < 40_000; i++) {
            new Dialogue("10.0." + i / 250 + "." + (1 + i % 250), 40_000, FtpCapture.SERVER, 21, 1_000_000L * i, packets).open()
                    .say(Sender.RESPONDER, "220 Ready\r\n").say(Sender.INITIATOR, "USER " + "x".repeat(300) + "\r\n");
        }
        FtpCapture.write(file(), packets);
        var finished = ChildProcess.start(
                        List.of(
                                ProcessHandle.current().info().command().orElseThrow(), "-Xmx128m", "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Sallyport.class.getName(),
                                "replay", file().toString()),
                        folder, ChildProcess.noInput(), folder.resolve("printed"))
                .await(Duration.ofSeconds(60));
        assertThat(finished.exit()).as(finished.printed().substring(Math.max(0, finished.printed().length() - 2_000))).isZero();
        assertThat(finished.printed()).contains("in 40,000 connections: 40,000 FTP sessions").contains("it was given up");
    }

    private static byte[] pcapng(List<Stored> packets) {
        var order = ByteOrder.BIG_ENDIAN;
        var parts = new ArrayList<>(List.of(Packets.section(order), Packets.describedInterface(order, Packets.ETHERNET)));
        packets.forEach(packet -> parts.add(Packets.enhanced(order, 0, packet.nanos() / 1_000, packet.bytes())));
        return Packets.concat(parts.toArray(byte[][]::new));
    }

    private static byte[] compressed(byte[] bytes) throws IOException {
        var compressed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(compressed)) {
            gzip.write(bytes);
        }
        return compressed.toByteArray();
    }

    private Path file() {
        return folder.resolve("capture");
    }

    private int execute(Path capture) {
        return execute(capture.toString());
    }

    private int execute(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        var all = new ArrayList<>(List.of("replay"));
        all.addAll(List.of(arguments));
        return Sallyport.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }
}
