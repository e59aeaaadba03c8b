package dev.sallyport.telemetry;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;
import dev.sallyport.session.ClientRefusal;
import dev.sallyport.session.EndReason;
import dev.sallyport.session.DataProtection;
import dev.sallyport.session.Moved;
import dev.sallyport.session.PinholeRefusal;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionId;
import dev.sallyport.session.SessionObserver;
import dev.sallyport.session.SessionWatch;
import dev.sallyport.session.Tally;
import dev.sallyport.session.Transfer;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Counts what happens in the sessions of one gateway, and what {@link LiveSessions} knows of their data. Safe for all event loops. */
public final class GatewayMeters implements SessionObserver {

    /** What is shorter says more of the connection's beginning than of its speed. */
    private static final long LEAST_FOR_THROUGHPUT = 64 << 10;

    private static final String NO_MODE = "none";

    private static final List<String> TLS_VERSIONS = List.of("TLSv1.2", "TLSv1.3");

    private final LongAdder active = new LongAdder();
    private final LongAdder waiting = new LongAdder();
    private final LongAdder connected = new LongAdder();
    private final LongAdder opened;
    private final Map<EndReason, LongAdder> ended;
    private final Map<ClientRefusal, LongAdder> clientsRefused;
    private final LongAdder serverUnreachable;
    private final LongAdder loggedIn;
    private final LongAdder loginsRefused;
    private final LongAdder loginsHeld;
    private final PerSide<Map<String, LongAdder>> tlsHandshakes;
    private final Map<Verb, LongAdder> commands;
    private final Map<SessionEvent.Ruling, LongAdder> commandsRefused;
    private final ReplyCounts replies;
    private final Map<Verb, LongAdder> pinholesRequested;
    private final Map<Verb, LongAdder> pinholesOpened;
    private final Map<Verb, LongAdder> pinholesUsed;
    private final Map<SessionEvent.Unused, LongAdder> pinholesUnused;
    private final Map<PinholeRefusal, LongAdder> pinholesRefused;
    private final LongAdder rangesOpened;
    private final Map<PinholeRefusal, LongAdder> rangesRefused;
    private final LongAdder rangeConnections;
    private final Map<Direction, Map<Outcome, Modes>> transfers;
    private final DataPaths paths;
    private final Map<DataPathKind, DataAmounts> amounts = new EnumMap<>(DataPathKind.class);
    private final PerSide<Map<Fault, LongAdder>> faultsEnforced;
    private final PerSide<Map<Fault, LongAdder>> faultsLogged;
    private final Distribution sessionDuration;
    private final Distribution pinholeOpen;
    private final Distribution roundTripAdded;
    private final Map<Direction, Distribution> durations;
    private final Map<Direction, Distribution> throughput;

    /** Counts by the command that set up the data connection. */
    private record Modes(Map<Verb, LongAdder> by, LongAdder none) {
        LongAdder of(@Nullable Verb mode) {
            return mode == null ? none : by.getOrDefault(mode, none);
        }
    }

    private record PerSide<T>(T client, T server) {
        static <T> PerSide<T> each(Function<Side, T> made) {
            return new PerSide<>(made.apply(Side.CLIENT), made.apply(Side.SERVER));
        }

        T of(Side side) {
            return side == Side.CLIENT ? client : server;
        }
    }

