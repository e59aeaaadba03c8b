package dev.sallyport.lab.bench;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.lab.host.LabFailure;
import dev.sallyport.lab.host.Peers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The variants that can be measured on this host, and why the others cannot. */
final class KernelVariants {
    static final List<String> NAMES = List.of(WithRules.ROUTED, WithRules.HELPER, GatewayOnRoute.KERNEL, GatewayOnRoute.RELAY,
            HaproxyOnRoute.CONTROL, HaproxyOnRoute.BOTH, SuseFtpProxy.NAME, ProftpdModProxy.NAME);

    private static final String BRING = "deploy/peers brings it";

    /** A variant that stands at a seat which there is only later. */
    @FunctionalInterface
    interface Seated {
        Variant at(BenchNetwork.Seat seat);
    }

    private final KernelSettings settings;
    private final Map<String, Seated> present = new LinkedHashMap<>();
    private final Map<String, String> leftOut = new LinkedHashMap<>();
    private @Nullable String haproxyVersion;

    KernelVariants(KernelSettings settings) throws LabFailure {
        this.settings = settings;
        if (!Files.isExecutable(settings.launcher())) {
            throw LabFailure.beforeStart("Sallyport's launcher is not at " + settings.launcher() + ": say where with --launcher");
        }
        Peers peers = Peers.beside(settings.launcher());
        for (String name : settings.only().isEmpty() ? NAMES : NAMES.stream().filter(settings.only()::contains).toList()) {
            switch (name) {
                case WithRules.ROUTED -> present.put(name, WithRules::routed);
                case WithRules.HELPER -> present.put(name, seat -> WithRules.kernelHelper(seat, KernelSettings.CONTROL));
                case GatewayOnRoute.KERNEL -> present.put(name, seat -> sallyport(name, seat, "kernel"));
                case GatewayOnRoute.RELAY -> present.put(name, seat -> sallyport(name, seat, "relay"));
                case SuseFtpProxy.NAME -> suse(peers);
                case ProftpdModProxy.NAME -> proftpd(peers);
                default -> haproxy(name);
            }
        }
    }

    Map<String, Seated> present() {
        return present;
    }

    /** Name and reason. */
    Map<String, String> leftOut() {
        return leftOut;
    }

    @Nullable String haproxyVersion() {
        return haproxyVersion;
    }

    private Variant sallyport(String name, BenchNetwork.Seat seat, String dataPath) {
        return new GatewayOnRoute(name, seat, settings.launcher(), dataPath, KernelSettings.DATA_PORTS);
    }

    private void haproxy(String name) throws LabFailure {
        Path program = Haproxy.installed().orElse(null);
        if (program == null) {
            leftOut.put(name, "HAProxy is not installed; " + BRING);
            return;
        }
        haproxyVersion = Haproxy.version(program);
        present.put(name, seat -> new HaproxyOnRoute(
                name, seat, program, KernelSettings.DATA_PORTS, settings.haproxyThreads(), name.equals(HaproxyOnRoute.BOTH)));
    }

    private void suse(Peers peers) {
        peers.find("usr/sbin/ftp-proxy").ifPresentOrElse(
                program -> offer(SuseFtpProxy.NAME, List.of(program), seat -> new SuseFtpProxy(seat, program)),
                () -> leftOut.put(SuseFtpProxy.NAME, "SUSE's ftp-proxy is not there; " + BRING));
    }

    private void proftpd(Peers peers) {
        ProftpdModProxy.Installed.find(peers).ifPresentOrElse(
                installed -> offer(ProftpdModProxy.NAME, installed.all(), seat -> new ProftpdModProxy(
                        seat.gateway(), new Endpoint(seat.inside(), seat.server().port()), seat.server(), installed, null)),
                () -> leftOut.put(ProftpdModProxy.NAME, "ProFTPD's mod_proxy is not there; " + BRING));
    }

    private void offer(String name, List<Path> files, Seated variant) {
        List<String> missing = new ArrayList<>();
        files.forEach(file -> Peers.missingLibrary(file).ifPresent(missing::add));
        if (missing.isEmpty()) {
            present.put(name, variant);
        } else {
            leftOut.put(name, missing.getFirst() + "; " + BRING);
        }
    }
}
