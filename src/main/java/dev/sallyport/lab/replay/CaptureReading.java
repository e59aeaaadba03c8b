package dev.sallyport.lab.replay;

import dev.sallyport.capture.CaptureException;
import dev.sallyport.capture.DecodedCapture;
import dev.sallyport.capture.FollowedCapture;
import dev.sallyport.capture.Packet;
import dev.sallyport.capture.PacketDecoder;
import dev.sallyport.capture.PacketDecoder.Found;
import dev.sallyport.capture.TcpConnection;
import dev.sallyport.capture.TcpListener;
import dev.sallyport.capture.TcpSegment;
import dev.sallyport.capture.TcpTracker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Reads captures one behind the other, as one: what {@code tcpdump -C} has cut in parts belongs together. */
public final class CaptureReading {

    /** Hears how far it is. */
    @FunctionalInterface
    public interface Progress {
        /** @param bytes of the file that were read @param of how many it has; 0 where that is not known */
        void read(Path file, long bytes, long of);
    }

    private final PacketDecoder decoder = new PacketDecoder();
    private final TcpSegment segment = new TcpSegment();
    private final TcpListener listener;
    private final TcpTracker tracker;
    /** How many packets were what. */
    private final long[] counts = new long[Found.values().length];
    private final List<String> problems = new ArrayList<>();
    private long bytes;

    public CaptureReading(TcpListener listener) {
        this(listener, TcpTracker.MOST_CONNECTIONS);
    }

    /** @param connections so many are remembered */
    public CaptureReading(TcpListener listener, int connections) {
        this.listener = listener;
        tracker = new TcpTracker(listener, connections);
    }

    /** Reads a file to its end, or to where it is damaged: that is a problem, and what stands before it counts. */
    public void read(Path file, Progress progress) {
        try (var capture = DecodedCapture.open(file, decoder); var followed = new FollowedCapture(capture, tracker)) {
            for (var tale = followed.next(); tale != null; tale = followed.next()) {
                tale.tell(listener);
                bytes += tale.counts().bytes();
                for (var what : Found.values()) {
                    counts[what.ordinal()] += tale.counts().of(what);
                }
                progress.read(file, tale.counts().position(), capture.size());
            }
        } catch (CaptureException wrong) {
            problems.add(wrong.getMessage());
        } catch (IOException failed) {
            problems.add("cannot close " + file + ": " + failed.getMessage() + ".");
        }
    }

    /** Takes one packet more. @return whose it is; null: no connection's */
    public @Nullable TcpConnection take(Packet packet) {
        bytes += packet.originalLength();
        var what = decoder.decode(packet, segment);
        counts[what.ordinal()]++;
        return what == Found.TCP ? tracker.take(segment) : null;
    }

    /** Whether the last packet was one of many: it carried payload, and neither began nor ended its connection. */
    public boolean onlyCarried() {
        return segment.onlyCarries();
    }

    /** Time passes, and no packet comes. */
    public void pass(long nowNanos) {
        tracker.pass(nowNanos);
    }

    /** How many connections are remembered. */
    public int remembered() {
        return tracker.remembered();
    }

    /** Every connection ends. */
    public void end() {
        tracker.end();
    }

    public long packets() {
        return LongStream.of(counts).sum();
    }

    /** As they were on the wire. */
    public long bytes() {
        return bytes;
    }

    public long connections() {
        return tracker.opened();
    }

    /** Files that could not be read to their end: what, where, and how to mend it. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** What else there is to know of the captures, sentences. */
    public List<String> remarks() {
        var remarks = new ArrayList<String>();
        decoder.unknownLinks().forEach((type, count) -> remark(remarks, count,
                "packets have frames of link type " + type + ", which is not understood: capture on an interface with one of these:"
                        + " Ethernet, Linux cooked, raw IP, loopback."));
        remark(remarks, counts[Found.CUT_OFF.ordinal()], "packets were cut off before their TCP header: capture with tcpdump -s 0.");
        remark(remarks, counts[Found.MALFORMED.ordinal()], "packets contradict themselves, and were left out.");
        remark(remarks, decoder.fragmentConflicts(), "datagrams have fragments that overlap with different content (evasion).");
        remark(remarks, decoder.fragmentsLost(), "datagrams lack fragments.");
        remark(remarks, tracker.wrongSums(), "segments have a wrong checksum where their sender's others are right, and were left out.");
        remark(remarks, tracker.forgedResets(), "resets do not belong to what their connection had sent, and were left out.");
        return remarks;
    }

    private static void remark(List<String> to, long count, String what) {
        if (count > 0) {
            to.add(String.format(Locale.ROOT, "%,d %s", count, what));
        }
    }
}
