package dev.sallyport.lab.bench;

import dev.sallyport.lab.host.Child;
import dev.sallyport.lab.host.Children;
import dev.sallyport.lab.host.LabFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The benchmark of FTPS: TLS from the client to what stands in the way, and TLS from there to the server, on the control connection and
 * on data connections (PROT P); direct, through Sallyport, HAProxy and ProFTPD's mod_proxy in turn within each round, and every other
 * round backwards.
 *
 * <p>All is loopback. The load's ends speak TLS with the library that the gateway has too ({@link TlsLink}); version, cipher suite, key
 * exchange and certificate are the same on every leg, and that is looked at: a connection of another kind fails the variant.
 */
public final class FtpsBench {
    private static final int MEASURES_IN_A_ROUND = 3;
    /** Of the key exchange, RFC 8446 §4.2.7. */
    static final String GROUP = "x25519";

    private static final String KIND = "TLSv1.3 " + Identity.CIPHER_SUITE + " X25519";
    /** What a gateway's compiler has to do after a few seconds of load takes less, on a machine that does nothing else. */
    private static final Duration REST = Duration.ofSeconds(5);

    private final FtpsSettings settings;
    private final Progress progress;
    private final Figures<FtpsMeasure> figures = new Figures<>(FtpsMeasure.class);
    private final Map<Variant, Child> started = new HashMap<>();
    private int step;

