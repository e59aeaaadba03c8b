package dev.sallyport.telemetry;

import dev.sallyport.session.DataProtection;
import dev.sallyport.session.Moved;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.SessionId;
import dev.sallyport.session.SessionObserver;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is open now, from session events alone: the sessions, their pinholes and data connections. Each event costs a lock
 * that nobody else holds; what is kept is bounded by the sessions and their limits, and gone with them.
 *
 * <p>Safe for several threads. A list is no snapshot of one instant: each session in it is whole, one beside it may be a
 * moment older.
 */
public final class LiveSessions {

    private static final Comparator<SessionId> BY_ID =
            Comparator.comparing(SessionId::number, Long::compareUnsigned);

    private static final Comparator<OpenSession.Activity> LEAST_ACTIVE_FIRST =
            Comparator.comparingLong(OpenSession.Activity::lately)
                    .thenComparingLong(OpenSession.Activity::bytes)
                    .thenComparingLong(OpenSession.Activity::startNanos);

    private final ConcurrentHashMap<SessionId, OpenSession> open = new ConcurrentHashMap<>();
    private final LongSupplier clockNanos;

    public LiveSessions() {
        this(System::nanoTime);
    }

    /** @param clockNanos what the sessions' engines are told too; to who is told of an event, when that happened */
    public LiveSessions(LongSupplier clockNanos) {
        this.clockNanos = clockNanos;
    }

    /** Watches the sessions of one gateway. @param gateway its name */
    public SessionObserver of(String gateway) {
        return of(gateway, (_, _) -> {});
    }

    /**
     * Watches the sessions of one gateway.
     *
     * @param gateway its name
     * @param moved told how their data connections are protected and what they have moved, bit by bit and nothing twice: as far as a
     *     look shows while they stand, and the rest at their end; on any thread, and not for long
     */
    public SessionObserver of(String gateway, BiConsumer<DataProtection, Moved> moved) {
        return session -> new OpenSession(session, gateway, clockNanos, this, moved);
    }

    void arrived(OpenSession session) {
        open.put(session.id(), session);
    }

    void ended(OpenSession session) {
        open.remove(session.id(), session);
    }

    /** Data connections as they are now, or were a moment ago: looks may overlap, and one may show what has ended in the meantime. */
    public void look(Map<PinholeId, Moved> standing) {
        standing.forEach((pinhole, moved) -> {
            var known = open.get(pinhole.session());
            if (known != null) {
                known.look(pinhole, moved);
            }
        });
    }

    /** How many sessions there are. */
    public int count() {
        return open.size();
    }

    /** By id, which within a gateway is the order in which they came. */
    public List<LiveSession> sessions() {
        var now = clockNanos.getAsLong();
        return open.values().stream().map(each -> each.session(now))
                .sorted(Comparator.comparing(LiveSession::id, BY_ID)).toList();
    }

    /** One of them; null when there is no such session. */
    public @Nullable LiveSession session(SessionId id) {
        var known = open.get(id);
        return known == null ? null : known.session(clockNanos.getAsLong());
    }

    /**
     * Those that moved most of late: what moved half a minute ago counts by half, and so on. Among equals those that moved most in
     * all, then the youngest. It is the same whoever else asks.
     *
     * @param most how many, 0 or more
     */
    public List<LiveSession> mostActive(int most) {
        var leastFirst = new PriorityQueue<OpenSession.Activity>(most + 1, LEAST_ACTIVE_FIRST);
        var now = clockNanos.getAsLong();
        for (var session : open.values()) {
            leastFirst.add(session.activity(now));
            if (leastFirst.size() > most) {
                leastFirst.remove();
            }
        }
        return leastFirst.stream().map(each -> each.session().session(now)).sorted(Comparator.comparing(LiveSession::id, BY_ID)).toList();
    }

    /** Those of one session, in the order in which they were asked for. */
    public List<LivePinhole> pinholes(SessionId id) {
        var known = open.get(id);
        return known == null
                ? List.of()
                : known.pinholes(clockNanos.getAsLong()).stream().sorted(Comparator.comparingInt(each -> each.id().number())).toList();
    }

    /** In no order. */
    public Stream<LivePinhole> anyPinholes() {
        var now = clockNanos.getAsLong();
        return open.values().stream().flatMap(each -> each.pinholes(now).stream());
    }

    /** By id: those of one session stand together, in the order in which they were asked for. */
    public List<LivePinhole> pinholes() {
        return anyPinholes()
                .sorted(Comparator.comparing((LivePinhole pinhole) -> pinhole.id().session(), BY_ID)
                        .thenComparingInt(pinhole -> pinhole.id().number()))
                .toList();
    }
}
