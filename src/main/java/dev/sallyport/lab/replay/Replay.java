package dev.sallyport.lab.replay;

import dev.sallyport.capture.ByteListener;
import dev.sallyport.capture.TcpConnection;
import dev.sallyport.capture.TcpListener;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.rules.OwnAddresses;
import dev.sallyport.rules.limit.Limits;
import dev.sallyport.session.Moved;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.SessionHost;
import dev.sallyport.session.SessionObserver;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoField;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the control sessions in a capture, and has each judged by the engine of the live gateway, with the times of its packets.
 * One gateway judges; for two, let two listen.
 */
public final class Replay implements TcpListener {

    /**
     * @param gateway what is allowed, and to whom
     * @param ports where servers listen
     * @param anyPort whether a control connection is also known by its conversation, whatever its port
     * @param transcripts whether what goes into each session is written down
     */
    public record Settings(ReplayedGateway gateway, Set<Integer> ports, boolean anyPort, boolean transcripts) {
        public Settings {
            ports = Set.copyOf(ports);
        }
    }

    /** Is told of each session when it is over. */
    @FunctionalInterface
    public interface Outlet {
        void over(SessionReport report, SessionScript script);
    }

    private static final int MINUTES_OF_DAY = 24 * 60;
    private static final long MOST_WAITING_BYTES = 64 << 20;
    /** When there are too many sessions, so many parts of a hundred are given up at once: it takes a look at all. */
    private static final int GIVEN_UP = 2;

    /** A session that is over, but that data connections may still come of which its server has spoken. */
    private record Lingering(ReplayedSession session, long untilNanos) {}

    private final Settings settings;
    private final Outlet outlet;
    private final SessionObserver observer;
    private final SessionHost host = new SessionHost(new Limits(), this::minuteOfWeek, OwnAddresses.NONE);
    private final Doors doors;
    private final Map<TcpConnection, ReplayedSession> controls = new IdentityHashMap<>();
    private final Map<TcpConnection, Candidate> candidates = new IdentityHashMap<>();
    private final @Nullable Live live;
    private final Discoveries discoveries;
    private final Ownership ownership;
    private final Waiting waiting;
    private final Queue<Lingering> lingering = new PriorityQueue<>(Comparator.comparingLong(Lingering::untilNanos));
    private int sessions;
    private int leftOut;
    private long nowNanos;

    /** @param observer is told what the live gateway's observers are */
    public Replay(Settings settings, Outlet outlet, SessionObserver observer) {
        this(settings, null, outlet, observer, Discoveries.UNTOLD, Ownership.NOBODY);
    }

    /** @param live null for sessions that were long ago: each is remembered until all are told */
    public Replay(
            Settings settings, @Nullable Live live, Outlet outlet, SessionObserver observer, Discoveries discoveries,
            Ownership ownership) {
        this.settings = settings;
        this.live = live;
        this.outlet = outlet;
        this.observer = observer;
        this.discoveries = discoveries;
        this.ownership = ownership;
        this.waiting = new Waiting(live == null ? MOST_WAITING_BYTES : live.waitingBytes());
        this.doors = new Doors(ownership);
    }

    /** The time in the capture. */
    public Instant now() {
        return Findings.instant(nowNanos);
    }

    boolean writesTranscripts() {
        return settings.transcripts();
    }

    SessionObserver observer() {
        return observer;
    }

    /** Null for sessions that were long ago. */
    @Nullable Live live() {
        return live;
    }

    Discoveries discoveries() {
        return discoveries;
    }

    Ownership ownership() {
        return ownership;
    }

    Waiting waiting() {
        return waiting;
    }

    boolean isControlPort(int port) {
        return settings.ports().contains(port);
    }

    String gateway() {
        return settings.gateway().name();
    }

    /** How many control connections were of others than the gateway's clients and servers. */
    public int leftOut() {
        return leftOut;
    }

    private int minuteOfWeek(ZoneId zone, long nanos) {
        var time = Findings.instant(nanos).atZone(zone);
        return (time.getDayOfWeek().getValue() - 1) * MINUTES_OF_DAY + time.get(ChronoField.MINUTE_OF_DAY);
    }

