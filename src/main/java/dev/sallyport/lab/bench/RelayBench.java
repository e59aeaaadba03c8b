package dev.sallyport.lab.bench;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.lab.host.Child;
import dev.sallyport.lab.host.Children;
import dev.sallyport.lab.host.LabFailure;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The relay benchmark: direct, through Sallyport's relay, through one that counts nothing, and through HAProxy, in turn within each
 * round, and every other round backwards: whoever comes after another is no better off.
 *
 * <p>Everything listens on loopback, each variant on an address of its own and all on the same ports: HAProxy relays port for port, so
 * the ports that the server announces must be those where the proxy listens. The proxies stay up through the rounds of a start: what a JVM
 * happens to compile makes as much of a difference as what is looked for, so there are several. The memory of idle sessions is read
 * afterwards in fresh processes, where no heap that earlier load has grown hides what the sessions take.
 */
public final class RelayBench {
    static final InetAddress DIRECT = InetAddress.ofLiteral("127.0.0.2");
    static final InetAddress SALLYPORT = InetAddress.ofLiteral("127.0.0.3");
    static final InetAddress HAPROXY = InetAddress.ofLiteral("127.0.0.4");
    static final InetAddress UNCOUNTED = InetAddress.ofLiteral("127.0.0.5");

    private static final int MEASURES_IN_A_ROUND = 3;
    /** What a gateway's compiler has to do after a few seconds of load takes less, on a machine that does nothing else. */
    private static final Duration REST = Duration.ofSeconds(5);

    private final RelaySettings settings;
    private final Progress progress;
    private final Figures<Measure> figures = new Figures<>(Measure.class);
    private final List<Variant> variants = new ArrayList<>();
    /** Through the rounds of a start; those of variants that have one. */
    private final Map<Variant, Child> started = new HashMap<>();
    private final int steps;
    private @Nullable String haproxyVersion;
    private int step;

    private RelayBench(RelaySettings settings, Progress progress) throws LabFailure {
        this.settings = settings;
        this.progress = progress;
        long limit = Machine.descriptorLimit();
        settings.check(limit);
        Endpoint server = new Endpoint(DIRECT, settings.port());
        variants.add(new Variant.Direct(server, Security.CLEAR));
        if (!settings.skipSallyport()) {
            variants.add(sallyport(SALLYPORT, server, Optional.of(new Endpoint(SALLYPORT, settings.metricsPort()))));
            variants.add(sallyport(UNCOUNTED, server, Optional.empty()));
        }
        if (!settings.skipHaproxy()) {
            variants.add(haproxy(server, limit));
        }
        int rounds = settings.rounds();
        steps = settings.starts() * (settings.warmUps() + rounds) * variants.size() * MEASURES_IN_A_ROUND
                + (settings.idleSessions() > 0 ? rounds * (variants.size() - 1) : 0);
    }

    /** Runs it whole; everything it starts has ended when it returns. */
    public static RelayReport run(RelaySettings settings, Progress progress) throws LabFailure {
        RelayBench bench = new RelayBench(settings, progress);
        try (Children children = new Children("bench")) {
            LoadProcesses load = LoadProcesses.start(children, new Endpoint(DIRECT, settings.port()), settings.dataPorts());
            for (int start = 1; start <= settings.starts(); start++) {
                bench.measureSpeed(children, new Load<>(load, bench.figures));
            }
            bench.measureMemory(children, load);
        } finally {
            progress.ended();
        }
        return new RelayReport(Machine.here(bench.haproxyVersion), settings, bench.variants, bench.figures);
    }

    private Variant sallyport(InetAddress address, Endpoint server, Optional<Endpoint> telemetry) throws LabFailure {
        if (!Files.isExecutable(settings.launcher())) {
            throw LabFailure.beforeStart("Sallyport's launcher is not at " + settings.launcher() + ": say where with --launcher");
        }
        return new Gateway(telemetry.isPresent() ? Gateway.NAME : Gateway.UNCOUNTED, settings.launcher(),
                new Endpoint(address, settings.port()), server, settings.dataPorts(), telemetry, null);
    }

