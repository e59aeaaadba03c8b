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
    public static BenchReport run(KernelSettings settings, Progress progress) throws LabFailure {
        KernelBench bench = new KernelBench(settings, progress);
        try (Children children = new Children("bench")) {
            bench.measure(children);
        } finally {
            progress.ended();
        }
        Machine machine = Machine.here(bench.found.haproxyVersion());
        return new PeerReport<>(machine, method(machine, settings), List.of(KernelMeasure.values()),
                bench.variants.stream().map(Variant::name).toList(), bench.found.leftOut(), bench.figures,
                List.of(GatewayOnRoute.KERNEL, GatewayOnRoute.RELAY));
    }

    private static String method(Machine machine, KernelSettings settings) {
        return """
                %s
                One client, one server and a gateway for each variant, all up at once, in network namespaces; %d rounds after %d to warm up,
                the variants in turn within each; medians, and ratios paired by round and then their median.
                Download: %,d bytes, from RETR to 226; CPU: what all processors of the machine worked meanwhile, kernel included.
                Small transfers: PASV and RETR of %,d bytes for %s s. Round trips: %,d times NOOP on one session, all else idle.
                227 held: from the packet that enters the gateway to the packet that leaves it, by a capture there, one client with
                transfers one after another; then with %,d more pinholes in the sets of Sallyport's table.
                """.formatted(machine.text(settings.haproxyThreads()), settings.rounds(), settings.warmUps(), settings.downloadBytes(),
                RelaySettings.SMALL_BYTES, settings.time().toMillis() / 1e3, settings.roundTrips(), settings.waitingPinholes());
    }

    private void measure(Children children) throws LabFailure {
        BenchNetwork network = BenchNetwork.open(children, found.present().size(), KernelSettings.CONTROL);
        Endpoint everywhere = new Endpoint(InetAddress.ofLiteral("0.0.0.0"), KernelSettings.CONTROL);
        Load<KernelMeasure> load = new Load<>(
                LoadProcesses.start(children, everywhere, KernelSettings.DATA_PORTS, network.server(), network.client()), figures);
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
            load.awaitService(variant, started);
        }
        for (int round = -settings.warmUps(); round < settings.rounds(); round++) {
            round(children, network, load, round);
        }
        for (Child child : started) {
            child.requireAlive();
        }
    }

    private void round(Children children, BenchNetwork network, Load<KernelMeasure> load, int round) throws LabFailure {
        for (Variant variant : variants) {
            began(round, "download", variant);
            download(load, variant, round);
        }
        for (var clients : List.of(KernelMeasure.SMALL_TRANSFERS_1, KernelMeasure.SMALL_TRANSFERS_16, KernelMeasure.SMALL_TRANSFERS_128)) {
            for (Variant variant : variants) {
                began(round, clients.title(), variant);
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

    private void download(Load<KernelMeasure> load, Variant variant, int round) throws LabFailure {
        Load.Download done = load.download(variant, settings.downloadBytes());
        add(round, KernelMeasure.DOWNLOAD, variant, done.speed());
        add(round, KernelMeasure.CPU_PER_GIB, variant, done.cpu());
    }

    private void smallTransfers(Load<KernelMeasure> load, Variant variant, int round, KernelMeasure measure) throws LabFailure {
        add(round, measure, variant, load.smallTransfers(variant, switch (measure) {
            case SMALL_TRANSFERS_128 -> 128;
            case SMALL_TRANSFERS_16 -> 16;
            default -> 1;
        }, settings.time()).speed());
    }

    private void logins(Load<KernelMeasure> load, Variant variant, int round) throws LabFailure {
        Job job = new Job.Logins(variant.target(), KernelSettings.LOGIN_SESSIONS, settings.time());
        Outcome outcome = load.processes().run(job, Load.PATIENCE.plus(settings.time()));
        double value = Double.NaN;
        if (outcome instanceof Outcome.LoggedIn done) {
            value = done.logins() / Load.seconds(done.took());
            if (done.failed() > 0) {
                figures.addFailures(variant.name(), done.failed(), done.failed() + " logins failed, the first: " + done.firstFault());
            }
        } else {
            load.failed(variant, outcome);
        }
        add(round, KernelMeasure.LOGINS, variant, value);
    }

    private void roundTrips(Load<KernelMeasure> load, Variant variant, int round) throws LabFailure {
        Load.RoundTrip trip = load.roundTrips(variant, settings.roundTrips());
        add(round, KernelMeasure.ROUND_TRIP_P50, variant, trip.median());
        add(round, KernelMeasure.ROUND_TRIP_P99, variant, trip.p99());
    }

    private void repliesHeld(Children children, BenchNetwork network, Load<KernelMeasure> load, int round, List<Variant> those,
            KernelMeasure median, KernelMeasure p99) throws LabFailure {
        List<PassiveReplies> captures = new ArrayList<>();
        for (Variant variant : those) {
            captures.add(new PassiveReplies(children, variant.name() + "-" + step, network.seat(variants.indexOf(variant))));
        }
        for (Variant variant : those) {
            began(round, median.title(), variant);
            load.smallTransfers(variant, 1, settings.time());
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

    private static double micros(Duration time) {
        return time.toNanos() / 1e3;
    }
}