    private FtpsBench(FtpsSettings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /** Runs it whole; everything it starts has ended when it returns. */
    public static BenchReport run(FtpsSettings settings, Progress progress) throws LabFailure {
        settings.check();
        FtpsBench bench = new FtpsBench(settings, progress);
        try (Children children = new Children("bench")) {
            Identity identity = Identity.make(children, FtpsVariants.SERVER);
            FtpsVariants variants = new FtpsVariants(settings, identity);
            LoadProcesses load = LoadProcesses.start(children, variants.server, settings.dataPorts(), identity);
            bench.measure(children, new Load<>(load, bench.figures), variants);
            Machine machine = Machine.here(variants.haproxyVersion());
            return new PeerReport<>(machine, method(machine, settings), List.of(FtpsMeasure.values()),
                    variants.present().stream().map(Variant::name).toList(), variants.leftOut(), bench.figures, List.of(Gateway.NAME));
        } finally {
            progress.ended();
        }
    }

    private void measure(Children children, Load<FtpsMeasure> load, FtpsVariants variants) throws LabFailure {
        for (Variant variant : variants.present()) {
            Child child = variant.start(children);
            if (child != null) {
                started.put(variant, child);
            }
            load.awaitService(variant, started.values());
        }
        Target server = new Target(variants.server, Security.EXPLICIT);
        for (int round = 1 - settings.warmUps(); round <= settings.rounds(); round++) {
            List<Variant> inTurn = round % 2 == 0 ? variants.present().reversed() : variants.present();
            for (Variant variant : inTurn) {
                began(round, "download", variant, inTurn.size());
                Duration before = worked(variant);
                Load.Download done = load.download(variant, settings.downloadBytes());
                add(round, FtpsMeasure.DOWNLOAD, variant, done.speed());
                add(round, FtpsMeasure.CPU_PER_GIB, variant, done.cpu());
                addOfProxy(round, FtpsMeasure.PROXY_CPU_PER_GIB, variant,
                        Load.seconds(worked(variant).minus(before)) / settings.downloadBytes() * (1 << 30));
            }
            for (Variant variant : inTurn) {
                began(round, "small transfers", variant, inTurn.size());
                smallTransfers(load, variant, server, round);
            }
            for (Variant variant : inTurn) {
                began(round, "control round trips", variant, inTurn.size());
                Load.RoundTrip trip = load.roundTrips(variant, settings.roundTrips());
                add(round, FtpsMeasure.ROUND_TRIP_P50, variant, trip.median());
                add(round, FtpsMeasure.ROUND_TRIP_P99, variant, trip.p99());
            }
        }
        for (Child child : started.values()) {
            child.requireAlive();
        }
    }

    private void smallTransfers(Load<FtpsMeasure> load, Variant variant, Target server, int round) throws LabFailure {
        load.processes().run(new Job.TellHandshakes(server), Load.PATIENCE);
        Duration before = worked(variant);
        Load.Transfers done = load.smallTransfers(variant, settings.sessions(), settings.time());
        add(round, FtpsMeasure.SMALL_TRANSFERS, variant, done.speed());
        add(round, FtpsMeasure.CPU_PER_TRANSFER, variant, done.cpu());
        addOfProxy(round, FtpsMeasure.PROXY_CPU_PER_TRANSFER, variant,
                worked(variant).minus(before).toNanos() / 1e3 / done.count());
        Child child = started.get(variant);
        if (child != null) {
            child.awaitRest(REST);
        }
        Outcome outcome = load.processes().run(new Job.TellHandshakes(server), Load.PATIENCE);
        if (!(outcome instanceof Outcome.Shaken(var client, var ofServer))) {
            load.failed(variant, outcome);
            return;
        }
        add(round, FtpsMeasure.RESUMED_WITH_CLIENT, variant, client.percent());
        add(round, FtpsMeasure.RESUMED_WITH_SERVER, variant, ofServer.percent());
        if (!client.kinds().equals(KIND) || !ofServer.kinds().equals(KIND)) {
            load.failed(variant, outcome);
        }
    }

    /** What stands in the way has worked so far. */
    private Duration worked(Variant variant) {
        Child child = started.get(variant);
        return child == null ? Duration.ZERO : CpuTime.of(child.process.toHandle());
    }

    private void addOfProxy(int round, FtpsMeasure measure, Variant variant, double value) {
        if (started.containsKey(variant)) {
            add(round, measure, variant, value);
        }
    }

    private void add(int round, FtpsMeasure measure, Variant variant, double value) {
        if (round > 0) {
            figures.add(measure, variant.name(), value);
        }
    }

    private void began(int round, String what, Variant variant, int variants) {
        String when = round < 1 ? "warming up" : "round " + round + " of " + settings.rounds();
        int steps = (settings.warmUps() + settings.rounds()) * variants * MEASURES_IN_A_ROUND;
        progress.began(step++, steps, when + ": " + what + ", " + variant.name());
    }

    private static String method(Machine machine, FtpsSettings settings) {
        return """
                %s
                Loopback; server, client and proxy each in a process of its own; the variants in turn, every other round backwards, %d rounds
                after %d to warm up; medians, and ratios paired by round and then their median.
                TLS from the client to the proxy and from the proxy to the server, on control and data connections (PROT P), one certificate of
                P-256 for all who are called; AUTH TLS, but through HAProxy, which knows nothing of FTP, TLS from the first byte. Both ends
                of the load see to it that each data connection has %s, the only group that they take.
                Handshakes: one for each data connection and leg, with a new key exchange. Client and server resume what they can: each
                data connection offers the newest session that its peer gave; what was resumed is counted at both ends of the load.
                Sallyport counts nothing and has no session log, but logs to standard error; the others log nothing. mod_proxy: TLSEngine and
                ProxyTLSEngine on, and as by default a client's data connections have to resume.
                Download: %,d bytes, from RETR to 226; CPU: what all processors of the machine worked meanwhile, client, server and kernel
                included, and of it what stands in the way. Small transfers: %d sessions at once, PASV and RETR of %,d bytes for %s s;
                then each proxy comes to rest.
                Round trips: %,d times NOOP on one session, all else idle.
                """.formatted(machine.text(settings.haproxyThreads()), settings.rounds(), settings.warmUps(), KIND,
                settings.downloadBytes(), settings.sessions(), RelaySettings.SMALL_BYTES, settings.time().toMillis() / 1e3,
                settings.roundTrips());
    }
}
