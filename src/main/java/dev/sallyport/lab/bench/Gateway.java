package dev.sallyport.lab.bench;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.PortRange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Sallyport with its relay data path, started as a user starts it: by its launcher, which alone knows the JVM's flags. */
record Gateway(Path launcher, Endpoint control, Endpoint server, PortRange dataPorts) implements Variant {

    @Override
    public String name() {
        return "sallyport";
    }

    @Override
    public Child start(Children children) throws BenchFailure {
        Path configuration = children.file("sallyport.yaml", configuration());
        Child child = children.start(
                "sallyport", List.of(launcher.toString(), "run", "--config", configuration.toString()));
        child.awaitGreeting(control, Duration.ofSeconds(30));
        if (child.process.descendants().findAny().isPresent()) {
            throw new BenchFailure(launcher + " keeps the gateway as a child instead of becoming it (exec):"
                    + " the memory of the process that was started would not be the gateway's");
        }
        return child;
    }

    /** All sessions come from one address here, so the limit for one client is the limit for all. */
    private String configuration() {
        return """
                gateways:
                  - name: bench
                    listen: %s
                    server: %s
                    dataPorts: %s
                controlSocket: none
                limits: { sessions: 20000, sessionsPerClient: 20000 }
                """.formatted(control, server, dataPorts);
    }
}
