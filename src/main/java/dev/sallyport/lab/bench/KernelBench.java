package dev.sallyport.lab.bench;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.lab.host.Child;
import dev.sallyport.lab.host.Children;
import dev.sallyport.lab.host.LabFailure;
import dev.sallyport.lab.host.Place;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The kernel benchmark: through a plain router, Linux's own helper, Sallyport and its peers, in turn within each round, in a network of
 * namespaces ({@link BenchNetwork}).
 */
public final class KernelBench {
    private static final int MEASURES_IN_A_ROUND = 7;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The first session of a gateway that has just been started. */
    private static final Duration START = Duration.ofSeconds(20);

    private final KernelSettings settings;
    private final Progress progress;
    private final KernelVariants found;
    private final Figures<KernelMeasure> figures = new Figures<>(KernelMeasure.class);
    private final List<Variant> variants = new ArrayList<>();
    private int step;

    private KernelBench(KernelSettings settings, Progress progress) throws LabFailure {
        settings.check();
        this.settings = settings;
        this.progress = progress;
        found = new KernelVariants(settings);
    }

    /** Runs it whole; its processes have ended and its network is removed when it returns. */
    public static KernelReport run(KernelSettings settings, Progress progress) throws LabFailure {
        KernelBench bench = new KernelBench(settings, progress);
        try (Children children = new Children("bench")) {
            bench.measure(children);
        } finally {
            progress.ended();
        }
        return new KernelReport(Machine.here(bench.found.haproxyVersion()), settings,
                bench.variants.stream().map(Variant::name).toList(), bench.found.leftOut(), bench.figures);
    }

    private void measure(Children children) throws LabFailure {
        BenchNetwork network = BenchNetwork.open(children, found.present().size(), KernelSettings.CONTROL);
        Endpoint everywhere = new Endpoint(InetAddress.ofLiteral("0.0.0.0"), KernelSettings.CONTROL);
        LoadProcesses load = LoadProcesses.start(
                children, everywhere, KernelSettings.DATA_PORTS, network.server(), network.client());
        List<Child> started = new ArrayList<>();
        for (KernelVariants.Seated seated : found.present().values()) {
            Variant variant = seated.at(network.seat(variants.size()));
            variants.add(variant);
            Child child = variant.start(children);
            if (child != null) {
                started.add(child);
            }
        }
        for (Variant variant : variants) {
            awaitService(load, variant, started);
        }
        for (int round = -settings.warmUps(); round < settings.rounds(); round++) {
            round(children, network, load, round);
        }
        for (Child child : started) {
            child.requireAlive();
        }
    }

    /** Until a whole session goes through. */
    private static void awaitService(LoadProcesses load, Variant variant, List<Child> started) throws LabFailure {
        long deadline = System.nanoTime() + START.toNanos();
        while (load.run(new Job.RoundTrips(variant.control(), 1), PATIENCE) instanceof Outcome.Failed(var why)) {
            for (Child child : started) {
                child.requireAlive();
            }
            if (System.nanoTime() - deadline > 0) {
                String told = started.stream().filter(child -> child.name.equals(variant.name()))
                        .findFirst().map(Child::logTail).orElse("");
                throw new LabFailure(variant.name() + " serves nobody: " + why + told);
            }
            Child.pause(Duration.ofMillis(50));
        }
    }

    private void round(Children children, BenchNetwork network, LoadProcesses load, int round) throws LabFailure {
        for (Variant variant : variants) {
            began(round, "download", variant);
            download(load, variant, round);
        }
        for (var clients : List.of(KernelMeasure.SMALL_TRANSFERS_1, KernelMeasure.SMALL_TRANSFERS_16, KernelMeasure.SMALL_TRANSFERS_128)) {
            for (Variant variant : variants) {
                began(round, clients.title, variant);
                smallTransfers(load, variant, round, clients);
            }
        }
        for (Variant variant : variants) {
            began(round, "logins", variant);
            logins(load, variant, round);
        }
        for (Variant variant : variants) {
            began(round, "control round trips", variant);
            roundTrips(load, variant, round);
        }
        repliesHeld(children, network, load, round, variants, KernelMeasure.REPLY_HELD_P50, KernelMeasure.REPLY_HELD_P99);
        List<Variant> judged = variants.stream().filter(variant -> variant.name().equals(GatewayOnRoute.KERNEL)).toList();
        if (settings.waitingPinholes() > 0 && !judged.isEmpty()) {
            Place gateway = network.seat(variants.indexOf(judged.getFirst())).gateway();
            WaitingPinholes.add(gateway, settings.waitingPinholes());
            repliesHeld(children, network, load, round, judged, KernelMeasure.FULL_REPLY_HELD_P50, KernelMeasure.FULL_REPLY_HELD_P99);
            WaitingPinholes.remove(gateway, settings.waitingPinholes());
        }
    }

