package dev.sallyport.lab.replay;

import dev.sallyport.capture.TcpConnection;
import dev.sallyport.capture.TcpListener.End;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.lab.replay.SessionReport.Misfit;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.Moved;
import dev.sallyport.session.PinholeId;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares the pinholes that would have opened with the connections in the capture. A connection may be found before its
 * pinhole, where the capture has packets in another order than they came, or where it is too early indeed: their times decide.
 */
final class Doors {

    /** Connections without a pinhole that may be somebody's data: so many are remembered. */
    private static final int MOST_LOOSE = 16_384;
    /** A connection that is older than a pinhole by more has nothing to do with it. */
    private static final long EARLY_NANOS = 30_000_000_000L;

    /** A connection without a pinhole, and how it ended. */
    private static final class Loose {
        private final TcpConnection connection;
        private @Nullable End end;
        private long endNanos;

        Loose(TcpConnection connection) {
            this.connection = connection;
        }
    }

    private record Pair(InetAddress client, InetAddress server) {}

    private final Map<Endpoint, List<Door>> byTarget = new HashMap<>();
    private final Map<TcpConnection, Door> byConnection = new IdentityHashMap<>();
    /** Sessions that are not over, by their two hosts. */
    private final Map<Pair, List<ReplayedSession>> sessions = new HashMap<>();

    /** By where they lead to; the oldest is let go first. */
    private final LinkedHashMap<Endpoint, Loose> loose = new LinkedHashMap<>();
    private final Ownership ownership;

    Doors(Ownership ownership) {
        this.ownership = ownership;
    }

    void begin(ReplayedSession session) {
        sessions.computeIfAbsent(pair(session), _ -> new ArrayList<>(1)).add(session);
    }

    /** A session is over, its data connections too: nothing of it is needed any more. */
    void end(ReplayedSession session, List<Door> doors) {
        var all = sessions.get(pair(session));
        if (all != null) {
            all.remove(session);
            if (all.isEmpty()) {
                sessions.remove(pair(session));
                letGo(session);
            }
        }
        doors.forEach(this::forget);
    }

    /** Nothing can come of a pinhole any more. */
    void forget(Door door) {
        var there = byTarget.get(door.request.target());
        if (there != null) {
            there.remove(door);
            if (there.isEmpty()) {
                byTarget.remove(door.request.target());
            }
        }
        if (door.used != null) {
            byConnection.remove(door.used);
        }
    }

    private static Pair pair(ReplayedSession session) {
        return new Pair(session.client().address(), session.server().address());
    }

    /** What is left between the two hosts of the last session of theirs is outside any pinhole. */
    private void letGo(ReplayedSession session) {
        loose.values().removeIf(each -> {
            var connection = each.connection;
            var from = Endpoint.of(connection.initiator());
            var to = Endpoint.of(connection.responder());
            if (!between(session, from, to)) {
                return false;
            }
            outside(session, connection);
            return true;
        });
    }

    private static void outside(ReplayedSession session, TcpConnection connection) {
        session.stray(connection, Misfit.OUTSIDE, 0, "no command of this session asked for it, or what did was refused");
    }

    private static boolean between(ReplayedSession session, Endpoint from, Endpoint to) {
        var client = session.client().address();
        var server = session.server().address();
        return from.address().equals(client) && to.address().equals(server) && !to.port().privileged()
                || from.address().equals(server) && to.address().equals(client);
    }

    /** A pinhole opens. */
    void opened(Door door) {
        byTarget.computeIfAbsent(door.request.target(), _ -> new ArrayList<>(1)).add(door);
        var early = loose.get(door.request.target());
        if (early == null || !door.expects(Endpoint.of(early.connection.initiator()))) {
            return;
        }
        var connection = early.connection;
        if (connection.openedNanos() >= door.openedNanos) {
            loose.remove(door.request.target());
            use(door, connection);
            if (early.end != null) {
                over(connection, early.end, early.endNanos);
            }
        } else if (door.openedNanos - connection.openedNanos() < EARLY_NANOS) {
            loose.remove(door.request.target());
            door.session.stray(connection, Misfit.TOO_EARLY, door.number(), "it came "
                    + Findings.seconds(Duration.ofNanos(door.openedNanos - connection.openedNanos())) + " before its pinhole was open");
        }
    }

