package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.net.Host;
import dev.sallyport.peers.ChildProcess.Finished;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The real program, {@code sallyport watch}, in a host of a network. */
final class WatchProgram implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(30);
    private static final JsonMapper JSON = new JsonMapper();

    private final Host host;
    private final ChildProcess process;

    private WatchProgram(Host host, ChildProcess process) {
        this.host = host;
        this.process = process;
    }

    /** Starts it; returns when it captures. */
    static WatchProgram start(Host host, String... arguments) throws Exception {
        var watch = new WatchProgram(host, host.start(command("watch", arguments)));
        await().atMost(START).pollInterval(Duration.ofMillis(20))
                .until(() -> watch.printed().contains("watching") || !watch.process.alive());
        assertThat(watch.process.alive()).as(watch.printed()).isTrue();
        return watch;
    }

    /** Runs a command to its end. */
    static Finished run(Host host, String name, String... arguments) throws Exception {
        return host.start(command(name, arguments)).await(START);
    }

    private static List<String> command(String name, String... arguments) {
        return PackagedProgram.command(List.of(), Stream.concat(Stream.of(name), Stream.of(arguments)).toList());
    }

    String printed() {
        return process.printed();
    }

    /** What it has told as JSON, event by event. */
    List<JsonNode> told(String event) {
        return printed().lines().filter(line -> line.startsWith("{") && line.endsWith("}")).map(JSON::readTree)
                .filter(line -> line.get("event").asString().equals(event)).toList();
    }

    /** Figures of sessions, without whose they are and who carries their data. */
    static Map<String, Double> figures(Host host, int port, List<String> names) throws Exception {
        var figures = new TreeMap<String, Double>();
        host.require("curl", "-s", "http://127.0.0.1:" + port + "/metrics").lines()
                .filter(line -> names.stream().anyMatch(name -> line.startsWith("sallyport_" + name)))
                .forEach(line -> figures.put(
                        line.substring(0, line.lastIndexOf(' ')).replaceAll("(gateway|path)=\"[a-z]+\",?", ""),
                        Double.valueOf(line.substring(line.lastIndexOf(' ') + 1))));
        return figures;
    }

    /** All series of one meter together. */
    double figure(int port, String name) throws Exception {
        return figures(host, port, List.of(name)).values().stream().mapToDouble(Double::doubleValue).sum();
    }

    void signal(String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.handle().pid())).start().waitFor()).isZero();
    }

    /** Waits for its end. */
    Finished ended(Duration limit) throws InterruptedException {
        return process.await(limit);
    }

    @Override
    public void close() {
        process.kill();
    }
}
