package dev.sallyport.telemetry;

import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionId;
import dev.sallyport.session.SessionObserver;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * What is open now, from session events alone: the sessions, their pinholes and data connections. Each event costs a lookup
 * and a lock that nobody else holds; what is kept is bounded by the sessions and their limits, and gone with them.
 *
 * <p>Safe for several threads. A list is no snapshot of one instant: each session in it is whole, one beside it may be a
 * moment older.
 */
public final class LiveSessions {

    private static final Comparator<SessionId> BY_ID =
            Comparator.comparing(SessionId::number, Long::compareUnsigned);

    private final ConcurrentHashMap<SessionId, OpenSession> open = new ConcurrentHashMap<>();
    private final LongSupplier clockNanos;

    public LiveSessions() {
        this(System::nanoTime);
    }

    LiveSessions(LongSupplier clockNanos) {
        this.clockNanos = clockNanos;
    }

    /** Watches the sessions of one gateway. @param gateway its name */
    public SessionObserver of(String gateway) {
        return (session, event) -> observe(gateway, session, event);
    }

    private void observe(String gateway, SessionContext session, SessionEvent event) {
        switch (event) {
            case SessionEvent.Arrived() ->
                open.put(session.id(), new OpenSession(session, gateway, clockNanos.getAsLong()));
            case SessionEvent.Ended _ -> open.remove(session.id());
            default -> {
                var known = open.get(session.id());
                if (known != null) {
                    known.observe(event, clockNanos.getAsLong());
                }
            }
        }
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

    /** By id: those of one session stand together, in the order in which they were asked for. */
    public List<LivePinhole> pinholes() {
        var now = clockNanos.getAsLong();
        return open.values().stream().flatMap(each -> each.pinholes(now).stream())
                .sorted(Comparator.comparing((LivePinhole pinhole) -> pinhole.id().session(), BY_ID)
                        .thenComparingInt(pinhole -> pinhole.id().number()))
                .toList();
    }
}