    /** A connection begins that is no control connection, as far as is known. @return whether it is a session's data */
    boolean came(TcpConnection connection) {
        if (!connection.whole()) {
            return false;
        }
        var from = Endpoint.of(connection.initiator());
        var to = Endpoint.of(connection.responder());
        var there = byTarget.get(to);
        if (there != null) {
            judge(connection, from, there);
            return true;
        }
        if (concerns(from, to)) {
            if (loose.size() >= MOST_LOOSE) {
                var oldest = loose.entrySet().iterator();
                ownership.released(oldest.next().getValue().connection);
                oldest.remove();
            }
            loose.putLast(to, new Loose(connection));
            ownership.undecided(connection);
        }
        return false;
    }

    /** Whether it is between the hosts of a session, in the order in which data connections are made. */
    private boolean concerns(Endpoint from, Endpoint to) {
        return !to.port().privileged() && sessions.containsKey(new Pair(from.address(), to.address()))
                || sessions.containsKey(new Pair(to.address(), from.address()));
    }

    /** It is a control connection after all. */
    void isControl(TcpConnection connection) {
        loose.values().removeIf(each -> each.connection == connection);
    }

    private void judge(TcpConnection connection, Endpoint from, List<Door> there) {
        var latest = there.getLast();
        for (var door : List.copyOf(there)) {
            if (door.waits() && door.expects(from) && door.expectsPort(from)) {
                // By now it may have expired.
                door.session.now(connection.openedNanos());
                if (door.waits()) {
                    use(door, connection);
                    return;
                }
            }
            latest = door.waits() || door.expects(from) && !latest.waits() ? door : latest;
        }
        var session = latest.session;
        if (latest.waits()) {
            var stranger = !latest.expects(from);
            session.stray(connection, stranger ? Misfit.WRONG_ADDRESS : Misfit.WRONG_PORT, latest.number(), stranger
                    ? "the pinhole is for " + latest.request.expected().getHostAddress() + " alone"
                    : "the pinhole is for port " + latest.request.expectedPort() + " alone");
            session.refuseData(latest, from, stranger ? Fault.DATA_FROM_STRANGER : Fault.DATA_FROM_OTHER_PORT, connection.openedNanos());
        } else if (!latest.expects(from)) {
            session.stray(connection, Misfit.WRONG_ADDRESS, latest.number(), "the pinhole was for another");
        } else if (latest.used != null) {
            session.stray(connection, Misfit.SECOND_USE, latest.number(), "a pinhole is for one connection");
        } else {
            session.stray(connection, Misfit.TOO_LATE, latest.number(), "the pinhole was closed");
        }
    }

    private void use(Door door, TcpConnection connection) {
        door.used = connection;
        ownership.belongs(connection, door.session.number(), false);
        byConnection.put(connection, door);
        door.session.dataOpened(door, connection);
    }

    /** A connection has ended. */
    void over(TcpConnection connection, End end, long timeNanos) {
        var door = byConnection.remove(connection);
        if (door == null) {
            var early = loose.get(Endpoint.of(connection.responder()));
            if (early != null && early.connection == connection) {
                early.end = end;
                early.endNanos = timeNanos;
            }
            return;
        }
        @Nullable DataEnd how = switch (end) {
            case CLOSED -> DataEnd.CLOSED;
            case RESET, REPLACED -> DataEnd.RESET;
            case REFUSED -> DataEnd.TARGET_REFUSED;
            case FORGOTTEN, OPEN -> null;
        };
        door.session.dataOver(door, how, timeNanos);
    }

    /** Whether it is the data of a session, or may turn out to be. */
    boolean remembers(TcpConnection connection) {
        if (byConnection.containsKey(connection)) {
            return true;
        }
        var there = loose.get(Endpoint.of(connection.responder()));
        return there != null && there.connection == connection;
    }

    /** Time has passed: connections that no pinhole has opened for meanwhile are outside any. */
    void pass(long nowNanos) {
        for (var each = loose.values().iterator(); each.hasNext();) {
            var connection = each.next().connection;
            if (nowNanos - connection.openedNanos() < EARLY_NANOS) {
                return;
            }
            each.remove();
            var client = Endpoint.of(connection.initiator()).address();
            var server = Endpoint.of(connection.responder()).address();
            var passive = sessions.get(new Pair(client, server));
            var concerned = passive == null ? sessions.get(new Pair(server, client)) : passive;
            if (concerned != null) {
                outside(concerned.getLast(), connection);
            } else {
                ownership.released(connection);
            }
        }
    }

    /** What has gone through those that stand. */
    Map<PinholeId, Moved> standing() {
        return byConnection.values().stream().collect(Collectors.toMap(door -> door.request.id(), Door::moved));
    }

    /** The sessions that are not over, in any order. */
    List<ReplayedSession> left() {
        return sessions.values().stream().flatMap(List::stream).toList();
    }
}