    private Variant haproxy(Endpoint server, long descriptorLimit) throws LabFailure {
        Path program = Haproxy.installed().orElseThrow(() -> LabFailure.beforeStart(
                "HAProxy is not installed, and without it there is nothing to compare with: apt-get install haproxy,"
                        + " or measure without it with --skip-haproxy"));
        haproxyVersion = Haproxy.version(program);
        int maxConnections = (int) Math.min(settings.mostConnections(descriptorLimit), 20_000);
        return new Haproxy(program, new Endpoint(HAPROXY, settings.port()), server, settings.dataPorts(),
                settings.haproxyThreads(), maxConnections, null);
    }

    private void measureSpeed(Children children, Load<Measure> load) throws LabFailure {
        for (Variant variant : variants) {
            Child child = variant.start(children);
            if (child != null) {
                started.put(variant, child);
            }
        }
        for (int round = 1 - settings.warmUps(); round <= settings.rounds(); round++) {
            List<Variant> inTurn = round % 2 == 0 ? variants.reversed() : variants;
            for (Variant variant : inTurn) {
                began(round, "download", variant);
                double speed = load.download(variant, settings.downloadBytes()).speed();
                if (round > 0) {
                    figures.add(Measure.DOWNLOAD, variant.name(), speed);
                }
            }
            for (Variant variant : inTurn) {
                began(round, "small transfers", variant);
                smallTransfers(load, variant, round > 0);
            }
            for (Variant variant : inTurn) {
                began(round, "control round trips", variant);
                roundTrips(load, variant, round > 0);
            }
        }
        for (Child child : started.values()) {
            child.requireAlive();
            child.close();
        }
        started.clear();
    }

    private void smallTransfers(Load<Measure> load, Variant variant, boolean counts) throws LabFailure {
        double speed = load.smallTransfers(variant, settings.sessions(), settings.time()).speed();
        Child child = started.get(variant);
        if (child != null) {
            child.awaitRest(REST);
        }
        if (counts) {
            figures.add(Measure.SMALL_TRANSFERS, variant.name(), speed);
        }
    }

    private void roundTrips(Load<Measure> load, Variant variant, boolean counts) throws LabFailure {
        Load.RoundTrip trip = load.roundTrips(variant, settings.roundTrips());
        if (counts) {
            figures.add(Measure.CONTROL_ROUND_TRIP_P50, variant.name(), trip.median());
            figures.add(Measure.CONTROL_ROUND_TRIP_P99, variant.name(), trip.p99());
        }
    }

    private void measureMemory(Children children, LoadProcesses load) throws LabFailure {
        if (settings.idleSessions() == 0) {
            return;
        }
        for (int round = 1; round <= settings.rounds(); round++) {
            for (Variant variant : variants) {
                try (Child child = variant.start(children)) {
                    if (child != null) {
                        began(round, settings.idleSessions() + " idle sessions", variant);
                        figures.add(Measure.RESIDENT_PER_IDLE_SESSION, variant.name(), idleKibibytes(load, variant, child));
                    }
                }
            }
        }
    }

    /** One session beforehand, so that what the first one loads and compiles is not divided among the others. */
    private double idleKibibytes(LoadProcesses load, Variant variant, Child child) throws LabFailure {
        load.run(new Job.HoldIdle(variant.target(), 1), Load.PATIENCE);
        load.run(new Job.ReleaseIdle(), Load.PATIENCE);
        Child.pause(settings.settle());
        long before = child.residentBytes();
        Outcome held = load.run(new Job.HoldIdle(variant.target(), settings.idleSessions()), Load.PATIENCE);
        if (!(held instanceof Outcome.Held)) {
            failed(variant, settings.idleSessions(), held);
            load.run(new Job.ReleaseIdle(), Load.PATIENCE);
            return Double.NaN;
        }
        Child.pause(settings.settle());
        long after = child.residentBytes();
        Outcome released = load.run(new Job.ReleaseIdle(), Load.PATIENCE);
        if (!released.equals(new Outcome.Released(settings.idleSessions()))) {
            failed(variant, 1, released);
            return Double.NaN;
        }
        return (after - before) / 1024.0 / settings.idleSessions();
    }

    private void began(int round, String what, Variant variant) {
        String when = round < 1 ? "warming up" : "round " + round + " of " + settings.rounds();
        progress.began(step++, steps, when + ": " + what + ", " + variant.name());
    }

    private void failed(Variant variant, long count, Outcome outcome) {
        figures.addFailures(variant.name(), count, outcome.toString());
    }
}
