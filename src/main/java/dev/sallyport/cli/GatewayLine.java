package dev.sallyport.cli;

import static java.util.stream.Collectors.joining;

import dev.sallyport.proxy.GatewaySettings;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.TlsPolicy;
import dev.sallyport.session.TlsPolicy.Ended;
import java.util.Locale;

/** A gateway in one line, for whoever starts or checks it. */
final class GatewayLine {

    private GatewayLine() {}

    static String of(GatewaySettings settings) {
        var interception = settings.interception();
        return settings.name() + " on " + settings.listen().stream().map(Object::toString).collect(joining(" and "))
                + (interception.intercepts() ? " by " + interception.kind().name().toLowerCase(Locale.ROOT) : "")
                + " in front of " + settings.server()
                + data(settings)
                + tls(settings.policy());
    }

    private static String data(GatewaySettings settings) {
        var ports = "data ports " + settings.dataPorts();
        return switch (settings.carrier()) {
            case RELAY -> ", " + ports;
            case KERNEL -> ", data through the kernel" + (settings.relays() ? ", with TLS through " + ports : "");
        };
    }

    private static String tls(SessionPolicy policy) {
        return switch (policy.tls()) {
            case TlsPolicy.Untouched.DENY -> "";
            // What an operator may not expect of a session that nobody looks into.
            case TlsPolicy.Untouched.PASSTHROUGH -> ", TLS unseen: " + (policy.passiveRanges().isEmpty()
                    ? "no data connections in it"
                    : "passive mode alone in it, ports " + policy.passiveRanges().stream()
                            .map(range -> range.ports().toString()).distinct().collect(joining(" and ")));
            case Ended ended -> ", " + withClients(ended.client()) + ", " + withServers(ended.server());
        };
    }

    private static String withClients(Ended.Client client) {
        return switch (client) {
            case NONE -> "clients without TLS";
            case OFFERED -> "clients with TLS as they ask";
            case REQUIRED -> "clients with TLS before they log in";
            case IMPLICIT -> "clients with TLS from the first byte";
        };
    }

    private static String withServers(Ended.Server server) {
        return switch (server) {
            case NONE -> "servers without";
            case EXPLICIT -> "servers asked for it";
            case IMPLICIT -> "servers with it from the first byte";
            case AS_CLIENT -> "servers as their clients";
        };
    }
}
