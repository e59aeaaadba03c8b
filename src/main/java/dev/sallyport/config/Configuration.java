package dev.sallyport.config;

import dev.sallyport.proxy.GatewaySettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The gateways of one process and what they share.
 *
 * @param gateways at least one; no two listen on the same address and port
 * @param threads event loop threads; 0 for one for each processor
 * @param grace how long running transfers may go on when the process is asked to stop; zero or more
 * @param kernel for gateways that intercept, or whose data the kernel carries
 * @param controlSocket where the operator's requests come in
 * @param telemetry what is told over HTTP
 * @param log what is told of sessions in a file
 * @param rules what each gateway goes by, by its name; the constructor completes it
 * @param tls what gateways that end TLS show and believe, by their names
 */
public record Configuration(
        List<GatewaySettings> gateways, int threads, Duration grace, KernelOptions kernel, ControlPlace controlSocket,
        TelemetryOptions telemetry, LogOptions log, Map<String, GatewayRules> rules, Map<String, TlsOptions> tls) {

    public static final int DEFAULT_THREADS = 0;

    public static final Duration DEFAULT_GRACE = Duration.ofSeconds(30);

    public static final ControlPlace DEFAULT_CONTROL_SOCKET = new ControlPlace.Auto();

    /** Without anything in the kernel. */
    public Configuration(List<GatewaySettings> gateways, int threads, Duration grace) {
        this(gateways, threads, grace, KernelOptions.DEFAULT, DEFAULT_CONTROL_SOCKET, TelemetryOptions.DEFAULT, LogOptions.NONE, Map.of(),
                Map.of());
    }

    public Configuration {
        gateways = List.copyOf(gateways);
        var all = new HashMap<String, GatewayRules>();
        for (var gateway : gateways) {
            all.put(gateway.name(), rules.getOrDefault(gateway.name(), GatewayRules.DEFAULT));
        }
        rules = Map.copyOf(all);
        tls = Map.copyOf(tls);
    }
}