    GatewayMeters(Metrics metrics, String gateway, DataPaths paths) {
        metrics.gauge(Meter.SESSIONS_ACTIVE, active::sum, gateway);
        metrics.gauge(Meter.PINHOLES_WAITING, waiting::sum, gateway);
        metrics.gauge(Meter.DATA_CONNECTIONS_ACTIVE, connected::sum, gateway);
        opened = metrics.counter(Meter.SESSIONS_OPENED, gateway);
        ended = each(EndReason.class, reason -> metrics.counter(Meter.SESSIONS_ENDED, gateway, Word.of(reason)));
        clientsRefused = each(ClientRefusal.class, reason -> metrics.counter(Meter.CLIENTS_REFUSED, gateway, Word.of(reason)));
        serverUnreachable = metrics.counter(Meter.SERVER_UNREACHABLE, gateway);
        loggedIn = metrics.counter(Meter.LOGINS, gateway, "accepted");
        loginsRefused = metrics.counter(Meter.LOGINS, gateway, "refused");
        loginsHeld = metrics.counter(Meter.LOGINS_HELD, gateway);
        tlsHandshakes = PerSide.each(side -> TLS_VERSIONS.stream().collect(Collectors.toUnmodifiableMap(
                version -> version, version -> metrics.counter(Meter.TLS_HANDSHAKES, gateway, Word.of(side), version))));
        commands = each(Verb.class, verb -> metrics.counter(Meter.COMMANDS, gateway, verb.name()));
        commandsRefused = each(
                SessionEvent.Ruling.class,
                Arrays.stream(SessionEvent.Ruling.values()).filter(ruling -> ruling != SessionEvent.Ruling.ALLOWED),
                ruling -> metrics.counter(Meter.COMMANDS_REFUSED, gateway, Word.of(ruling)));
        replies = new ReplyCounts((replyClass, code) -> metrics.counter(Meter.REPLIES, gateway, replyClass, code));
        pinholesRequested = modes(mode -> metrics.counter(Meter.PINHOLES_REQUESTED, gateway, mode.name()));
        pinholesOpened = modes(mode -> metrics.counter(Meter.PINHOLES_OPENED, gateway, mode.name()));
        pinholesUsed = modes(mode -> metrics.counter(Meter.PINHOLES_USED, gateway, mode.name()));
        pinholesUnused = each(
                SessionEvent.Unused.class, why -> metrics.counter(Meter.PINHOLES_UNUSED, gateway, Word.of(why)));
        pinholesRefused = each(
                PinholeRefusal.class, why -> metrics.counter(Meter.PINHOLES_REFUSED, gateway, Word.of(why)));
        rangesOpened = metrics.counter(Meter.RANGES_OPENED, gateway);
        rangesRefused = each(PinholeRefusal.class, why -> metrics.counter(Meter.RANGES_REFUSED, gateway, Word.of(why)));
        rangeConnections = metrics.counter(Meter.RANGE_CONNECTIONS, gateway);
        transfers = each(Direction.class, direction -> each(Outcome.class, outcome -> {
            Function<String, LongAdder> counter =
                    mode -> metrics.counter(Meter.TRANSFERS, gateway, Word.of(direction), mode, Word.of(outcome));
            return new Modes(modes(mode -> counter.apply(mode.name())), counter.apply(NO_MODE));
        }));
        this.paths = paths;
        Stream.of(paths.clear(), paths.secured()).distinct().forEach(path -> amounts.put(path, new DataAmounts(metrics, gateway, path)));
        faultsEnforced = faults(metrics, gateway, true);
        faultsLogged = faults(metrics, gateway, false);
        sessionDuration = metrics.distribution(Meter.SESSION_DURATION, gateway);
        pinholeOpen = metrics.distribution(Meter.PINHOLE_OPEN, gateway);
        roundTripAdded = metrics.distribution(Meter.CONTROL_ROUND_TRIP_ADDED, gateway);
        durations = each(
                Direction.class, direction -> metrics.distribution(Meter.TRANSFER_DURATION, gateway, Word.of(direction)));
        throughput = each(
                Direction.class, direction -> metrics.distribution(Meter.TRANSFER_THROUGHPUT, gateway, Word.of(direction)));
    }

    private static PerSide<Map<Fault, LongAdder>> faults(Metrics metrics, String gateway, boolean enforced) {
        return PerSide.each(side -> each(Fault.class, fault -> metrics.counter(
                Meter.FAULTS, gateway, Word.of(side), Word.of(fault), Boolean.toString(enforced))));
    }

    private static <E extends Enum<E>, V> Map<E, V> each(Class<E> of, Function<E, V> made) {
        return each(of, Arrays.stream(of.getEnumConstants()), made);
    }

    private static Map<Verb, LongAdder> modes(Function<Verb, LongAdder> made) {
        return each(Verb.class, Arrays.stream(Verb.values()).filter(Verb::setsUp), made);
    }

    private static <E extends Enum<E>, V> Map<E, V> each(Class<E> of, Stream<E> values, Function<E, V> made) {
        var map = new EnumMap<E, V>(of);
        values.forEach(value -> map.put(value, made.apply(value)));
        return map;
    }

    private static <E> void count(Map<E, LongAdder> counters, E kind) {
        var counter = counters.get(kind);
        if (counter != null) {
            counter.increment();
        }
    }

    private static <E, V> V of(Map<E, V> series, E kind) {
        var one = series.get(kind);
        if (one == null) {
            throw new IllegalStateException("no series for " + kind);
        }
        return one;
    }

