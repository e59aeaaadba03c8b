package dev.sallyport.lab.bench;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.lab.host.Child;
import dev.sallyport.lab.host.Children;
import dev.sallyport.lab.host.LabFailure;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Sallyport with its relay data path, started as a user starts it: by its launcher, which alone knows the JVM's flags.
 *
 * @param telemetry where it is asked for metrics, and it writes a session log too; empty: nothing is counted
 * @param identity for TLS that it ends with both sides, asked for with AUTH; null for none
 */
record Gateway(
        String name, Path launcher, Endpoint control, Endpoint server, PortRange dataPorts, Optional<Endpoint> telemetry,
        @Nullable Identity identity) implements Variant {

    static final String NAME = "sallyport";
    static final String UNCOUNTED = "no-telemetry";

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Override
    public Security security() {
        return identity == null ? Security.CLEAR : Security.EXPLICIT;
    }

    /** As Prometheus does: packed, and read whole. */
    @Override
    public CompletableFuture<Optional<String>> scrape() {
        if (telemetry.isEmpty()) {
            return Variant.super.scrape();
        }
        var request = HttpRequest.newBuilder(URI.create("http://" + telemetry.get() + "/metrics"))
                .header("Accept", "application/openmetrics-text;version=1.0.0").header("Accept-Encoding", "gzip").timeout(PATIENCE).build();
        return HTTP.sendAsync(request, BodyHandlers.ofByteArray()).handle((answer, failed) ->
                failed != null ? Optional.of("no metrics: " + failed)
                        : answer.statusCode() == 200 ? Optional.empty() : Optional.of("no metrics: " + answer.statusCode()));
    }

    @Override
    public Child start(Children children) throws LabFailure {
        Path configuration = children.file(name() + ".yaml", configuration(children.file(name() + "-sessions.json")));
        Child child = children.start(
                name(), List.of(launcher.toString(), "run", "--config", configuration.toString()));
        ControlConnection.awaitGreeting(child, control, Duration.ofSeconds(30));
        if (child.process.descendants().findAny().isPresent()) {
            throw new LabFailure(launcher + " keeps the gateway as a child instead of becoming it (exec):"
                    + " the memory of the process that was started would not be the gateway's");
        }
        return child;
    }

    /** All sessions come from one address here, so the limit for one client is the limit for all. */
    private String configuration(Path sessionLog) {
        return """
                gateways:
                  - name: bench
                    listen: %s
                    server: %s
                    dataPorts: %s
                    %s
                controlSocket: none
                telemetry: { http: "%s" }
                log: { %s }
                limits: { sessions: 20000, sessionsPerClient: 20000 }
                """.formatted(control, server, dataPorts, identity == null ? "" : tls(identity), telemetry.map(Endpoint::toString).orElse("none"),
                telemetry.isPresent() ? "file: \"" + sessionLog + "\"" : "");
    }

    private static String tls(Identity identity) {
        return "tls: { client: required, server: explicit, certificates: { certificate: %1$s, key: %2$s }, verify: { ca: %1$s } }"
                .formatted(identity.certificate(), identity.key());
    }
}
