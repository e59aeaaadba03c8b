package dev.sallyport.telemetry;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;
import dev.sallyport.session.DataProtection;
import dev.sallyport.session.Moved;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.PinholeRequest;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionId;
import dev.sallyport.session.SessionWatch;
import dev.sallyport.session.Tally;
import dev.sallyport.session.TlsPeer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What one session's events have told so far. Written by one thread at a time, read from anywhere: hence the lock. */
final class OpenSession implements SessionWatch, Tally {

    /** After that long, bytes that were moved count half as much for how active a session is. */
    private static final double HALF_LIFE_NANOS = 30e9;

    private final SessionContext context;
    private final String gateway;
    private final long startNanos;

    private final LongSupplier clockNanos;
    private final LiveSessions all;
    private final BiConsumer<DataProtection, Moved> told;

    private @Nullable Endpoint server;
    private @Nullable Verb lastCommand;
    private long lastCommandNanos;
    /** Bytes of late, as of that moment. */
    private double lately;
    private long latelyNanos;
    private String user = "";
    private boolean opaque;
    /** Replaced and not changed: whoever asked keeps what it was given. */
    private Map<Side, TlsPeer> tls = Map.of();
    private int running;
    private LiveSession.@Nullable Command transfer;
    private int transfers;
    private long bytesToClient;
    private long bytesToServer;
    /** Data connections through a passive range that stand. */
    private int ranged;
    /** By their number within the session; the engine bounds how many there are. Made with the first. */
    private Map<Integer, Pinhole> pinholes = Map.of();

    private static final class Pinhole {
        final PinholeRequest request;
        final Endpoint told;
        final long openedNanos;
        boolean used;
        /** As of the last look. */
        Moved moved = Moved.NOTHING;

        Pinhole(PinholeRequest request, Endpoint told, long openedNanos) {
            this.request = request;
            this.told = told;
            this.openedNanos = openedNanos;
        }
    }

    /** @param all are told when it has arrived and when it has ended @param told what is new of its data, under this session's lock */
    OpenSession(
            SessionContext context, String gateway, LongSupplier clockNanos, LiveSessions all, BiConsumer<DataProtection, Moved> told) {
        this.context = context;
        this.gateway = gateway;
        this.clockNanos = clockNanos;
        this.all = all;
        this.told = told;
        this.startNanos = clockNanos.getAsLong();
        this.lastCommandNanos = startNanos;
    }

    SessionId id() {
        return context.id();
    }

    @Override
    public Tally tally() {
        return this;
    }

    @Override
    public synchronized void command(Verb verb, long nowNanos) {
        lastCommand = verb;
        lastCommandNanos = nowNanos;
    }

    @Override
    public synchronized void observe(SessionEvent event) {
        switch (event) {
            case SessionEvent.Arrived() -> all.arrived(this);
            case SessionEvent.Ended _ -> all.ended(this);
            case SessionEvent.Started(_, var connected) -> server = connected;
            case SessionEvent.LoggedIn(var name) -> user = name;
            case SessionEvent.BecameOpaque() -> opaque = true;
            case SessionEvent.Cleared() -> opaque = false;
            case SessionEvent.Secured(var side, var peer) -> tls = TlsPeer.with(tls, side, peer);
            case SessionEvent.Unsecured(var side) -> tls = TlsPeer.with(tls, side, null);
            case SessionEvent.PinholeOpened(var request, _, var told, _) -> {
                if (pinholes.isEmpty()) {
                    pinholes = new HashMap<>(4);
                }
                pinholes.put(request.id().number(), new Pinhole(request, told, clockNanos.getAsLong()));
            }
            case SessionEvent.PinholeUsed(var id, _) -> {
                var open = pinholes.get(id.number());
                if (open != null) {
                    open.used = true;
                }
            }
            case SessionEvent.PinholeUnused(var id, _) -> remove(id.number());
            case SessionEvent.DataEnded(var id, var moved, _) -> {
                var gone = remove(id.number());
                var seen = gone == null ? Moved.NOTHING : gone.moved;
                count(seen);
                count(news(seen, moved, gone == null ? DataProtection.CLEAR : gone.request.protection()));
            }
            case SessionEvent.RangeMoved(_, var moved, _, var more) -> {
                count(news(Moved.NOTHING, moved, DataProtection.CLEAR));
                ranged += more;
            }
            case SessionEvent.TransferBegan(var verb, var argument) -> {
                running++;
                transfer = new LiveSession.Command(verb, argument);
            }
            case SessionEvent.TransferEnded _ -> {
                running--;
                transfers++;
            }
            case SessionEvent.LoginRefused _, SessionEvent.LoginHeld _, SessionEvent.PinholeRefused _,
                    SessionEvent.FaultSeen _, SessionEvent.RuleDecided _, SessionEvent.RulesTaken _,
                    SessionEvent.RangeOpened _, SessionEvent.RangeRefused _, SessionEvent.RangeClosed _ -> {}
        }
    }

