package dev.sallyport.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.lab.EmbeddedServer;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A server, a configuration for the gateway in front of it, and the launcher to run both it and its operator's commands. */
final class Operated implements AutoCloseable {

    private static final Path LAUNCHER = Path.of("deploy/sallyport").toAbsolutePath();

    /** How a command ended. */
    record Said(int exit, String out, String err) {}

    final Path folder;
    final EmbeddedServer server;
    final int port = ThreadLocalRandom.current().nextInt(12_000, 19_000);
    final Path configuration;
    final Path socket;
    private final List<Process> started = new ArrayList<>();

    /** @param more lines of the gateway's section, indented by four */
    Operated(Path folder, String more) throws IOException {
        this.folder = folder;
        server = EmbeddedServer.start();
        // Several of these run at once, and the usual port is one.
        configuration = Files.writeString(folder.resolve("gate.yaml"), """
                telemetry: { http: none }
                gateways:
                  - name: test
                    listen: 127.0.0.1:%d
                    server: %s
                    dataPorts: %d-%d
                """.formatted(port, server.address(), port + 1, port + 4) + more);
        socket = folder.resolve("run").resolve("gate.control");
    }

    /** Runs the configuration; it listens when this returns. A session of its own: no terminal that could close. */
    Process startGateway() throws Exception {
        var log = folder.resolve("log").toFile();
        var command = builder("run", "--config", configuration.toString());
        command.command().addFirst("setsid");
        var gateway = started(command.redirectOutput(folder.resolve("out").toFile()).redirectError(log).start());
        await().atMost(Duration.ofSeconds(30)).until(
                () -> Files.readString(folder.resolve("out")).contains("Ready: ") || !gateway.isAlive());
        assertThat(gateway.isAlive()).as(() -> "see " + log).isTrue();
        await().until(() -> Files.exists(socket));
        return gateway;
    }

    static void stop(Process gateway) throws InterruptedException {
        gateway.destroy();
        assertThat(gateway.waitFor(40, TimeUnit.SECONDS)).isTrue();
        assertThat(gateway.exitValue()).isZero();
    }

    /** To be ended with the test. */
    Process started(Process process) {
        started.add(process);
        return process;
    }

    Said say(String... arguments) throws IOException, InterruptedException {
        var err = folder.resolve("said").toFile();
        var process = started(builder(arguments).redirectError(err).start());
        var out = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Said(process.exitValue(), out, Files.readString(err.toPath()));
    }

    private ProcessBuilder builder(String... arguments) {
        var command = new ArrayList<>(List.of("env", "--default-signal=INT,TERM,HUP", LAUNCHER.toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("RUNTIME_DIRECTORY", folder.resolve("run").toString());
        return builder;
    }

    /** What the gateway has logged. */
    String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    /** A client that has logged in. */
    Socket login() throws IOException {
        return login(port);
    }

    static Socket login(int port) throws IOException {
        var client = new Socket("127.0.0.1", port);
        expect(client, "220");
        tell(client, "USER demo", "331");
        tell(client, "PASS demo", "230");
        return client;
    }

    /** A client's word, and the code that answers it. @return the answer */
    static String tell(Socket client, String line, String code) throws IOException {
        client.getOutputStream().write((line + "\r\n").getBytes(ISO_8859_1));
        return expect(client, code);
    }

    static String expect(Socket client, String code) throws IOException {
        var line = new StringBuilder();
        for (var c = client.getInputStream().read(); c >= 0 && c != '\n'; c = client.getInputStream().read()) {
            line.append((char) c);
        }
        assertThat(line.toString()).startsWith(code + " ");
        return line.toString().strip();
    }

    @Override
    public void close() throws InterruptedException {
        started.forEach(Process::destroyForcibly);
        for (var each : started) {
            each.waitFor(10, TimeUnit.SECONDS);
        }
        server.close();
    }
}