    @Override
    public void clientRefused(String gateway, Endpoint client, ClientRefusal reason) {
        count(clientsRefused, reason);
    }

    @Override
    public SessionWatch watch(SessionContext session) {
        return new Watched(session.id());
    }

    /** Data connections have moved so much more: see {@link LiveSessions#of(String, java.util.function.BiConsumer)}. */
    public void moved(DataProtection protection, Moved more) {
        of(amounts, paths.of(protection)).add(more);
    }

    /** What they have moved so far, in bytes alone. */
    public Moved moved() {
        return amounts.values().stream().map(DataAmounts::sum).reduce(Moved.NOTHING, Moved::plus);
    }

    // ---- One session ----

    private final class Watched implements SessionWatch, Tally {

        /** Made once: it comes with every command. */
        private final Labels exemplar;

        Watched(SessionId session) {
            exemplar = Distribution.exemplar(session);
        }

        @Override
        public Tally tally() {
            return this;
        }

        @Override
        public void command(Verb verb, long nowNanos) {
            count(commands, verb);
        }

        @Override
        public void reply(int code) {
            replies.count(code);
        }

        @Override
        public void pinhole(Verb mode) {
            count(pinholesRequested, mode);
        }

        @Override
        public void roundTrip(long addedNanos) {
            roundTripAdded.seconds(addedNanos, exemplar);
        }

        @Override
        public void refused(SessionEvent.Ruling ruling) {
            count(commandsRefused, ruling);
        }

        @Override
        public void observe(SessionEvent event) {
            switch (event) {
                case SessionEvent.Arrived() -> {
                    opened.increment();
                    active.increment();
                }
                case SessionEvent.LoggedIn _ -> loggedIn.increment();
                case SessionEvent.LoginRefused _ -> loginsRefused.increment();
                case SessionEvent.LoginHeld _ -> loginsHeld.increment();
                case SessionEvent.PinholeOpened(_, var mode, _, var took) -> {
                    count(pinholesOpened, mode);
                    waiting.increment();
                    pinholeOpen.seconds(took.toNanos(), exemplar);
                }
                case SessionEvent.PinholeRefused(_, var reason) -> count(pinholesRefused, reason);
                case SessionEvent.PinholeUsed(_, var mode) -> {
                    count(pinholesUsed, mode);
                    waiting.decrement();
                    connected.increment();
                }
                case SessionEvent.PinholeUnused(_, var why) -> {
                    count(pinholesUnused, why);
                    waiting.decrement();
                }
                case SessionEvent.DataEnded _ -> connected.decrement();
                case SessionEvent.Secured(var side, var peer) -> count(tlsHandshakes.of(side), peer.version());
                case SessionEvent.RangeOpened _ -> rangesOpened.increment();
                case SessionEvent.RangeRefused(_, var reason) -> count(rangesRefused, reason);
                case SessionEvent.RangeMoved(_, _, var came, var more) -> {
                    rangeConnections.add(came);
                    connected.add(more);
                }
                case SessionEvent.TransferEnded(var transfer) -> ended(transfer);
                case SessionEvent.FaultSeen(var side, var fault, _, var enforced) ->
                    count((enforced ? faultsEnforced : faultsLogged).of(side), fault);
                case SessionEvent.Ended over -> {
                    active.decrement();
                    count(ended, over.reason());
                    if (over.reason() == EndReason.SERVER_UNREACHABLE) {
                        serverUnreachable.increment();
                    }
                    sessionDuration.seconds(over.duration().toNanos(), exemplar);
                }
                case SessionEvent.Started _, SessionEvent.TransferBegan _, SessionEvent.RuleDecided _, SessionEvent.RulesTaken _,
                        SessionEvent.BecameOpaque _, SessionEvent.Cleared _, SessionEvent.RangeClosed _, SessionEvent.Unsecured _ -> {}
            }
        }

        private void ended(Transfer transfer) {
            var direction = Direction.of(transfer.verb());
            of(of(transfers, direction), Outcome.of(transfer)).of(transfer.mode()).increment();
            var nanos = transfer.duration().toNanos();
            of(durations, direction).seconds(nanos, exemplar);
            var bytes = transfer.bytesToClient() + transfer.bytesToServer();
            if (bytes >= LEAST_FOR_THROUGHPUT && nanos > 0) {
                of(throughput, direction).value(bytes * 1e9 / nanos, exemplar);
            }
        }
    }
}
