package dev.sallyport.lab.bench;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.lab.host.Child;
import dev.sallyport.lab.host.Children;
import dev.sallyport.lab.host.LabFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** ProFTPD as a reverse proxy, a process for each session; clients call it by its own address. */
record ProftpdModProxy(BenchNetwork.Seat seat, Path program, Path modules) implements Variant {
    static final String NAME = "mod-proxy";

    /** Debian's module relies on another, which is in a package of its own, to load these. */
    private static final String LIBRARIES = "LD_PRELOAD=libssl.so.3 libcrypto.so.3";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Endpoint control() {
        return new Endpoint(seat.inside(), seat.server().port());
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
                ProxyReverseServers ftp://%s:%3$s
                ProxyTables %s
                """.formatted(modules, seat.inside().getHostAddress(), seat.server().port(), children.file("proftpd.pid"),
                seat.server().address().getHostAddress(), tables));
        return children.start(
                NAME,
                seat.gateway().command(
                        List.of("env", LIBRARIES, program.toString(), "--nodaemon", "--config", configuration.toString())));
    }
}
