package dev.sallyport.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.lab.EmbeddedServer;
import dev.sallyport.peers.Requirements;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher as a user runs it, from the first line that it prints to what is left when it has ended. */
@Tag("system")
@Tag("alone")
@Timeout(120)
class LauncherIT {

    private static final Path LAUNCHER = Path.of("deploy/sallyport").toAbsolutePath();
    private static final int DATA_PORTS = 4;

    /** More than all the buffers between server and client hold: while a client reads it slowly, it is under way. */
    private static final int LARGE_BYTES = 64 << 20;

    /** Working directory, and temporary folder of what is started: nothing may be left in the second. */
    @TempDir
    private Path folder;

    private final List<Process> started = new ArrayList<>();
    private Path temporary = Path.of("");
    private String curl = "";
    private int port;

    @BeforeEach
    void prepare() throws IOException {
        curl = Requirements.program("curl").toString();
        temporary = Files.createDirectory(folder.resolve("temporary"));
        port = freePorts();
    }

    @AfterEach
    void endWhatIsLeft() {
        started.forEach(Process::destroyForcibly);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void quickstart_serves_and_leaves_nothing(String signal) throws Exception {
        var gateway = start("quickstart", "--listen", "127.0.0.1:" + port, "--data-ports", dataPorts());
        awaitReady(gateway);
        var url = "ftp://demo:demo@127.0.0.1:" + port + "/";
        assertThat(curl(url)).contains("welcome.txt", "pub", "upload");
        assertThat(curl("-P", "-", url)).contains("welcome.txt", "pub", "upload");
        assertThat(curl("-P", "-", "--disable-eprt", url + "welcome.txt")).isEqualTo("This file came through Sallyport.\n");
        assertThat(curl("--disable-epsv", url + "welcome.txt")).isEqualTo("This file came through Sallyport.\n");
        var file = Files.writeString(folder.resolve("file"), "from here\n");
        curl("-T", file.toString(), url + "upload/");
        assertThat(curl(url + "upload/file")).isEqualTo("from here\n");
        assertThat(curl("--user", "anonymous:nobody's.business", "ftp://127.0.0.1:" + port + "/pub/")).contains("alphabet.txt");
        assertThat(Files.list(temporary)).hasSize(1);

        assertThat(end(gateway, signal)).isZero();
        assertNothingIsLeft();
        assertThat(log()).contains("event=transfer verb=RETR path=\"welcome.txt\" code=226")
                .doesNotContain("nobody's.business", " WARN ", " ERROR ");
    }

    /** By sched(7): SCHED_BATCH is 3; what was chosen in front of the launcher, here SCHED_IDLE, is 5. */
    @ParameterizedTest
    @CsvSource({"'', 3", "--idle, 5"})
    void gateway_interrupts_nobody_unless_told_otherwise(String chosen, int policy) throws Exception {
        var launcher = builder(LAUNCHER, "quickstart", "--listen", "127.0.0.1:" + port, "--data-ports", dataPorts());
        var command = new ArrayList<String>();
        if (!chosen.isEmpty()) {
            command.addAll(List.of(Requirements.program("chrt").toString(), chosen, "0"));
        }
        command.addAll(launcher.command());
        var gateway = start(launcher.command(command));
        awaitReady(gateway);
        assertThat(policies(gateway)).containsOnly(policy);
        assertThat(end(gateway, "TERM")).isZero();
        assertNothingIsLeft();
    }

    /** Of each thread (proc(5), the 41st field of stat; the second may hold spaces). */
    private static List<Integer> policies(Process process) throws IOException {
        try (var threads = Files.list(Path.of("/proc", Long.toString(process.pid()), "task"))) {
            var policies = new ArrayList<Integer>();
            for (var thread : threads.toList()) {
                try {
                    var stat = Files.readString(thread.resolve("stat"));
                    policies.add(Integer.valueOf(stat.substring(stat.lastIndexOf(')')).split(" ", -1)[41 - 2]));
                } catch (IOException itHasEnded) {
                    // One of the JVM's, which come and go.
                }
            }
            return policies;
        }
    }

    /** Somebody who tries it out may have a gateway already: its page is elsewhere then. */
    @Test
    void quickstart_shows_its_page_where_the_usual_port_is_taken() throws Exception {
        try (var usual = new ServerSocket()) {
            usual.setReuseAddress(true);
            if (free(9121, 0)) {
                usual.bind(new InetSocketAddress("127.0.0.1", 9121));
            }
            var gateway = start("quickstart", "--listen", "127.0.0.1:" + port, "--data-ports", dataPorts());
            awaitReady(gateway);
            await().until(() -> printed().contains("/metrics."));
            var page = printed().replaceFirst("(?s).*What goes on is shown at (http://127\\.0\\.0\\.1:\\d+/), its metrics.*", "$1");
            assertThat(page).startsWith("http://127.0.0.1:9").isNotEqualTo("http://127.0.0.1:9121/");
            assertThat(curl(page + "health/ready")).contains("\"ready\"");
            assertThat(end(gateway, "TERM")).isZero();
        }
        assertThat(log()).doesNotContain(" WARN ", " ERROR ");
        assertNothingIsLeft();
    }

    @Test
    void quickstart_through_a_link_in_front_of_a_named_server() throws Exception {
        var link = Files.createSymbolicLink(folder.resolve("linked"), LAUNCHER);
        try (var server = EmbeddedServer.start()) {
            var gateway = start(link, "quickstart", "--listen", "127.0.0.1:" + port, "--data-ports", dataPorts(),
                    "--server", "localhost:" + server.address().port());
            awaitReady(gateway);
            assertThat(curl("ftp://demo:demo@127.0.0.1:" + port + "/")).contains("welcome.txt");
            assertThat(end(gateway, "TERM")).isZero();
        }
        Files.delete(link);
        assertNothingIsLeft();
    }

    /** As it is, in a network of its own, where its ports are free and its server cannot be reached. */
    @Test
    void run_the_example_configuration() throws Exception {
        Requirements.root("it makes a network namespace");
        var example = Path.of("deploy/sallyport.yaml").toAbsolutePath();
        var command = new ArrayList<>(List.of(Requirements.program("unshare").toString(), "--net", "sh", "-c",
                "ip link set lo up && exec \"$@\"", "sh"));
        var launcher = builder(LAUNCHER, "run", "--config", example.toString());
        command.addAll(launcher.command());
        var gateway = start(launcher.command(command));
        awaitReady(gateway);
        assertThat(printed()).contains("[::]:2121", "198.51.100.20:21");
        assertThat(end(gateway, "TERM")).isZero();
        assertThat(log()).doesNotContain(" WARN ", " ERROR ");
        assertNothingIsLeft();
    }

    @Test
    void run_lets_a_transfer_finish_when_asked_to_stop() throws Exception {
        try (var server = EmbeddedServer.start()) {
            Files.write(server.folder().resolve("large"), new byte[LARGE_BYTES]);
            var gateway = start("run", "--config", configuration(server, "30s").toString());
            awaitReady(gateway);
            var target = folder.resolve("received");
            var transfer = slowTransfer(target);
            assertThat(end(gateway, "TERM")).isZero();
            assertThat(transfer.waitFor()).isZero();
            assertThat(target).hasSize(LARGE_BYTES);
            assertThat(printed()).contains("Stopping: 1 sessions may finish", "Stopped.");
        }
        assertNothingIsLeft();
    }

    @Test
    void run_ends_at_once_on_a_second_signal() throws Exception {
        try (var server = EmbeddedServer.start()) {
            Files.write(server.folder().resolve("large"), new byte[LARGE_BYTES]);
            var gateway = start("run", "--config", configuration(server, "1h").toString());
            awaitReady(gateway);
            var transfer = slowTransfer(folder.resolve("received"));
            signal(gateway, "TERM");
            await().until(() -> printed().contains("Stopping"));
            assertThat(end(gateway, "TERM")).isEqualTo(128 + 15);
            assertThat(transfer.waitFor()).isNotZero();
        }
        assertNothingIsLeft();
    }

    @Test
    void configuration_that_is_wrong_ends_with_2_and_its_mistakes() throws Exception {
        var file = Files.writeString(folder.resolve("gate.yaml"), "gateways: 5\n");
        var gateway = start("run", "--config", file.toString());
        assertThat(gateway.waitFor()).isEqualTo(2);
        assertThat(log()).isEqualTo("sallyport run: the configuration has a mistake.\n" + file
                + ":1:11: gateways: a single value does not fit: write a list, each entry beginning with a dash, such as"
                + " '- name: main'.\n");
    }

    @Test
    void run_without_the_privilege_that_it_needs_says_which() throws Exception {
        Requirements.root("it gives up its privileges");
        var file = Files.writeString(folder.resolve("gate.yaml"), """
                gateways:
                  - name: test
                    listen: "[::]:%d"
                    intercept: { mode: tproxy }
                    server: original
                    dataPath: kernel
                    dataPorts: %s
                """.formatted(port, dataPorts()));
        var launcher = builder(LAUNCHER, "run", "--config", file.toString());
        // A host without any interface has no addresses, which is told first.
        var command = new ArrayList<>(List.of(Requirements.program("unshare").toString(), "--net", "sh", "-c",
                "ip link set lo up && exec \"$@\"", "sh",
                Requirements.program("setpriv").toString(), "--bounding-set", "-net_admin", "--inh-caps", "-net_admin"));
        command.addAll(launcher.command());
        assertThat(start(launcher.command(command)).waitFor()).isEqualTo(1);
        assertThat(log()).contains(
                "sallyport run: cannot speak to the kernel's packet filter, which needs nftables and CAP_NET_ADMIN: ",
                "'sallyport doctor' says what this host lacks.");
        assertNothingIsLeft();
    }

    /** The JVM goes on without a class archive that does not fit; told to insist on it, it would not start. */
    @ParameterizedTest
    @ValueSource(strings = {"--version", "replay --help"})
    void program_starts_with_the_class_archive_of_its_build(String arguments) throws Exception {
        var builder = builder(LAUNCHER, arguments.split(" ", -1));
        builder.environment().put("SALLYPORT_JAVA_OPTS", "-XX:AOTMode=on");
        assertThat(start(builder).waitFor()).as(() -> log()).isZero();
        assertThat(log()).isEmpty();
    }

    @Test
    void java_home_without_a_jdk_25_is_named() throws Exception {
        var builder = builder(LAUNCHER, "--version");
        builder.environment().put("SALLYPORT_JAVA_HOME", folder.toString());
        assertThat(start(builder).waitFor()).isEqualTo(2);
        assertThat(log()).isEqualTo("sallyport: SALLYPORT_JAVA_HOME is " + folder + ", and there is no JDK 25.\n");
    }

    // ---- What is started ----

    private Process start(String... arguments) throws IOException {
        return start(LAUNCHER, arguments);
    }

    private Process start(Path launcher, String... arguments) throws IOException {
        return start(builder(launcher, arguments));
    }

    private Process start(ProcessBuilder builder) throws IOException {
        var process = builder.start();
        started.add(process);
        return process;
    }

    private ProcessBuilder builder(Path launcher, String... arguments) {
        // A test run in the background ignores SIGINT, and its children would inherit that.
        var command = new ArrayList<>(List.of("env", "--default-signal=INT,TERM,HUP", launcher.toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().put("SALLYPORT_JAVA_OPTS", "-Djava.io.tmpdir=" + temporary);
        // Its control sockets stand there, and not where those of this host's gateways do.
        builder.environment().put("RUNTIME_DIRECTORY", folder.resolve("run").toString());
        return builder;
    }

    private Path configuration(EmbeddedServer server, String grace) throws IOException {
        return Files.writeString(folder.resolve("gate.yaml"), """
                gateways:
                  - name: test
                    listen: 127.0.0.1:%d
                    server: %s
                    dataPorts: %s
                timeouts: { grace: %s }
                """.formatted(port, server.address(), dataPorts(), grace));
    }

    private void awaitReady(Process gateway) {
        await().atMost(Duration.ofSeconds(30)).until(() -> printed().contains("Ready: ") || !gateway.isAlive());
        assertThat(printed()).as(() -> read("err")).contains("Ready: ");
    }

    /** A download that takes some seconds, under way. */
    private Process slowTransfer(Path target) throws IOException {
        var transfer = new ProcessBuilder(curl, "-sS", "--limit-rate", "16M", "-o", target.toString(),
                        "ftp://demo:demo@127.0.0.1:" + port + "/large")
                .redirectError(folder.resolve("curl").toFile()).start();
        started.add(transfer);
        await().until(() -> Files.exists(target) && Files.size(target) > 0);
        return transfer;
    }

    private String curl(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(curl, "-sS", "--max-time", "20"));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        started.add(process);
        var printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(() -> printed + log()).isZero();
        return printed;
    }

    private static int end(Process process, String signal) throws Exception {
        signal(process, signal);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static void signal(Process process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor()).isZero();
    }

    // ---- What is left ----

    private void assertNothingIsLeft() throws IOException {
        assertThat(temporary).isEmptyDirectory();
        assertThat(started).noneMatch(Process::isAlive);
        assertThat(free(port, DATA_PORTS)).isTrue();
        var sockets = folder.resolve("run");
        assertThat(Files.notExists(sockets) || isEmpty(sockets)).as("control sockets are gone").isTrue();
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    private String printed() {
        return read("out");
    }

    private String log() {
        return read("err");
    }

    private String read(String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (IOException e) {
            return "";
        }
    }

    private String dataPorts() {
        return port + 1 + "-" + (port + DATA_PORTS);
    }

    /** The first of a row of free ports: one for control, the next for data. */
    private static int freePorts() {
        while (true) {
            var first = ThreadLocalRandom.current().nextInt(12_000, 19_000);
            if (free(first, DATA_PORTS)) {
                return first;
            }
        }
    }

    private static boolean free(int first, int more) {
        for (var each = first; each <= first + more; each++) {
            try (var socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress("127.0.0.1", each));
            } catch (IOException taken) {
                return false;
            }
        }
        return true;
    }
}
