package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.Transport;
import dev.sallyport.datapath.relay.RelayDataPath;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.proxy.EventLoops;
import dev.sallyport.proxy.Gateway;
import dev.sallyport.proxy.GatewaySettings;
import dev.sallyport.proxy.GatewaySettings.Limits;
import dev.sallyport.proxy.GatewaySettings.Timeouts;
import dev.sallyport.proxy.ServerAddress;
import dev.sallyport.rules.Check;
import dev.sallyport.rules.Checks;
import dev.sallyport.rules.Level;
import dev.sallyport.session.SessionPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/** Gateways in this JVM, one for each site. They share their event loops. */
final class GatewayFronts implements Front.Maker, AutoCloseable {

    /** Fewer than the cells that run at a time would need, were a port not given back at once. */
    private static final int DATA_PORTS = 12;

    private final EventLoops loops;
    private final List<Gateway> gateways = new CopyOnWriteArrayList<>();

    GatewayFronts() {
        this(Transport.best());
    }

    GatewayFronts(Transport transport) {
        loops = EventLoops.open(2, transport);
    }

    @Override
    public Front before(Site site) throws IOException {
        var family = site.family();
        var server = site.server().endpoint();
        var listen = new ControlEndpoint(family.loopback(), FreePorts.pair(family));
        var gateway = Gateway.start(
                new GatewaySettings(
                        site.program().name(),
                        List.of(new Endpoint(
                                Objects.requireNonNull(Addresses.parse(listen.host())), new Port(listen.port()))),
                        new ServerAddress(server.host(), new Port(server.port())),
                        FreePorts.range(DATA_PORTS, family),
                        policy(site.program().activeSourcePort()),
                        Limits.DEFAULT,
                        Timeouts.DEFAULT),
                loops,
                (session, event) -> {});
        gateways.add(gateway);
        return new Front() {
            @Override
            public ControlEndpoint endpoint() {
                return listen;
            }

            @Override
            public void close() {
                try {
                    gateway.stop(Duration.ZERO);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        };
    }

    private static SessionPolicy policy(ActiveSourcePort source) {
        return SessionPolicy.DEFAULT.withChecks(Checks.DEFAULT.with(
                Check.ACTIVE_SOURCE_PORT, source == ActiveSourcePort.STRICT ? Level.ENFORCE : Level.OFF));
    }

    /** Fails unless every gateway comes to hold no session and no pinhole; all clients are gone. */
    void awaitQuiet() {
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(gateways).allSatisfy(gateway -> {
            assertThat(gateway.sessions()).as("sessions").isZero();
            assertThat(gateway.dataPath().open()).as("pinholes and data connections").isZero();
        }));
    }

    /** As before, and no data port that is listened on, which takes seconds longer. */
    void awaitNothingLeft() {
        awaitQuiet();
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(gateways).allSatisfy(gateway -> {
            assertThat(((RelayDataPath) gateway.dataPath()).listening()).as("listening data ports").isZero();
        }));
    }

    @Override
    public void close() {
        loops.close();
    }
}
