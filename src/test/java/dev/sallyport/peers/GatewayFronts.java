package dev.sallyport.peers;


import dev.sallyport.config.rules.RuleFile;
import dev.sallyport.config.yaml.ConfigurationException;
import dev.sallyport.datapath.Transport;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.proxy.EventLoops;
import dev.sallyport.proxy.Gateway;
import dev.sallyport.proxy.GatewaySettings;
import dev.sallyport.proxy.GatewaySettings.Carrier;
import dev.sallyport.proxy.GatewaySettings.Limits;
import dev.sallyport.proxy.GatewaySettings.Timeouts;
import dev.sallyport.proxy.Interception;
import dev.sallyport.proxy.ServerAddress;
import dev.sallyport.proxy.ServerChoice;
import dev.sallyport.proxy.SourceAddress;
import dev.sallyport.rules.Armed;
import dev.sallyport.rules.Check;
import dev.sallyport.rules.Level;
import dev.sallyport.rules.RuleSet;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionObserver;
import dev.sallyport.session.SessionPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Gateways in this JVM, one for each site, each with the rules of a file as {@code sallyport run} would have it. They share
 * their event loops.
 */
final class GatewayFronts implements Front.Maker, AutoCloseable {

    /** Fewer than the cells that run at a time would need, were a port not given back at once. */
    private static final int DATA_PORTS = 12;

    static final Path DEFAULT_RULES = Path.of("rules", "default.yaml");

    private final EventLoops loops;
    private final Path rules;
    private final SourceAddress serversSee;
    /** By where the fronts are, and the servers behind them. */
    private final Map<Endpoint, Armed> armedAtFront = new ConcurrentHashMap<>();
    private final Map<Endpoint, Armed> armedBefore = new ConcurrentHashMap<>();
    private final List<Gateway> gateways = new CopyOnWriteArrayList<>();

    /** By the end that clients connect to: the faults that were enforced there, and the rules that refused. */
    private final Map<ControlEndpoint, Set<String>> refusals = new ConcurrentHashMap<>();

    private volatile SessionObserver observer = _ -> _ -> {};

    GatewayFronts() {
        this(Transport.best());
    }

    GatewayFronts(Transport transport) {
        this(transport, DEFAULT_RULES, new SourceAddress.Routed());
    }

    GatewayFronts(Transport transport, Path rules, SourceAddress serversSee) {
        this.rules = rules;
        this.serversSee = serversSee;
        loops = EventLoops.open(2, transport);
    }

    /** The faults that were enforced at a front so far, and the rules that refused there: {@code BARE_LINE_FEED, no-site}. */
    Set<String> refusals(ControlEndpoint front) {
        return refusals.getOrDefault(front, Set.of());
    }

    /** Who is told of all that gateways do which are still to be started. */
    void observedBy(SessionObserver other) {
        observer = other;
    }

    /** What the gateways decide by, by where clients come to them. */
    Map<Endpoint, Armed> armedAtFront() {
        return armedAtFront;
    }

    /** The same by the servers behind them. */
    Map<Endpoint, Armed> armedBefore() {
        return armedBefore;
    }

    @Override
    public Front before(Site site) throws IOException, ConfigurationException {
        var family = site.family();
        var server = site.server().endpoint();
        var listen = new ControlEndpoint(family.loopback(), FreePorts.pair(family));
        var armed = armed(site.program());
        armedAtFront.put(endpoint(listen), armed);
        armedBefore.put(endpoint(server), armed);
        var gateway = Gateway.start(
                new GatewaySettings(
                        site.program().name(),
                        List.of(endpoint(listen)),
                        Interception.NONE,
                        new ServerChoice.Fixed(new ServerAddress(server.host(), new Port(server.port()))),
                        serversSee,
                        Carrier.RELAY,
                        FreePorts.range(DATA_PORTS, family),
                        GatewaySettings.SERVER_DATA_PORTS,
                        SessionPolicy.DEFAULT.withRules(armed),
                        Limits.DEFAULT,
                        Timeouts.DEFAULT),
                loops,
                observer.and(_ -> event -> note(listen, event)));
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

    private static Endpoint endpoint(ControlEndpoint control) {
        return new Endpoint(Objects.requireNonNull(Addresses.parse(control.host())), new Port(control.port()));
    }

    /** The file's rules, but that servers without root's ports may use others. */
    private Armed armed(ServerProgram server) throws ConfigurationException {
        var text = RuleFile.read(rules).text();
        var checks = server.activeSourcePort() == ActiveSourcePort.STRICT
                ? text.checks()
                : text.checks().with(Check.ACTIVE_SOURCE_PORT, Level.OFF);
        return Armed.of(RuleSet.compile(text, null), checks);
    }

    private void note(ControlEndpoint front, SessionEvent event) {
        var refusal = switch (event) {
            case SessionEvent.FaultSeen seen when seen.enforced() -> seen.fault().name();
            case SessionEvent.RuleDecided decided when decided.ruling() != SessionEvent.Ruling.ALLOWED -> decided.rule();
            default -> null;
        };
        if (refusal != null) {
            refusals.computeIfAbsent(front, _ -> ConcurrentHashMap.newKeySet()).add(refusal);
        }
    }

    /** Fails unless every gateway comes to hold no session and no pinhole; all clients are gone. */
    void awaitQuiet() {
        Quiet.awaitQuiet(gateways);
    }

    /** As before, and no data port that is listened on, which takes seconds longer. */
    void awaitNothingLeft() {
        Quiet.awaitNothingLeft(gateways);
    }

    @Override
    public void close() {
        loops.close();
    }
}
