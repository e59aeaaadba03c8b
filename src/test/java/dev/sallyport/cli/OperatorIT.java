package dev.sallyport.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.lab.EmbeddedServer;
import dev.sallyport.peers.Requirements;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The operator's commands against a gateway that runs, each started by the launcher. */
@Tag("system")
@Timeout(180)
class OperatorIT {

    /** At the client's pace minutes; the test takes as long as it needs. */
    private static final long LARGE_BYTES = 1L << 30;

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Operated operated;
    @SuppressWarnings("NullAway.Init")
    private EmbeddedServer server;
    private Path configuration = Path.of("");
    private Path socket = Path.of("");
    private int port;

    @BeforeEach
    void prepare() throws IOException {
        operated = new Operated(folder, "");
        server = operated.server;
        configuration = operated.configuration;
        socket = operated.socket;
        port = operated.port;
        try (var large = new RandomAccessFile(server.folder().resolve("large").toFile(), "rw")) {
            large.setLength(LARGE_BYTES);
        }
    }

    @AfterEach
    void endWhatIsLeft() throws InterruptedException {
        operated.close();
    }

    @Test
    void what_is_open_is_listed_and_a_killed_session_is_noticed_by_both_ends() throws Exception {
        var gateway = operated.startGateway();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket))).isEqualTo("rw-------");
        assertThat(operated.say("sessions").out()).isEqualTo(
                "ID  GATEWAY  CLIENT  CONNECTED TO  SERVER  TLS  USER  AGE  TRANSFERS  TO CLIENT  TO SERVER  STATE  TRANSFER\n");

        var transfer = new ProcessBuilder(Requirements.program("curl").toString(), "-sS", "--limit-rate", "4M", "-o",
                folder.resolve("received").toString(), "ftp://demo:demo@127.0.0.1:" + port + "/large").start();
        operated.started(transfer);
        await().until(() -> Files.exists(folder.resolve("received")) && Files.size(folder.resolve("received")) > 0);
        var sessions = operated.say("sessions", "--config", configuration.toString());
        assertThat(sessions.exit()).isZero();
        var line = sessions.out().lines().skip(1).findFirst().orElseThrow();
        assertThat(line).matches(
                "[0-9a-z]+ +test +127\\.0\\.0\\.1:[0-9]+ +127\\.0\\.0\\.1:" + port + " +" + server.address()
                        + " +- +demo +[0-9]+s +0 +0B +0B +transfer +RETR large");
        var id = line.split(" ", 2)[0];
        assertThat(operated.say("pinholes", "--socket", socket.toString()).out().lines().skip(1)).singleElement().asString().matches(
                id + "\\.1 +test +client +127\\.0\\.0\\.1 +127\\.0\\.0\\.1:[0-9]+ +127\\.0\\.0\\.1:[0-9]+ +[0-9]+s +used +-");
        assertThat(operated.say("sessions", "--json").out())
                .startsWith("{\"sessions\":[{\"id\":\"" + id + "\",\"gateway\":\"test\",").contains("\"transfer\":\"RETR large\"");

        assertThat(operated.say("kill", id)).isEqualTo(new Operated.Said(0, "Session " + id + " ends.\n", ""));
        assertThat(transfer.waitFor(10, TimeUnit.SECONDS)).as("the client's transfer has ended").isTrue();
        assertThat(transfer.exitValue()).isNotZero();
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(connectionsOfServer()).isZero());
        assertThat(operated.say("kill", id)).isEqualTo(new Operated.Said(
                1, "", "sallyport kill: there is no session " + id + ". 'sallyport sessions' lists those that are open.\n"));
        assertThat(operated.say("sessions", "--json").out()).isEqualTo("{\"sessions\":[]}\n");
        assertThat(Files.readString(folder.resolve("log"))).contains("session=" + id + " event=end reason=killed");

        Operated.stop(gateway);
        assertThat(socket).doesNotExist();
    }

    @Test
    void pinhole_that_waits_tells_how_long_it_will() throws Exception {
        operated.startGateway();
        try (var client = operated.login()) {
            Operated.tell(client, "PASV", "227");
            assertThat(operated.say("pinholes").out().lines().skip(1)).singleElement().asString()
                    .matches("[0-9a-z]+\\.1 +test +client +127\\.0\\.0\\.1 +127\\.0\\.0\\.1:[0-9]+ +127\\.0\\.0\\.1:[0-9]+"
                            + " +[0-9]+s +waiting +[12][0-9]s");
        }
        await().untilAsserted(() -> assertThat(operated.say("pinholes", "--json").out()).isEqualTo("{\"pinholes\":[]}\n"));
    }

    /** Terminal escapes and line ends in a user name reach no terminal. */
    @Test
    void what_clients_send_is_escaped() throws Exception {
        operated.startGateway();
        try (var client = operated.login()) {
            Operated.tell(client, "RETR \u001b[2J\u00e9\tx", "425");
            Operated.tell(client, "PASV", "227");
            client.getOutputStream().write("RETR \u001b[2J\u00e9\tx\r\n".getBytes(ISO_8859_1));
            await().untilAsserted(() -> assertThat(operated.say("sessions", "--json").out()).contains("\\\\x1b[2J\\\\xe9\\\\tx"));
            assertThat(operated.say("sessions").out()).contains("  RETR \\x1b[2J\\xe9\\tx").matches("[\\x20-\\x7e\n]*");
        }
    }

    @Test
    void socket_of_a_killed_gateway_is_replaced_and_a_living_one_refused() throws Exception {
        var killed = operated.startGateway();
        killed.destroyForcibly().waitFor();
        assertThat(socket).exists();
        assertThat(operated.say("sessions")).isEqualTo(new Operated.Said(
                2, "", "sallyport sessions: no gateway runs there: nobody answers on the control socket " + socket + ".\n"));
        var gateway = operated.startGateway();
        assertThat(operated.say("sessions").exit()).isZero();

        var other = Files.writeString(folder.resolve("other.yaml"), Files.readString(configuration)
                .replace("127.0.0.1:" + port, "127.0.0.1:" + (port + 5)).replaceAll("dataPorts: .*", "dataPorts: " + (port + 6))
                + "controlSocket: " + socket + "\n");
        assertThat(operated.say("run", "--config", other.toString())).isEqualTo(new Operated.Said(
                1, "", "sallyport run: another gateway answers on the control socket " + socket
                        + ". Give this gateway another place with controlSocket in " + other + ", or none.\n"));
        assertThat(operated.say("sessions").exit()).as("the first gateway still answers").isZero();
        Operated.stop(gateway);

        Files.writeString(socket, "somebody's");
        var refused = operated.say("run", "--config", configuration.toString());
        assertThat(refused.exit()).isOne();
        assertThat(refused.err()).contains("is taken by another kind of file");
        assertThat(socket).hasContent("somebody's");
    }

    @Test
    void without_a_gateway_or_with_bad_words_it_says_so() throws Exception {
        assertThat(operated.say("sessions")).isEqualTo(new Operated.Said(2, "", "sallyport sessions: no gateway runs here: "
                + folder.resolve("run") + " holds no control socket. Name one with --config FILE or --socket PATH.\n"));
        assertThat(operated.say("pinholes", "--config", configuration.toString())).isEqualTo(new Operated.Said(
                2, "", "sallyport pinholes: no gateway runs there: there is no control socket " + socket + ".\n"));
        assertThat(operated.say("kill", "1;rm").err()).startsWith(
                "sallyport kill: '1;rm' is no session's ID: write 1 to 13 digits and small letters, such as 2x7k3.\n");
        assertThat(operated.say("sessions", "--socket", "/a", "--config", "/b").exit()).isEqualTo(2);
        Files.createDirectory(folder.resolve("run"));
        try (var mute = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            mute.bind(UnixDomainSocketAddress.of(socket));
            Thread.ofVirtual().start(() -> {
                try (var caller = mute.accept()) {
                    caller.read(ByteBuffer.allocate(64));
                } catch (IOException closed) {
                    throw new UncheckedIOException(closed);
                }
            });
            assertThat(operated.say("sessions").err()).contains("what answers there is no gateway");
        }
    }

    /** Connections to the server behind that stand (proc(5): state 01, the local port in hexadecimal). */
    private long connectionsOfServer() throws IOException {
        var local = "0100007F:%04X".formatted(server.address().port().number());
        return Files.readAllLines(Path.of("/proc/self/net/tcp")).stream()
                .map(line -> line.strip().split(" +"))
                .filter(fields -> fields.length > 3 && Objects.equals(fields[1], local) && fields[3].equals("01"))
                .count();
    }
}
