package dev.sallyport.datapath.kernel;

import dev.sallyport.datapath.Transport;
import dev.sallyport.netlink.BatchObserver;
import dev.sallyport.netlink.Conntrack;
import dev.sallyport.netlink.ConntrackEvents;
import dev.sallyport.netlink.MalformedMessageException;
import dev.sallyport.netlink.NetlinkException;
import dev.sallyport.netlink.NftReader;
import dev.sallyport.netlink.NftWriter;
import dev.sallyport.netlink.TcpState;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernel's part of the gateways of a process: its table, installed, watched and removed, and the pinholes in it.
 *
 * <h2>Theory of operation</h2>
 *
 * <p>At the start the table replaces the one that an earlier run may have left: its unused pinholes are gone in that moment,
 * and the flows that it let through go on by their marks. Then pinholes are elements, written by {@link NftWriter}; flows are
 * followed by {@link Flows}. Each second the table is looked at: one that somebody flushed or removed is installed again, with
 * the pinholes that wait and the passive ranges that are open ({@link KernelRanges}). So are the policy routes
 * ({@link RouteWatch}).
 *
 * <p>One process at a time has a host's table ({@link FirewallLock}). A start that fails takes away what it has made and no
 * more: what stood before stands after, and what {@link FirewallSettings.OnStop#SHUT} shuts stays shut.
 */
public final class Firewall implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Firewall.class);

    private static final long WATCH_MILLIS = 1_000;

    /** The longest that a stop waits for what is still to be done in the kernel. */
    private static final Duration LAST_WORK = Duration.ofSeconds(2);

    /** Without the first no flow's bytes are known; without the second not when it began and ended. */
    private static final Map<Path, String> ACCOUNTING = Map.of(
            Path.of("/proc/sys/net/netfilter/nf_conntrack_acct"), "1",
            Path.of("/proc/sys/net/netfilter/nf_conntrack_timestamp"), "1");

    private final FirewallSettings settings;
    private final FirewallLock lock;
    private final NftProgram nft = new NftProgram();
    private final String ruleset;
    private final NftWriter writer;
    private final TableWriter table;
    private final NftReader reader;
    private final Conntrack conntrack;
    /** A socket of its own for lists of all flows: the end of one does not wait until a long one is read. */
    private final Conntrack lists;
    private final ScheduledThreadPoolExecutor maintenance =
            new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("firewall").daemon().factory());
    private final Ledger ledger = new Ledger();
    private final Flows flows;
    private final RepeatedCalls calls;
    private final KernelRanges ranges;
    private final ConntrackEvents events;
    /** Null where nothing is delivered here that is addressed to others. */
    private final @Nullable RouteWatch routes;
    /** Whether this start has made the table and the policy routes, where there were none. */
    private boolean madeTable;
    private boolean madeRoutes;
    private NftReader.@Nullable Fingerprint installed;
    /** Whether the table and the policy routes were in place when they were looked at last. */
    private volatile boolean standing = true;
    private volatile boolean serving;
    /** Whether it was said already that the table is to be installed again. */
    private boolean said;
    /** Why they could not be put in order; said once. */
    private @Nullable String trouble;

    /**
     * Installs the table and the policy routes.
     *
     * @param transport {@link Transport#EPOLL}
     * @throws FirewallTakenException when another process has them
     * @throws IOException when the kernel or its programs refuse; the message says what and why. All is then as it was before, but
     *     that a wall that was shut by the start stays so where the settings want that of a stop
     */
    public static Firewall start(FirewallSettings settings, Transport transport, EventLoopGroup loops) throws IOException {
        return start(settings, transport, loops, Tuning.USUAL);
    }

    /** As above. @param observer told of what is written to the kernel */
    public static Firewall start(FirewallSettings settings, Transport transport, EventLoopGroup loops, BatchObserver observer)
            throws IOException {
        return start(settings, transport, loops, new Tuning(new NftWriter.Settings(observer), Tuning.USUAL.events, Tuning.USUAL.ranges));
    }

    /**
     * What tests vary: how elements are written, which may delay the kernel's answers, how flows are heard of, and how soon
     * passive ranges end by themselves.
     *
     * @param reading given what looks at the table, which cannot any more when it is closed
     */
    record Tuning(
            NftWriter.Settings writing, ConntrackEvents.Settings events, KernelRanges.Tuning ranges, Consumer<NftReader> reading) {

        Tuning(NftWriter.Settings writing, ConntrackEvents.Settings events, KernelRanges.Tuning ranges) {
            this(writing, events, ranges, _ -> {});
        }

        static final Tuning USUAL = new Tuning(
                new NftWriter.Settings(), new ConntrackEvents.Settings(Ruleset.OWN_FLOW, Ruleset.OWN_FLOW, TcpState.OVER),
                KernelRanges.Tuning.USUAL);
    }

    static Firewall start(FirewallSettings settings, Transport transport, EventLoopGroup loops, Tuning tuning) throws IOException {
        var lock = FirewallLock.take(loops);
        Firewall firewall;
        try {
            firewall = new Firewall(settings, lock, transport, loops, tuning);
        } catch (NetlinkException refused) {
            lock.close();
            throw new IOException("cannot speak to the kernel's packet filter, which needs nftables and CAP_NET_ADMIN: "
                    + refused.getMessage(), refused);
        } catch (Throwable failed) {
            lock.close();
            throw failed;
        }
        try {
            firewall.install();
        } catch (Throwable failed) {
            try {
                firewall.close();
            } catch (IOException | RuntimeException alsoFailed) {
                failed.addSuppressed(alsoFailed);
            }
            throw failed;
        }
        return firewall;
    }

    private Firewall(FirewallSettings settings, FirewallLock lock, Transport transport, EventLoopGroup loops, Tuning tuning)
            throws NetlinkException {
        this.settings = settings;
        this.lock = lock;
        this.ruleset = Ruleset.render(settings.ruleset());
        maintenance.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        writer = new NftWriter(tuning.writing);
        reader = new NftReader();
        tuning.reading.accept(reader);
        conntrack = new Conntrack();
        lists = new Conntrack();
        var cutter = new Cutter(
                writer, conntrack, maintenance, LAST_WORK, new Resetter(transport, loops, settings.ruleset().ownMark().value()));
        var all = new OwnFlows(lists);
        var rangeFlows = new RangeFlows(ledger, all, cutter, maintenance);
        flows = new Flows(ledger, writer, conntrack, all, rangeFlows, maintenance, cutter);
        calls = new RepeatedCalls(conntrack, maintenance);
        table = new TableWriter(writer, this::watchNow);
        ranges = new KernelRanges(ledger, table, rangeFlows, maintenance, tuning.ranges);
        routes = settings.ruleset().transparent() ? new RouteWatch(settings.routes()) : null;
        events = new ConntrackEvents(tuning.events, flows::happened);
    }

    private void install() throws IOException {
        try {
            var foundTable = reader.fingerprint(Ruleset.TABLE).isPresent();
            for (var setting : ACCOUNTING.entrySet()) {
                account(setting.getKey(), setting.getValue());
            }
            nft.check(ruleset);
            if (routes != null) {
                // Some of them may be there when the others are refused.
                madeRoutes = !routes.found();
                routes.install();
            }
            var running = conntrack.marked(Ruleset.OWN_FLOW, Ruleset.OWN_FLOW).flows();
            running.forEach(flow -> ledger.adopt(flow.mark()));
            nft.install(ruleset);
            madeTable = !foundTable;
            installed = reader.fingerprint(Ruleset.TABLE).orElse(null);
            if (foundTable || !running.isEmpty()) {
                LOG.info("swept the table of an earlier run; {} of its data connections go on", running.size());
            }
        } catch (NetlinkException | MalformedMessageException refused) {
            throw new IOException("cannot read the kernel's tables: " + refused.getMessage(), refused);
        }
        maintenance.scheduleWithFixedDelay(this::watch, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static void account(Path sysctl, String value) throws IOException {
        if (!Files.readString(sysctl).strip().equals(value)) {
            Files.writeString(sysctl, value);
            LOG.info("set {} to {}: the bytes of data connections are counted by it", sysctl, value);
        }
    }

    /** The data path of one gateway. */
    public KernelDataPath dataPath(KernelSettings gateway) {
        return new KernelDataPath(gateway, ledger, table, flows, calls, ranges);
    }

    /** From now on its gateways serve: what the start found is no longer of importance, and {@link #close} is the end in order. */
    public void serves() {
        serving = true;
    }

    /**
     * Whether the table and the policy routes are in place, as of a second ago: false while somebody has removed them and they
     * cannot be installed again.
     */
    public boolean standing() {
        return standing;
    }

    /** How often the kernel told of flows faster than they were read. */
    public long eventsLost() {
        return flows.lost();
    }

    /** What the table's counters say now, by their names in nftables. */
    public Map<String, NftReader.Counter> counters() throws IOException {
        try {
            return reader.counters(Ruleset.TABLE);
        } catch (NetlinkException | MalformedMessageException refused) {
            throw new IOException("cannot read the counters: " + refused.getMessage(), refused);
        }
    }

    // ---- The watch ----

    private void watchNow() {
        if (!maintenance.isShutdown()) {
            maintenance.execute(this::watch);
        }
    }

    private void watch() {
        try {
            var now = reader.fingerprint(Ruleset.TABLE).orElse(null);
            if (now == null || !now.equals(installed)) {
                standing = false;
                restore(now);
            }
            if (routes != null && !routes.standing()) {
                standing = false;
                routes.restore();
            }
            standing = true;
            trouble = null;
        } catch (IOException failed) {
            standing = false;
            if (!Objects.equals(trouble, failed.getMessage())) {
                trouble = failed.getMessage();
                LOG.error("cannot look after the table inet {} and the policy routes: {}", Ruleset.TABLE, trouble);
            }
        } catch (RuntimeException bug) {
            standing = false;
            LOG.error("error while looking after the table", bug);
        }
    }

    private void restore(NftReader.@Nullable Fingerprint now) throws IOException {
        if (!said) {
            LOG.warn("somebody {} the table inet {}: it is installed again", now == null ? "removed" : "changed", Ruleset.TABLE);
            said = true;
        }
        nft.install(ruleset);
        installed = reader.fingerprint(Ruleset.TABLE).orElse(null);
        said = false;
        ledger.all().forEach(pinhole -> pinhole.outlivedTable = true);
        ledger.all().stream().filter(KernelPinhole::waiting).forEach(this::reopen);
        ranges.reopen();
    }

    /** One that was used or given up meanwhile is closed again at once. */
    private void reopen(KernelPinhole pinhole) {
        writer.submit(Elements.reopening(pinhole), outcome -> {
            if (!pinhole.waiting()) {
                writer.submit(Elements.closing(pinhole), closed -> {});
            }
        });
    }

    // ---- The end ----

    /** For tests: from now on nothing can be changed in the table's sets. */
    void stopWriting() {
        writer.close();
    }

    /** No gateway uses it any more. */
    @Override
    public void close() throws IOException {
        try {
            release();
        } finally {
            try {
                leave();
            } finally {
                lock.close();
            }
        }
    }

    private void leave() throws IOException {
        var shut = settings.onStop() == FirewallSettings.OnStop.SHUT;
        if (serving && shut) {
            nft.install(ruleset);
        } else if (serving) {
            clear(true, true);
        } else if (!(shut && madeTable)) {
            clear(madeTable, madeRoutes);
        }
    }

    private void release() {
        // Before what follows from events can no more be done.
        events.close();
        // What was asked for is done, cuts above all; what was only planned is not.
        maintenance.shutdown();
        try {
            if (!maintenance.awaitTermination(LAST_WORK.toNanos(), TimeUnit.NANOSECONDS)) {
                maintenance.shutdownNow();
            }
        } catch (InterruptedException asked) {
            maintenance.shutdownNow();
            Thread.currentThread().interrupt();
        }
        writer.close();
        conntrack.close();
        lists.close();
        reader.close();
        if (routes != null) {
            routes.close();
        }
    }

    private void clear(boolean ofTable, boolean ofRoutes) throws IOException {
        if (ofTable) {
            nft.remove();
        }
        if (routes != null && ofRoutes) {
            routes.remove();
        }
    }
}
