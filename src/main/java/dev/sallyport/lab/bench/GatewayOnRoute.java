package dev.sallyport.lab.bench;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.lab.host.Child;
import dev.sallyport.lab.host.Children;
import dev.sallyport.lab.host.LabFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Sallyport on a router, which clients do not know of: tproxy, and data through the kernel or through its relay. */
record GatewayOnRoute(String name, BenchNetwork.Seat seat, Path launcher, String dataPath, PortRange dataPorts)
        implements Variant {

    static final String KERNEL = "sallyport-kernel";
    static final String RELAY = "sallyport-relay";

    private static final Duration START = Duration.ofSeconds(30);

    @Override
    public Endpoint control() {
        return seat.server();
    }

    @Override
    public Child start(Children children) throws LabFailure {
        Path configuration = children.file(name + ".yaml", configuration());
        Child child = children.start(
                name, seat.gateway().command(List.of(launcher.toString(), "run", "--config", configuration.toString())));
        // Until its table is there this is a plain router: who asks for service too early is served past it, and then cut off.
        child.awaitLine("Ready:", START);
        return child;
    }

    /** All sessions come from one address here, so the limit for one client is the limit for all. */
    private String configuration() {
        return """
                gateways:
                  - name: bench
                    listen: 0.0.0.0:2121
                    intercept:
                      mode: tproxy
                      clientInterfaces: [inside]
                      serverInterfaces: [outside]
                      ports: %s
                    server: original
                    dataPath: %s
                    dataPorts: %s
                controlSocket: none
                limits: { sessions: 20000, sessionsPerClient: 20000 }
                timeouts: { grace: 1s }
                """.formatted(seat.server().port(), dataPath, dataPorts);
    }
}
