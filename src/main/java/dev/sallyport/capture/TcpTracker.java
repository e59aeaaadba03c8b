package dev.sallyport.capture;

import dev.sallyport.capture.TcpListener.End;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows the connections that segments belong to, and tells a {@link TcpListener} of them. Remembers so many connections and no
 * more, and fewer whose bytes are told: the one that was silent for longest is forgotten first.
 */
public final class TcpTracker {

    /** About 300 bytes each. */
    public static final int MOST_CONNECTIONS = 200_000;
    /** Those whose bytes are told: who is told of them remembers more. */
    static final int MOST_FOLLOWED = 16_384;

    /** A reset is taken near to what was sent last, as end hosts do (RFC 5961 §3). */
    private static final long RESET_WINDOW = 1 << 20;

    final ToldLater listener;
    private final int most;
    private final ReassemblyMemory memory = new ReassemblyMemory();
    private final Connections connections = new Connections();
    /** Those whose bytes are told; the one that was silent for longest is the first. */
    private final Map<TcpConnection, Boolean> followed = new LinkedHashMap<>(64, 0.75f, true);

    private final ConnectionKey probe = new ConnectionKey();
    /** Those of which something is not told yet, and some of which that was so. */
    private final Set<TcpConnection> waiting = Collections.newSetFromMap(new IdentityHashMap<>());
    private long wrongSums;
    private long forgedResets;
    private long opened;
    private long lastNanos;

    public TcpTracker(TcpListener listener) {
        this(listener, MOST_CONNECTIONS);
    }

    /** @param most connections that are remembered, 1 or more */
    public TcpTracker(TcpListener listener, int most) {
        this.listener = new ToldLater(listener);
        this.most = most;
    }

    /** How many connections are remembered, those included that are over. */
    public int remembered() {
        return connections.size();
    }

    /** How many connections there were. */
    public long opened() {
        return opened;
    }

    /** How many segments were not taken, since their checksum is wrong and their sender's others are right. */
    public long wrongSums() {
        return wrongSums;
    }

    /** How many resets were not taken, since their sequence numbers are not the connection's. */
    public long forgedResets() {
        return forgedResets;
    }

    /** @return whose it is; null: no connection's that is known */
    public @Nullable TcpConnection take(TcpSegment segment) {
        lastNanos = segment.timeNanos;
        var sourceIsLower = probe.of(segment);
        var connection = connections.find(probe);
        @Nullable TcpConnection middle = null;
        if (connection != null && segment.syn() && connection.renewedBy(connection.sender(sourceIsLower), segment)) {
            middle = connection.whole() ? null : connection;
            opened -= middle == null ? 0 : 1;
            close(connection, End.REPLACED);
            connections.remove(connection);
            connection = null;
        }
        if (connection == null) {
            if (segment.rst()) {
                return null;
            }
            connection = open(segment, sourceIsLower, middle);
        }
        connection.lastNanos = segment.timeNanos;
        if (!connection.over) {
            if (connection.reassembly != null) {
                followed.put(connection, true);
            }
            follow(connection, connection.sender(sourceIsLower), segment);
            listener.moved(connection);
            closeIfFinished(connection);
            if (!connection.over && connection.waits()) {
                waiting.add(connection);
            }
        }
        return connection;
    }

    /** Time passes, and no packet comes: what waits for one is told as it would be with the next. */
    public void pass(long nowNanos) {
        lastNanos = Math.max(lastNanos, nowNanos);
        for (var each = waiting.iterator(); each.hasNext();) {
            var connection = each.next();
            if (!connection.over) {
                pass(connection, nowNanos);
            }
            if (connection.over || !connection.waits()) {
                each.remove();
            }
        }
    }

    private void pass(TcpConnection connection, long nowNanos) {
        var early = connection.early;
        if (early != null && early.overdue(nowNanos)) {
            settle(connection, early);
        }
        var reassembly = connection.reassembly;
        if (reassembly != null) {
            reassembly.pass(nowNanos);
        }
        if (!connection.over) {
            closeIfFinished(connection);
        }
    }

    private void closeIfFinished(TcpConnection connection) {
        var reassembly = connection.reassembly;
        if (reassembly == null ? connection.finished() && connection.counted() : reassembly.over()) {
            close(connection, End.CLOSED);
        }
    }

    /** The capture has ended. */
    public void end() {
        connections.forEach(connection -> close(connection, End.OPEN));
        connections.clear();
    }