    private void download(LoadProcesses load, Variant variant, int round) throws LabFailure {
        Job job = new Job.Download(variant.control(), settings.downloadBytes());
        Duration before = CpuTime.now();
        Outcome outcome = load.run(job, PATIENCE.plusSeconds(settings.downloadBytes() / 10_000_000));
        Duration worked = CpuTime.now().minus(before);
        double speed = Double.NaN;
        double cpu = Double.NaN;
        if (outcome instanceof Outcome.Downloaded done) {
            speed = done.bytes() / 1e6 / seconds(done.took());
            cpu = seconds(worked) / done.bytes() * (1 << 30);
        } else {
            failed(variant, 1, outcome);
        }
        add(round, KernelMeasure.DOWNLOAD, variant, speed);
        add(round, KernelMeasure.CPU_PER_GIB, variant, cpu);
    }

    private void smallTransfers(LoadProcesses load, Variant variant, int round, KernelMeasure measure) throws LabFailure {
        add(round, measure, variant, transfersPerSecond(load, variant, switch (measure) {
            case SMALL_TRANSFERS_128 -> 128;
            case SMALL_TRANSFERS_16 -> 16;
            default -> 1;
        }));
    }

    private double transfersPerSecond(LoadProcesses load, Variant variant, int sessions) throws LabFailure {
        Job job = new Job.SmallTransfers(variant.control(), sessions, RelaySettings.SMALL_BYTES, settings.time());
        Outcome outcome = load.run(job, PATIENCE.plus(settings.time()));
        if (!(outcome instanceof Outcome.Transferred done)) {
            failed(variant, 1, outcome);
            return Double.NaN;
        }
        if (done.failed() > 0) {
            figures.addFailures(variant.name(), done.failed(), done.failed() + " of " + (done.failed() + done.transfers())
                    + " small transfers failed with " + sessions + " clients, the first: " + done.firstFault());
        }
        return done.transfers() / seconds(done.took());
    }

    private void logins(LoadProcesses load, Variant variant, int round) throws LabFailure {
        Job job = new Job.Logins(variant.control(), KernelSettings.LOGIN_SESSIONS, settings.time());
        Outcome outcome = load.run(job, PATIENCE.plus(settings.time()));
        double value = Double.NaN;
        if (outcome instanceof Outcome.LoggedIn done) {
            value = done.logins() / seconds(done.took());
            if (done.failed() > 0) {
                figures.addFailures(variant.name(), done.failed(), done.failed() + " logins failed, the first: " + done.firstFault());
            }
        } else {
            failed(variant, 1, outcome);
        }
        add(round, KernelMeasure.LOGINS, variant, value);
    }

    private void roundTrips(LoadProcesses load, Variant variant, int round) throws LabFailure {
        Outcome outcome = load.run(new Job.RoundTrips(variant.control(), settings.roundTrips()), PATIENCE);
        double median = Double.NaN;
        double p99 = Double.NaN;
        if (outcome instanceof Outcome.RoundTripped done) {
            median = micros(done.median());
            p99 = micros(done.p99());
        } else {
            failed(variant, 1, outcome);
        }
        add(round, KernelMeasure.ROUND_TRIP_P50, variant, median);
        add(round, KernelMeasure.ROUND_TRIP_P99, variant, p99);
    }

    private void repliesHeld(Children children, BenchNetwork network, LoadProcesses load, int round, List<Variant> those,
            KernelMeasure median, KernelMeasure p99) throws LabFailure {
        List<PassiveReplies> captures = new ArrayList<>();
        for (Variant variant : those) {
            captures.add(new PassiveReplies(children, variant.name() + "-" + step, network.seat(variants.indexOf(variant))));
        }
        for (Variant variant : those) {
            began(round, median.title, variant);
            transfersPerSecond(load, variant, 1);
        }
        Child.pause(PassiveReplies.LATEST);
        for (int i = 0; i < captures.size(); i++) {
            PassiveReplies.Held held = captures.get(i).held();
            add(round, median, those.get(i), micros(held.percentile(0.5)));
            add(round, p99, those.get(i), micros(held.percentile(0.99)));
        }
    }

    private void add(int round, KernelMeasure measure, Variant variant, double value) {
        if (round >= 0) {
            figures.add(measure, variant.name(), value);
        }
    }

    private void began(int round, String what, Variant variant) {
        String when = round < 0 ? "warming up" : "round " + (round + 1) + " of " + settings.rounds();
        int steps = (settings.warmUps() + settings.rounds()) * (variants.size() * MEASURES_IN_A_ROUND + 1);
        progress.began(step++, steps, when + ": " + what + ", " + variant.name());
    }

    private void failed(Variant variant, long count, Outcome outcome) {
        figures.addFailures(variant.name(), count, outcome.toString());
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    private static double micros(Duration time) {
        return time.toNanos() / 1e3;
    }
}
