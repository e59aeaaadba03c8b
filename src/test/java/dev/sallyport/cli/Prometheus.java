package dev.sallyport.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.net.Host;
import dev.sallyport.peers.ChildProcess;
import dev.sallyport.peers.ChildProcess.Finished;
import dev.sallyport.peers.Requirements;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Debian's Prometheus with the scrape configuration and the rules of {@code deploy/prometheus}, but for a gateway of a test,
 * each second.
 */
final class Prometheus implements AutoCloseable {

    static final Path DEPLOYED = Path.of("deploy/prometheus").toAbsolutePath();

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int PATIENCE_MILLIS = 10_000;
    private static final Duration LOOK_BACK = Duration.ofSeconds(20);
    private static final JsonMapper JSON = new JsonMapper();

    private final @Nullable Host host;
    private final int port;
    private final ChildProcess program;

    private Prometheus(@Nullable Host host, int port, ChildProcess program) {
        this.host = host;
        this.port = port;
        this.program = program;
    }

    /**
     * Starts it; returns when it answers.
     *
     * @param host where it runs; null: on this one
     * @param port on loopback
     * @param target where a gateway answers
     */
    static Prometheus start(@Nullable Host host, Path folder, int port, String target) throws Exception {
        var configuration = Files.writeString(folder.resolve("prometheus.yml"), configuration(target));
        var command = List.of(
                Requirements.installedOrUnpacked("prometheus").toString(), "--config.file=" + configuration,
                "--storage.tsdb.path=" + folder.resolve("data"), "--web.listen-address=127.0.0.1:" + port,
                "--enable-feature=exemplar-storage", "--log.level=warn");
        var prometheus = new Prometheus(host, port, host == null
                ? ChildProcess.start(command, folder, ChildProcess.noInput(), folder.resolve("prometheus.log"))
                : host.start(command));
        try {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50))
                    .until(() -> !prometheus.program.alive() || prometheus.ready());
            assertThat(prometheus.program.alive()).as(prometheus.program.printed()).isTrue();
            return prometheus;
        } catch (Throwable failed) {
            prometheus.close();
            throw failed;
        }
    }

    /** As it is deployed, but for the gateway and the time between two scrapes. */
    private static String configuration(String target) throws IOException {
        var deployed = Files.readString(DEPLOYED.resolve("prometheus.yml"));
        assertThat(deployed).contains(
                "scrape_interval: 15s", "evaluation_interval: 15s", "\"127.0.0.1:9121\"", "[recording.yml, alerts.yml]");
        return deployed.replace("_interval: 15s", "_interval: 1s").replace("127.0.0.1:9121", target)
                .replace("[recording.yml, alerts.yml]", "[%1$s/recording.yml, %1$s/alerts.yml]".formatted(DEPLOYED));
    }

    /** Runs promtool to its end. @param input what it reads */
    static Finished promtool(Path folder, String input, String... arguments) throws IOException, InterruptedException {
        var given = Files.writeString(folder.resolve("promtool.in"), input);
        var command = Stream.concat(Stream.of(Requirements.installedOrUnpacked("promtool").toString()), Stream.of(arguments)).toList();
        return ChildProcess.start(command, folder, given, folder.resolve("promtool.out")).await(PATIENCE);
    }

    private boolean ready() throws Exception {
        try {
            return !get("/-/ready").isEmpty();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** What an expression returns now: series, each with {@code metric} and {@code value}. @throws IOException when it is wrong */
    List<JsonNode> query(String expression) throws Exception {
        return result(data("/api/v1/query?query=" + encoded(expression)).get("result"));
    }

    /** What it returned for each of the last seconds: series, each with {@code metric} and {@code values}. */
    List<JsonNode> queryRange(String expression) throws Exception {
        var now = Instant.now();
        return result(data("/api/v1/query_range?step=1&start=%s&end=%s&query=%s"
                .formatted(now.minus(LOOK_BACK), now, encoded(expression))).get("result"));
    }

    /** The values of a label of some series. */
    List<String> labelValues(String series, String label) throws Exception {
        return result(data("/api/v1/label/" + label + "/values?match[]=" + encoded(series))).stream().map(JsonNode::asString).toList();
    }

    /** Examples that came with a histogram's buckets in the last seconds, each with its {@code labels}. */
    List<JsonNode> exemplars(String series) throws Exception {
        var now = Instant.now();
        return result(data("/api/v1/query_exemplars?start=%s&end=%s&query=%s"
                        .formatted(now.minus(LOOK_BACK), now, encoded(series)))).stream()
                .flatMap(each -> result(each.get("exemplars")).stream()).toList();
    }

    /** All recordings and alerts, as it knows them. */
    List<JsonNode> rules() throws Exception {
        return result(data("/api/v1/rules").get("groups")).stream().flatMap(group -> result(group.get("rules")).stream()).toList();
    }

    private static List<JsonNode> result(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    private JsonNode data(String path) throws Exception {
        return JSON.readTree(get(path)).get("data");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    private String get(String path) throws Exception {
        return get(host, "127.0.0.1:" + port, path);
    }

    /** What something answers over HTTP. @param host where to ask; null: on this one @throws IOException when it is not well */
    static String get(@Nullable Host host, String server, String path) throws Exception {
        return host == null ? fetch(server, path) : host.call(() -> fetch(server, path));
    }

    /** On this thread: it may be one that is in another namespace. */
    private static String fetch(String server, String path) throws IOException {
        var connection = (HttpURLConnection) URI.create("http://" + server + path.replace("[]", "%5B%5D")).toURL().openConnection();
        connection.setConnectTimeout(PATIENCE_MILLIS);
        connection.setReadTimeout(PATIENCE_MILLIS);
        // Kept for another request, it would be found by a test elsewhere.
        connection.setRequestProperty("Connection", "close");
        try {
            if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
                var said = connection.getErrorStream();
                throw new IOException(path + ": " + (said == null ? connection.getResponseCode() : new String(said.readAllBytes(), UTF_8)));
            }
            return new String(connection.getInputStream().readAllBytes(), UTF_8);
        } finally {
            connection.disconnect();
        }
    }

    @Override
    public void close() {
        program.close();
    }
}