    private TcpConnection open(TcpSegment segment, boolean sourceIsLower, @Nullable TcpConnection middle) {
        var oldest = connections.size() < most ? null : connections.oldest();
        if (oldest != null) {
            connections.remove(oldest);
            close(oldest, End.FORGOTTEN);
        }
        var sourceBegan = segment.syn() ? !segment.ack() : segment.sourcePort >= segment.destinationPort;
        var connection = new TcpConnection(probe, sourceBegan == sourceIsLower, segment.syn(), segment.timeNanos, middle);
        connections.add(connection);
        opened++;
        var told = listener.opened(connection, segment.timeNanos);
        if (told != null) {
            connection.reassembly = new Reassembly(told, memory);
            connection.early = connection.whole() && !segment.ack() ? new EarlySegments() : null;
            followed.put(connection, true);
            if (followed.size() > MOST_FOLLOWED) {
                unfollow(followed.keySet().iterator().next());
            }
        }
        return connection;
    }

    /** One that is only counted by now goes on being counted. */
    private void unfollow(TcpConnection connection) {
        if (connection.reassembly == null) {
            followed.remove(connection);
        } else {
            close(connection, End.FORGOTTEN);
        }
    }

    private void follow(TcpConnection connection, Sender sender, TcpSegment segment) {
        var mine = connection.sent(sender);
        var others = connection.sent(sender.other());
        if (segment.rst()) {
            reset(connection, sender, segment);
            return;
        }
        var first = segment.syn() ? segment.sequence + 1 : segment.sequence;
        if (segment.syn() && !mine.certain()) {
            mine.begins(first);
            if (segment.ack() && !others.certain()) {
                others.begins(segment.acknowledged);
            }
        }
        var early = connection.early;
        if (early != null && !(segment.syn() && sender == Sender.INITIATOR && length(segment) == 0)) {
            if (!others.certain() || !mine.certain()) {
                if (!early.add(segment)) {
                    settle(connection, early);
                }
                return;
            }
            settle(connection, early);
            if (connection.over) {
                return;
            }
        }
        mine.presume(first);
        if (segment.ack()) {
            others.presume(segment.acknowledged);
        }
        connection.answered |= sender == Sender.RESPONDER;
        var length = length(segment);
        if (length == 0 && !segment.fin()) {
            return;
        }
        var from = mine.place(first);
        var read = segment.ack() ? others.place(segment.acknowledged) : 0;
        if (!mine.possible(from) || !others.possible(read)) {
            return;
        }
        var reassembly = connection.reassembly;
        if (reassembly != null && !reassembly.credible(sender, segment)) {
            wrongSums++;
            return;
        }
        mine.sent(from + length + (segment.fin() ? 1 : 0), segment.fin());
        if (reassembly != null) {
            reassembly.take(sender, segment, from, read);
        }
    }

    private static int length(TcpSegment segment) {
        return segment.payloadLength + segment.cut;
    }

    /** What came early has its turn. */
    private void settle(TcpConnection connection, EarlySegments early) {
        connection.early = null;
        if (!connection.sent(Sender.RESPONDER).certain() && !early.segments().isEmpty()) {
            connection.sent(Sender.RESPONDER).begins(early.firstOfResponder(connection));
        }
        for (var segment : early.segments()) {
            if (!connection.over) {
                follow(connection, connection.sender(probe.of(segment)), segment);
            }
        }
    }

    private void reset(TcpConnection connection, Sender sender, TcpSegment segment) {
        if (connection.early != null && !connection.early.segments().isEmpty()) {
            settle(connection, connection.early);
        }
        var mine = connection.sent(sender);
        var others = connection.sent(sender.other());
        var place = mine.place(segment.sequence);
        var taken = mine.based() && connection.answered
                ? place >= 0 && place >= mine.highest() - RESET_WINDOW && place <= mine.highest() + RESET_WINDOW
                : sender == Sender.INITIATOR || segment.ack() && others.place(segment.acknowledged) >= 0
                        && others.place(segment.acknowledged) <= others.highest() + 1;
        if (!taken) {
            forgedResets++;
            return;
        }
        var reassembly = connection.reassembly;
        if (reassembly != null) {
            reassembly.reset(sender, segment.timeNanos);
        }
        close(connection, connection.answered || sender == Sender.INITIATOR ? End.RESET : End.REFUSED);
    }

    private void close(TcpConnection connection, End end) {
        if (connection.over) {
            return;
        }
        if (connection.early != null) {
            settle(connection, connection.early);
        }
        if (connection.over) {
            return;
        }
        connection.over = true;
        followed.remove(connection);
        var reassembly = connection.reassembly;
        if (reassembly != null) {
            reassembly.flush();
            connection.stop();
        }
        var how = connection.finished() && (end == End.OPEN || end == End.FORGOTTEN) ? End.CLOSED : end;
        listener.closed(connection, how, how == End.OPEN ? lastNanos : connection.lastNanos);
    }
}
