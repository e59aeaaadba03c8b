package dev.sallyport.lab.bench;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.lab.host.LabFailure;
import dev.sallyport.lab.host.Peers;
import dev.sallyport.lab.host.Place;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The ways with TLS that can be measured on this host, each on a loopback address of its own, and why others cannot. */
final class FtpsVariants {
    static final String DIRECT = "direct";
    static final String OTHER = "other-sallyport";
    static final List<String> NAMES = List.of(DIRECT, Gateway.NAME, OTHER, Haproxy.NAME, ProftpdModProxy.NAME);

    static final InetAddress SERVER = InetAddress.ofLiteral("127.0.0.2");
    private static final InetAddress SALLYPORT = InetAddress.ofLiteral("127.0.0.3");
    private static final InetAddress HAPROXY = InetAddress.ofLiteral("127.0.0.4");
    private static final InetAddress OTHER_SALLYPORT = InetAddress.ofLiteral("127.0.0.5");
    private static final InetAddress MOD_PROXY = InetAddress.ofLiteral("127.0.0.6");
    private static final String BRING = "deploy/peers brings it";
    private static final int MOST_CONNECTIONS = 2_000;

    final Endpoint server;
    private final FtpsSettings settings;
    private final Identity identity;
    private final List<Variant> present = new ArrayList<>();
    private final Map<String, String> leftOut = new LinkedHashMap<>();
    private @Nullable String haproxyVersion;

    FtpsVariants(FtpsSettings settings, Identity identity) throws LabFailure {
        this.settings = settings;
        this.identity = identity;
        server = new Endpoint(SERVER, settings.port());
        for (String name : settings.only().isEmpty() ? NAMES : NAMES.stream().filter(settings.only()::contains).toList()) {
            switch (name) {
                case DIRECT -> present.add(new Variant.Direct(server, Security.EXPLICIT));
                case Gateway.NAME -> sallyport(name, settings.launcher(), SALLYPORT);
                case OTHER -> {
                    if (settings.other() != null) {
                        sallyport(name, settings.other(), OTHER_SALLYPORT);
                    }
                }
                case Haproxy.NAME -> haproxy();
                default -> modProxy();
            }
        }
    }

    List<Variant> present() {
        return present;
    }

    /** Name and reason. */
    Map<String, String> leftOut() {
        return leftOut;
    }

    @Nullable String haproxyVersion() {
        return haproxyVersion;
    }

    private void sallyport(String name, Path launcher, InetAddress address) throws LabFailure {
        if (!Files.isExecutable(launcher)) {
            throw LabFailure.beforeStart("Sallyport's launcher is not at " + launcher + ": say where with --launcher");
        }
        present.add(new Gateway(name, launcher, new Endpoint(address, settings.port()), server, settings.dataPorts(), Optional.empty(),
                identity));
    }

    /** It has one address for all its listening, so the server's control port for TLS from the first byte is its own. */
    private void haproxy() throws LabFailure {
        Path program = Haproxy.installed().orElse(null);
        if (program == null) {
            leftOut.put(Haproxy.NAME, "HAProxy is not installed; " + BRING);
            return;
        }
        haproxyVersion = Haproxy.version(program);
        Endpoint control = new Endpoint(HAPROXY, LoadServer.implicit(settings.port()));
        present.add(new Haproxy(program, control, new Endpoint(SERVER, control.port()), settings.dataPorts(),
                settings.haproxyThreads(), MOST_CONNECTIONS, identity));
    }

    private void modProxy() throws LabFailure {
        ProftpdModProxy.Installed.find(Peers.beside(settings.launcher())).ifPresentOrElse(
                installed -> present.add(new ProftpdModProxy(
                        Place.HERE, new Endpoint(MOD_PROXY, settings.port()), server, installed, identity)),
                () -> leftOut.put(ProftpdModProxy.NAME, "ProFTPD's mod_proxy is not there; " + BRING));
    }
}
