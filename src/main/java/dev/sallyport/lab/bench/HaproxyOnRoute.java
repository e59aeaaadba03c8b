package dev.sallyport.lab.bench;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.lab.host.Child;
import dev.sallyport.lab.host.Children;
import dev.sallyport.lab.host.LabFailure;
import java.nio.file.Path;
import java.util.List;

/**
 * HAProxy on a router, in TCP mode and without splicing. It understands nothing of FTP: data is either routed past it, with every port
 * open, or the whole passive range is redirected to it as well, port for port.
 */
record HaproxyOnRoute(
        String name, BenchNetwork.Seat seat, Path program, PortRange dataPorts, int threads, boolean takesData)
        implements Variant {

    static final String CONTROL = "haproxy-control";
    static final String BOTH = "haproxy-both";

    @Override
    public Endpoint control() {
        return seat.server();
    }

    @Override
    public Child start(Children children) throws LabFailure {
        String taken = takesData ? seat.server().port() + ", " + dataPorts : seat.server().port().toString();
        seat.gateway().run("""
                table inet taken {
                    chain translate {
                        type nat hook prerouting priority dstnat;
                        iifname inside ip daddr %s tcp dport { %s } redirect
                    }
                }
                """.formatted(seat.server().address().getHostAddress(), taken), "nft", "-f", "-");
        Path configuration = children.file(name + ".cfg", configuration());
        return children.start(
                name, seat.gateway().command(List.of(program.toString(), "-db", "-f", configuration.toString())));
    }

    private String configuration() {
        String server = seat.server().address().getHostAddress();
        String inside = seat.inside().getHostAddress();
        String control = """
                global
                    nbthread %d
                    maxconn 8000
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client 1h
                    timeout server 1h
                listen control
                    bind %s:%s
                    server ftp %s:%3$s
                """.formatted(threads, inside, seat.server().port(), server);
        String data = """
                listen data
                    bind %s:%s
                    server ftp %s
                """.formatted(inside, dataPorts, server);
        return takesData ? control + data : control;
    }
}