    @Override
    public @Nullable ByteListener opened(TcpConnection connection, long timeNanos) {
        reach(timeNanos);
        if (isControl(connection)) {
            return beginIfItsOwn(connection);
        }
        if (doors.came(connection) || !settings.anyPort() || !connection.whole() || !has(connection.initiator(), connection.responder())) {
            return null;
        }
        ownership.undecided(connection);
        var candidate = new Candidate(connection, waiting, () -> {
            candidates.remove(connection);
            ownership.released(connection);
        }, () -> {
            candidates.remove(connection);
            doors.isControl(connection);
            return begin(connection);
        });
        candidates.put(connection, candidate);
        return candidate;
    }

    private boolean isControl(TcpConnection connection) {
        return isControlPort(connection.responderPort()) || !connection.whole() && isControlPort(connection.initiatorPort());
    }

    @Override
    public boolean mayFollow(TcpConnection connection) {
        return isControl(connection) || settings.anyPort() && connection.whole();
    }

    @Override
    public boolean asksFor(TcpConnection connection) {
        return doors.remembers(connection);
    }

    private @Nullable ReplayedSession beginIfItsOwn(TcpConnection connection) {
        var called = isControlPort(connection.responderPort());
        if (called ? has(connection.initiator(), connection.responder()) : has(connection.responder(), connection.initiator())) {
            return begin(connection);
        }
        leftOut++;
        return null;
    }

    private boolean has(InetSocketAddress client, InetSocketAddress server) {
        return settings.gateway().has(Endpoint.of(client).address(), Endpoint.of(server).address());
    }

    private ReplayedSession begin(TcpConnection connection) {
        if (live != null && controls.size() >= live.sessions()) {
            controls.values().stream().sorted(Comparator.comparingLong(ReplayedSession::weight))
                    .limit(1 + controls.size() * GIVEN_UP / 100).toList().forEach(ReplayedSession::giveUp);
        }
        var session = new ReplayedSession(this, ++sessions, connection, host, settings.gateway().policy(), doors);
        controls.put(connection, session);
        return session;
    }

    @Override
    public void closed(TcpConnection connection, End end, long timeNanos) {
        reach(timeNanos);
        var session = controls.remove(connection);
        if (session == null) {
            var candidate = candidates.remove(connection);
            if (candidate != null) {
                candidate.forget();
            }
            doors.over(connection, end, timeNanos);
        } else {
            session.controlOver(end, timeNanos);
        }
        if (ownership != Ownership.NOBODY && !doors.remembers(connection)) {
            ownership.released(connection);
        }
    }

    /** Time passes for sessions that go on, also when none of their packets comes. */
    public void pass(long timeNanos) {
        reach(timeNanos);
        var going = Objects.requireNonNull(live, "sessions that were long ago have no present");
        doors.left().forEach(session -> session.pass(going, nowNanos));
        doors.pass(nowNanos);
    }

    /** What has gone through the data connections that stand. */
    public Map<PinholeId, Moved> standing() {
        return doors.standing();
    }

    /** How many control connections are followed. */
    public int following() {
        return controls.size();
    }

    /** The capture has ended, and every connection with it: what stands is told. */
    public void end() {
        doors.left().stream().sorted(Comparator.comparingInt(ReplayedSession::number)).forEach(ReplayedSession::report);
    }

    void over(SessionReport report, Scribe scribe, TcpConnection control) {
        controls.remove(control);
        ownership.over(report.number());
        outlet.over(report, new SessionScript(scribe.blocks(), scribe.full()));
    }

    private void reach(long timeNanos) {
        now(timeNanos);
        for (var first = lingering.peek(); first != null && first.untilNanos < nowNanos; first = lingering.peek()) {
            lingering.remove();
            first.session.linger(first.untilNanos);
        }
    }

    void linger(ReplayedSession session, long untilNanos) {
        lingering.add(new Lingering(session, untilNanos));
    }

    /** The capture is as far as this. */
    void now(long timeNanos) {
        nowNanos = Math.max(nowNanos, timeNanos);
    }
}
