package dev.sallyport.cli;

import dev.sallyport.config.Configuration;
import dev.sallyport.config.TlsOptions;
import dev.sallyport.tls.CertifiedKeys;
import dev.sallyport.tls.GatewayTls;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The TLS that the gateways of a process end: read before any of them starts, and taken anew while they run. */
final class RunningTls implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunningTls.class);

    private final Configuration configuration;
    private final Map<String, GatewayTls> gateways = new LinkedHashMap<>();

    /** @throws CommandFailure when a file is not usable, with what to do about it */
    RunningTls(Configuration configuration) throws CommandFailure {
        this.configuration = configuration;
        try (var read = read(configuration)) {
            read.parts.forEach((gateway, parts) -> gateways.put(gateway, new GatewayTls(parts)));
            read.parts.clear();
        }
        complain();
    }

    /** What was read, to be taken, or to be closed. */
    static final class Read implements AutoCloseable {

        private final Map<String, GatewayTls.Parts> parts = new LinkedHashMap<>();

        @Override
        public void close() {
            parts.values().forEach(GatewayTls.Parts::close);
        }
    }

    /** Of those gateways that end TLS. @param wanted how @throws CommandFailure when a file is not usable; then nothing was read */
    Read read(Configuration wanted) throws CommandFailure {
        var read = new Read();
        try {
            for (var settings : configuration.gateways()) {
                var options = options(settings.name(), wanted);
                if (options != null) {
                    read.parts.put(settings.name(), TlsPart.read(settings.name(), options));
                }
            }
            return read;
        } catch (CommandFailure unusable) {
            read.close();
            throw unusable;
        }
    }

    /** Those that run on, where another start is needed for what is wanted: then their files are read anew at least. */
    private @Nullable TlsOptions options(String gateway, Configuration wanted) {
        var sameEnds = policy(gateway, configuration).equals(policy(gateway, wanted));
        return (sameEnds ? wanted : configuration).tls().get(gateway);
    }

    private static List<Object> policy(String gateway, Configuration of) {
        return of.gateways().stream().filter(settings -> settings.name().equals(gateway))
                .<Object>map(settings -> settings.policy().tls()).toList();
    }

    /** From the next session of each gateway on. */
    void take(Read read) {
        read.parts.forEach((gateway, parts) -> {
            var running = gateways.get(gateway);
            if (running != null) {
                running.take(parts);
            }
        });
        read.parts.clear();
        complain();
    }

    /** Null for a gateway that ends none. */
    @Nullable GatewayTls of(String gateway) {
        return gateways.get(gateway);
    }

    /** Says in the log which certificates expire soon, or have. */
    void complain() {
        gateways.forEach((gateway, tls) -> TlsPart.complaints(tls.shown())
                .forEach(complaint -> LOG.warn("gateway={} certificate={}", gateway, complaint)));
    }

    /** When certificates expire, in seconds since 1970, by gateway and file. */
    Map<List<String>, Long> expiries() {
        var expiries = new HashMap<List<String>, Long>();
        gateways.forEach((gateway, tls) -> expiries(gateway, tls.shown(), expiries));
        return expiries;
    }

    private static void expiries(String gateway, @Nullable CertifiedKeys shown, Map<List<String>, Long> into) {
        if (shown != null) {
            shown.all().forEach(certified -> into.put(
                    List.of(gateway, certified.file().toString()), certified.expires().getEpochSecond()));
        }
    }

    @Override
    public void close() {
        gateways.values().forEach(GatewayTls::close);
        gateways.clear();
    }
}
