package dev.sallyport.cli.doctor;

import dev.sallyport.config.Configuration;
import dev.sallyport.config.KernelOptions;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.proxy.GatewaySettings;
import dev.sallyport.proxy.GatewaySettings.Carrier;
import dev.sallyport.proxy.Interception;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a host is to do.
 *
 * @param kernel pinholes in the kernel
 * @param tproxy interception by TPROXY
 * @param redirect interception by REDIRECT
 * @param sockets packets for the process's own sockets told from forwarded ones
 * @param ipv6 for IPv6 too
 * @param lowestListen the lowest port that clients connect to, 1 to 65535
 * @param lowestSource the lowest source port of active data connections, 1 to 65535
 * @param sessions sessions at a time of all gateways together, positive
 * @param options the marks and the routing table that are used
 * @param log the session log's file; null for none
 */
record Wants(
        boolean kernel,
        boolean tproxy,
        boolean redirect,
        boolean sockets,
        boolean ipv6,
        int lowestListen,
        int lowestSource,
        long sessions,
        KernelOptions options,
        @Nullable Path log) {

    private static final int FTP = 21;
    private static final int FTP_DATA = 20;

    /** All that Sallyport can do, with the default limits. */
    static Wants everything() {
        return new Wants(true, true, true, true, true, FTP, FTP_DATA, GatewaySettings.Limits.DEFAULT.sessions(),
                KernelOptions.DEFAULT, null);
    }

    /** What the gateways of a configuration need. */
    static Wants of(Configuration configuration) {
        var gateways = configuration.gateways();
        var listens = gateways.stream().flatMap(gateway -> gateway.listen().stream()).toList();
        var lowestListen = listens.stream().mapToInt(listen -> listen.port().number()).min().orElse(FTP);
        var lowestSource = gateways.stream()
                .flatMap(gateway -> gateway.activeSources(gateway.listen()).stream())
                .mapToInt(source -> source.port().number()).min().orElse(lowestListen);
        return new Wants(
                gateways.stream().anyMatch(gateway -> gateway.carrier() == Carrier.KERNEL),
                intercepted(configuration, Interception.Kind.TPROXY), intercepted(configuration, Interception.Kind.REDIRECT),
                gateways.stream().anyMatch(Wants::sockets),
                !listens.stream().allMatch(Endpoint::ipv4), lowestListen, lowestSource,
                gateways.stream().mapToLong(gateway -> gateway.limits().sessions()).sum(), configuration.kernel(),
                configuration.log().file());
    }

    /** By a relay that speaks with others' addresses, or stands beside the kernel's data path; and by tproxy in any case. */
    private static boolean sockets(GatewaySettings gateway) {
        var interception = gateway.interception();
        return interception.kind() == Interception.Kind.TPROXY
                || gateway.relays() && (interception.intercepts() || gateway.carrier() == Carrier.KERNEL);
    }

    private static boolean intercepted(Configuration configuration, Interception.Kind kind) {
        return configuration.gateways().stream().anyMatch(gateway -> gateway.interception().kind() == kind);
    }

    /** Whether packets are forwarded between networks. */
    boolean routes() {
        return kernel || tproxy;
    }

    /** Whether rules are put into the kernel. */
    boolean rules() {
        return kernel || tproxy || redirect;
    }
}