    private void count(Moved moved) {
        bytesToClient += moved.bytesToClient();
        bytesToServer += moved.bytesToServer();
    }

    /** A data connection as it is now, or was a moment ago. */
    synchronized void look(PinholeId id, Moved moved) {
        var open = pinholes.get(id.number());
        if (open != null) {
            open.moved = open.moved.plus(news(open.moved, moved, open.request.protection()));
        }
    }

    /**
     * What a data connection has moved besides, from now on known and told. Never less than nothing, though the kernel's figures are
     * told from its packets: who shows them takes that for a new start.
     */
    private Moved news(Moved seen, Moved now, DataProtection protection) {
        var news = now.beyond(seen);
        if (!news.equals(Moved.NOTHING)) {
            var nowNanos = clockNanos.getAsLong();
            lately = lately(nowNanos) + news.bytesToClient() + news.bytesToServer();
            latelyNanos = nowNanos;
            told.accept(protection, news);
        }
        return news;
    }

    private double lately(long nowNanos) {
        return lately == 0 ? 0 : lately * Math.pow(0.5, Math.max(0, nowNanos - latelyNanos) / HALF_LIFE_NANOS);
    }

    private Moved running() {
        return pinholes.isEmpty() ? Moved.NOTHING : pinholes.values().stream().map(open -> open.moved).reduce(Moved.NOTHING, Moved::plus);
    }

    private @Nullable Pinhole remove(int number) {
        return pinholes.isEmpty() ? null : pinholes.remove(number);
    }

    synchronized LiveSession session(long nowNanos) {
        return new LiveSession(
                context.id(), gateway, context.client(), context.gateway(), server, user, tls, state(), transfer,
                lastCommand, since(lastCommandNanos, nowNanos), since(startNanos, nowNanos), transfers, bytesToClient, bytesToServer,
                pinholes.size() + ranged, running());
    }

    /** How much has moved of late, and in all. Whoever asks, and how often, changes nothing of it. */
    synchronized Activity activity(long nowNanos) {
        var running = running();
        var bytes = bytesToClient + bytesToServer + running.bytesToClient() + running.bytesToServer();
        return new Activity(this, (long) lately(nowNanos), bytes, startNanos);
    }

    /** @param lately bytes, those of a half-life ago by half */
    record Activity(OpenSession session, long lately, long bytes, long startNanos) {}

    private LiveSession.State state() {
        return opaque ? LiveSession.State.OPAQUE
                : server == null ? LiveSession.State.CONNECTING
                : running > 0 ? LiveSession.State.TRANSFER
                : user.isEmpty() ? LiveSession.State.LOGIN
                : LiveSession.State.READY;
    }

    synchronized List<LivePinhole> pinholes(long nowNanos) {
        return pinholes.isEmpty() ? List.of() : pinholes.values().stream().map(open -> live(open, nowNanos)).toList();
    }

    private LivePinhole live(Pinhole open, long nowNanos) {
        var request = open.request;
        var age = since(open.openedNanos, nowNanos);
        var rest = request.lifetime().minus(age);
        var remaining = rest.isNegative() ? Duration.ZERO : rest;
        return new LivePinhole(
                request.id(), gateway, request.connects(), request.expected(), request.expectedPort(), open.told,
                request.target(), request.protection(), age, open.used ? null : remaining);
    }

    /** An event may come between the question's time and its turn. */
    private static Duration since(long thenNanos, long nowNanos) {
        return Duration.ofNanos(Math.max(0, nowNanos - thenNanos));
    }
}
