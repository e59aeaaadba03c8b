package dev.sallyport.cli;

import dev.sallyport.admin.Operator;
import dev.sallyport.admin.Reloaded;
import dev.sallyport.admin.RuleHits;
import dev.sallyport.admin.http.Credentials;
import dev.sallyport.admin.http.HttpServer;
import dev.sallyport.admin.http.Readiness;
import dev.sallyport.config.Configuration;
import dev.sallyport.config.ConfigurationFile;
import dev.sallyport.config.ControlPlace;
import dev.sallyport.config.LogOptions;
import dev.sallyport.config.yaml.ConfigurationException;
import dev.sallyport.datapath.kernel.Firewall;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.proxy.EventLoops;
import dev.sallyport.proxy.Gateway;
import dev.sallyport.proxy.GatewaySettings;
import dev.sallyport.proxy.GatewaySettings.Carrier;
import dev.sallyport.proxy.HostAddresses;
import dev.sallyport.session.Moved;
import dev.sallyport.session.SessionHost;
import dev.sallyport.session.SessionId;
import dev.sallyport.session.SessionObserver;
import dev.sallyport.telemetry.DataPathKind;
import dev.sallyport.telemetry.DataPaths;
import dev.sallyport.telemetry.GatewayMeters;
import dev.sallyport.telemetry.LiveSessions;
import dev.sallyport.telemetry.Metrics;
import dev.sallyport.telemetry.ObservationQueue;
import dev.sallyport.telemetry.Refusals;
import dev.sallyport.telemetry.SessionCollector;
import dev.sallyport.telemetry.SessionLog;
import dev.sallyport.telemetry.Throughput;
import dev.sallyport.telemetry.journal.Journal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gateways of this process: started together, or none of them, and stopped together. */
final class RunningGateways implements Operator, Readiness, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunningGateways.class);

    private final Configuration configuration;
    private final EventLoops loops;
    private final RunningRules rules;
    private final RunningTls tls;
    /** The configuration file, to be read anew at a reload; null: there is none. */
    private final @Nullable Path file;
    private final HostAddresses addresses;
    private final SessionHost host;
    private final ObservationQueue observations = new ObservationQueue();
    /** Of which nothing is known where nobody can ask: neither over HTTP nor on a control socket. */
    private final LiveSessions live = new LiveSessions(observations::nanos);
    private final Metrics metrics = new Metrics(Sallyport.version());
    private final Map<Gateway, GatewayMeters> meters = new ConcurrentHashMap<>();
    private final Throughput throughput = new Throughput(this::moved);
    private final Refusals refusals = new Refusals(observations::nanos, () -> observations.when().instant().toEpochMilli());
    /** While they are being stopped their sessions can still be listed and killed. */
    private final List<Gateway> gateways = new CopyOnWriteArrayList<>();
    private volatile @Nullable Firewall firewall;
    private volatile @Nullable HttpServer http;
    private volatile @Nullable Journal journal;
    private volatile boolean stopping;

    private RunningGateways(
            Configuration configuration, RunningRules rules, RunningTls tls, HostAddresses addresses, @Nullable Path file) {
        this.configuration = configuration;
        this.rules = rules;
        this.tls = tls;
        this.addresses = addresses;
        this.host = Gateway.host(addresses);
        this.file = file;
        this.loops = EventLoops.open(configuration.threads());
    }

    /**
     * @param file the configuration file, which a reload reads anew; null: there is none, and nothing to reload
     * @param sessionLog instead of the configuration's
     * @throws IOException when one of them cannot listen; then none does
     * @throws CommandFailure when their rules are wrong, their certificates are not usable, this host's addresses cannot be
     *     read, or the kernel refuses what they ask of it
     */
    static RunningGateways start(Configuration configuration, @Nullable Path file, LogOptions sessionLog)
            throws IOException, CommandFailure {
        var running = new RunningGateways(
                configuration, new RunningRules(configuration), new RunningTls(configuration), addresses(), file);
        try {
            var log = new SessionLog();
            var telemetry = configuration.telemetry();
            running.metrics.expose(
                    new SessionCollector(running.live, telemetry.sessions(), telemetry.labels(), running.rules::name));
            var process = new ProcessMeters(running.metrics, running.live);
            var journal = JournalPart.open(sessionLog, running.metrics);
            running.journal = journal;
            if (KernelPart.needed(configuration)) {
                running.firewall = KernelPart.start(configuration, running.loops, new KernelMeters(running.metrics));
                KernelMeters.observe(running.firewall, running.metrics);
            }
            for (var settings : configuration.gateways()) {
                var meters = running.metrics.of(settings.name(), paths(settings));
                var observers = new ArrayList<SessionObserver>();
                if (telemetry.http().isPresent()) {
                    observers.addAll(List.of(running.live.of(settings.name(), meters::moved), meters, running.refusals));
                } else if (!(configuration.controlSocket() instanceof ControlPlace.None)) {
                    observers.add(running.live.of(settings.name()));
                }
                if (journal != null) {
                    observers.add(journal.of(paths(settings), running.observations.when()));
                }
                var observer = observers.stream().reduce(SessionObserver::and).map(running.observations::before).map(log::and);
                var gateway = running.start(running.armed(settings), observer.orElse(log));
                running.gateways.add(gateway);
                running.meters.put(gateway, meters);
                process.observe(settings, gateway, () -> gateway.listens() && running.wallStands());
            }
            process.observe(running.loops, running.rules, running.tls);
            running.loops.group().scheduleAtFixedRate(running.tls::complain, 1, 1, TimeUnit.DAYS);
            running.http = TelemetryPart.start(telemetry, running, new HttpServer.Sources(
                    running.metrics.exposed(), running.throughput, running.refusals, Sallyport.version()));
            return running;
        } catch (Throwable failed) {
            // Whatever it is: a table in the packet filter would outlive this process.
            running.close();
            throw failed;
        }
    }

    private static DataPaths paths(GatewaySettings settings) {
        return new DataPaths(
                settings.carrier() == Carrier.KERNEL ? DataPathKind.KERNEL : DataPathKind.RELAY,
                settings.relays() ? DataPathKind.RELAY : DataPathKind.KERNEL);
    }

    private static HostAddresses addresses() throws CommandFailure {
        try {
            return HostAddresses.watch();
        } catch (IOException failed) {
            throw new CommandFailure(Sallyport.FAILED, failed.getMessage() + ".", failed);
        }
    }

    private GatewaySettings armed(GatewaySettings settings) {
        return settings.with(settings.policy().withRules(rules.of(settings.name())));
    }

    private Gateway start(GatewaySettings settings, SessionObserver observer) throws IOException {
        var ended = tls.of(settings.name());
        return firewall != null && settings.carrier() == Carrier.KERNEL
                ? Gateway.start(settings, loops, ended, firewall.dataPath(KernelPart.dataPath(settings)), host, observer)
                : Gateway.start(settings, loops, ended, host, observer);
    }

    int count() {
        return gateways.stream().mapToInt(Gateway::sessions).sum();
    }

    @Override
    public LiveSessions live() {
        catchUp();
        return live;
    }

    @Override
    public void catchUp() {
        observations.catchUp();
    }

    @Override
    public void look() {
        catchUp();
        gateways.forEach(gateway -> live.look(gateway.dataPath().moving()));
    }

    private Moved moved() {
        return meters.values().stream().map(GatewayMeters::moved).reduce(Moved.NOTHING, Moved::plus);
    }

    @Override
    public boolean kill(SessionId session) {
        return gateways.stream().anyMatch(gateway -> gateway.kill(session));
    }

    @Override
    public List<RuleHits> rules() {
        return rules.hits();
    }

    /** The rules, certificates, and who may ask over HTTP: all that is read from files, or nothing of it. */
    @Override
    public synchronized Reloaded reload() {
        addresses.refresh();
        var log = journal;
        if (log != null) {
            // What has happened before belongs into the file that was.
            catchUp();
            log.reopen();
        }
        if (file == null) {
            return new Reloaded(List.of(), null, null);
        }
        var server = http;
        try {
            var wanted = ConfigurationFile.read(file);
            var credentials = server == null ? Credentials.NONE : TelemetryPart.credentials(configuration.telemetry());
            try (var certificates = tls.read(wanted)) {
                var reloaded = rules.reload(file, wanted);
                if (reloaded.mistakes() == null) {
                    tls.take(certificates);
                    if (server != null) {
                        server.take(credentials);
                    }
                }
                return reloaded;
            }
        } catch (ConfigurationException wrong) {
            return rules.refused(wrong.getMessage().lines().toList());
        } catch (CommandFailure unusable) {
            return rules.refused(List.of(unusable.getMessage()));
        }
    }

    /** All that belongs to them is there: from now on they are stopped in order. */
    void serve() {
        if (firewall != null) {
            firewall.serves();
        }
    }

    String transport() {
        return loops.transport();
    }

    /** Takes no new sessions, lets running transfers finish within the grace time, and ends what is left. */
    void stop() {
        stop(configuration.grace());
    }

    /** Ends everything now; does nothing after {@link #stop()}. */
    @Override
    public void close() {
        stop(Duration.ZERO);
    }

    /** Where it tells of itself; null for nowhere. */
    @Nullable Endpoint http() {
        var server = http;
        return server == null ? null : server.listening();
    }

    @Override
    public List<String> obstacles() {
        var obstacles = new ArrayList<String>();
        if (stopping) {
            obstacles.add("The gateway is stopping.");
        }
        if (!wallStands()) {
            obstacles.add("The table in the packet filter, or the policy routes, are gone and could not be installed again; the log "
                    + "says why.");
        }
        meters.keySet().stream().filter(gateway -> !gateway.listens())
                .forEach(gateway -> obstacles.add("The gateway '" + gateway.name() + "' does not listen."));
        return obstacles;
    }

    private boolean wallStands() {
        var wall = firewall;
        return wall == null || wall.standing();
    }

    private void stop(Duration grace) {
        stopping = true;
        var stopping = gateways.stream().map(gateway -> Thread.ofVirtual().start(() -> stop(gateway, grace))).toList();
        try {
            for (var each : stopping) {
                each.join();
            }
            gateways.clear();
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
        end("what sessions have told", observations);
        end("the answers over HTTP", http);
        http = null;
        end("the session log", journal);
        journal = null;
        end("the metrics", metrics);
        end("the packet filter", firewall);
        firewall = null;
        end("the look at this host's addresses", addresses);
        end("the event loops", loops);
        end("TLS", tls);
    }

    /** Each is ended, whatever becomes of the others. */
    private static void end(String what, @Nullable AutoCloseable begun) {
        if (begun == null) {
            return;
        }
        try {
            begun.close();
        } catch (IOException failed) {
            LOG.error("{} could not be put in order: {}", what, failed.getMessage());
        } catch (Exception bug) {
            LOG.error("{} could not be put in order", what, bug);
        }
    }

    private static void stop(Gateway gateway, Duration grace) {
        try {
            gateway.stop(grace);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }
}
