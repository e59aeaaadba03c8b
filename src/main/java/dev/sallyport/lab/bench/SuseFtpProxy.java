package dev.sallyport.lab.bench;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.lab.host.Child;
import dev.sallyport.lab.host.Children;
import dev.sallyport.lab.host.LabFailure;
import java.nio.file.Path;
import java.util.List;

/** SUSE's ftp-proxy, a process for each session; clients call it by its own address. */
record SuseFtpProxy(BenchNetwork.Seat seat, Path program) implements Variant {
    static final String NAME = "suse-ftp-proxy";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Endpoint control() {
        return new Endpoint(seat.inside(), seat.server().port());
    }

    /** Its own limits are low: 64 sessions, and 40 new ones a minute. */
    @Override
    public Child start(Children children) throws LabFailure {
        Path configuration = children.file("ftp-proxy.conf", """
                [-Global-]
                ServerType standalone
                Listen %s
                Port %s
                DestinationAddress %s
                DestinationPort %2$s
                DestinationTransferMode client
                User root
                Group root
                MaxClients 1000
                ForkLimit 1000000
                LogDestination %s
                LogLevel ERR
                PidFile %s
                """.formatted(seat.inside().getHostAddress(), seat.server().port(), seat.server().address().getHostAddress(),
                children.file("ftp-proxy-own.log"), children.file("ftp-proxy.pid")));
        return children.start(NAME, seat.gateway().command(List.of(program.toString(), "-n", "-d", "-f", configuration.toString())));
    }
}
