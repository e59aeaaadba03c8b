package dev.sallyport.lab.bench;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.lab.host.Child;
import dev.sallyport.lab.host.Children;
import dev.sallyport.lab.host.LabFailure;
import dev.sallyport.lab.host.Peers;
import dev.sallyport.lab.host.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * ProFTPD as a reverse proxy, a process for each session; clients call it by its own address.
 *
 * @param place where it runs
 * @param server whom it calls
 * @param identity for TLS on both sides, asked for with AUTH; null for none on either
 */
record ProftpdModProxy(Place place, Endpoint control, Endpoint server, Installed installed, @Nullable Identity identity)
        implements Variant {

    static final String NAME = "mod-proxy";

    /** Debian's module relies on another, which is in a package of its own, to load these. */
    private static final String LIBRARIES = "LD_PRELOAD=libssl.so.3 libcrypto.so.3";

    @Override
    public String name() {
        return NAME;
    }

    /** @param modules its folder of modules */
    record Installed(Path program, Path modules) {

        /** As {@code deploy/peers} unpacks it; empty when it is not there. */
        static Optional<Installed> find(Peers peers) {
            Installed unpacked = new Installed(
                    peers.folder().resolve("usr/sbin/proftpd"), peers.folder().resolve("usr/lib/proftpd"));
            return Optional.of(unpacked).filter(files -> files.all().stream().allMatch(Files::exists));
        }

        List<Path> all() {
            return List.of(program, modules.resolve("mod_proxy.so"));
        }
    }

    @Override
    public Security security() {
        return identity == null ? Security.CLEAR : Security.EXPLICIT;
    }

    @Override
    public Child start(Children children) throws LabFailure {
        Path tables = children.file("mod-proxy");
        try {
            Files.createDirectory(tables);
        } catch (IOException e) {
            throw new LabFailure("cannot make " + tables + ": " + e.getMessage(), e);
        }
        Path configuration = children.file("proftpd.conf", """
                ModulePath %s
                %s
                LoadModule mod_proxy.c
                ServerName bench
                ServerType standalone
                UseIPv6 off
                DefaultAddress %s
                SocketBindTight on
                Port %s
                User root
                Group root
                MaxInstances none
                PidFile %s
                ScoreboardFile none
                WtmpLog none
                TransferLog none
                SystemLog none
                UseReverseDNS off
                <IfModule mod_delay.c>
                  DelayEngine off
                </IfModule>
                ProxyEngine on
                ProxyRole reverse
                ProxyReverseServers ftp://%s:%s
                ProxyTables %s
                %s
                """.formatted(installed.modules(), identity == null ? "" : "LoadModule mod_tls.c", control.address().getHostAddress(), control.port(),
                children.file("proftpd.pid"), server.address().getHostAddress(), server.port(), tables,
                identity == null ? "" : tls(identity)));
        return children.start(
                NAME,
                place.command(List.of("env", LIBRARIES, installed.program().toString(), "--nodaemon", "--config", configuration.toString())));
    }

    /** What it does by default is that a client's data connections have to resume. */
    private static String tls(Identity identity) {
        return """
                TLSEngine on
                TLSProtocol TLSv1.3
                TLSCipherSuite TLSv1.3 %1$s
                TLSECCertificateFile %2$s
                TLSECCertificateKeyFile %3$s
                ProxyTLSEngine on
                ProxyTLSProtocol TLSv1.3
                ProxyTLSCipherSuite TLSv1.3 %1$s
                ProxyTLSCACertificateFile %2$s
                """.formatted(Identity.CIPHER_SUITE, identity.certificate(), identity.key());
    }
}
