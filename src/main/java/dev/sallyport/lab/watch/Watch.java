package dev.sallyport.lab.watch;

import dev.sallyport.capture.Packet;
import dev.sallyport.capture.TcpTracker;
import dev.sallyport.lab.replay.CaptureReading;
import dev.sallyport.lab.replay.Discoveries;
import dev.sallyport.lab.replay.Live;
import dev.sallyport.lab.replay.Ownership;
import dev.sallyport.lab.replay.Replay;
import dev.sallyport.session.Moved;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.SessionObserver;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The engine beside the wire: is given packets, and the time.
 *
 * <p>Safe for several threads: one brings packets, one the time, others ask. What is told is told under its lock, and must not wait.
 */
public final class Watch {

    /**
     * How much is remembered.
     *
     * @param connections of any kind, those included that are over; about 300 bytes each
     * @param sessions control connections
     * @param waitingBytes what all of these together keep of lines that wait for something
     */
    public record Bounds(int connections, int sessions, long waitingBytes) {
        public static final Bounds USUAL = new Bounds(TcpTracker.MOST_CONNECTIONS, 10_000, 64 << 20);
    }

    private final Replay replay;
    private final CaptureReading reading;
    private final @Nullable KeptPackets kept;
    private long lastNanos;
    private boolean packetCame;

    /**
     * @param allData whether the packets of data connections come all
     * @param kept null: packets are looked at and forgotten
     */
    public Watch(
            Replay.Settings settings, Bounds bounds, boolean allData, Replay.Outlet outlet, SessionObserver observer,
            Discoveries discoveries, @Nullable KeptPackets kept) {
        this.kept = kept;
        this.replay = new Replay(
                settings, new Live(bounds.sessions(), bounds.waitingBytes(), allData), outlet, observer, discoveries,
                kept == null ? Ownership.NOBODY : kept);
        this.reading = new CaptureReading(replay, bounds.connections());
    }

    /** The next packet. */
    public synchronized void packet(Packet packet) {
        lastNanos = Math.max(lastNanos, packet.timeNanos());
        packetCame = true;
        var connection = reading.take(packet);
        if (kept != null && connection != null) {
            kept.packet(connection, packet, reading.onlyCarried());
        }
    }

    /** Some time has passed by this host's clock. As long as packets come theirs is the time, however late they are looked at. */
    public synchronized void tick(long nowNanos) {
        pass(packetCame ? lastNanos : nowNanos);
        packetCame = false;
    }

    /** It is so late, and all that came before is here. @param nowNanos since 1970 */
    public synchronized void pass(long nowNanos) {
        lastNanos = Math.max(lastNanos, nowNanos);
        reading.pass(lastNanos);
        replay.pass(lastNanos);
        if (kept != null) {
            kept.flush();
        }
    }

    /** Nothing more comes: every session is over. */
    public synchronized void end() {
        reading.pass(lastNanos);
        reading.end();
        replay.end();
        if (kept != null) {
            kept.close();
        }
    }

    /** What has gone through the data connections that stand. */
    public synchronized Map<PinholeId, Moved> standing() {
        return replay.standing();
    }

    /** The time as far as it is known here. */
    public synchronized Instant now() {
        return replay.now();
    }

    public synchronized long packets() {
        return reading.packets();
    }

    /** As they were on the wire. */
    public synchronized long bytes() {
        return reading.bytes();
    }

    /** How many connections there were. */
    public synchronized long connections() {
        return reading.connections();
    }

    /** How many are remembered, whatever their kind. */
    public synchronized int remembered() {
        return reading.remembered();
    }

    /** How many control connections are followed. */
    public synchronized int following() {
        return replay.following();
    }

    /** What is held and written of sessions that break a rule; null: nothing is to be. */
    public synchronized KeptPackets.@Nullable State kept() {
        return kept == null ? null : kept.state();
    }

    /** What else there is to know of the packets, sentences. */
    public synchronized List<String> remarks() {
        return reading.remarks();
    }
}
