package dev.sallyport.session;

import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.LineLimits;
import dev.sallyport.ftp.LineSplitter;
import dev.sallyport.ftp.Received;
import dev.sallyport.ftp.Side;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What has arrived from one side to be read as lines and has not been handled yet. Bounded by the segments that its runner
 * still takes after there is something to handle.
 */
final class Inbound {

    private final Side side;
    private final LineSplitter lines;
    private final ArrayDeque<byte[]> segments = new ArrayDeque<>(0);
    /** Whether the peer will send no more; true once its last bytes are here. */
    private boolean ended;
    /** Whether it ended with a reset. */
    private boolean reset;
    /** Whether the engine has been told of that end. */
    private boolean told;

    Inbound(Side side, LineLimits limits) {
        this.side = side;
        this.lines = new LineSplitter(limits);
    }

    /** Takes what stands behind an offset. The array is the caller's no more. */
    void add(byte[] segment, int from) {
        if (from == segment.length) {
            return;
        }
        var bytes = from == 0 ? segment : Arrays.copyOfRange(segment, from, segment.length);
        if (lines.pending()) {
            segments.add(bytes);
        } else {
            lines.feed(bytes, 0, bytes.length);
        }
    }

    /** The peer's output has ended: behind all that has come, or with a reset, which overtakes it. */
    void end(boolean withReset) {
        ended = true;
        if (withReset && !reset) {
            reset = true;
            told = false;
            discard();
        }
    }

    /** The next line, or what came in its place; null when it is not here yet. */
    @Nullable Input line() {
        var received = lines.poll();
        while (received == null && !segments.isEmpty()) {
            var segment = segments.poll();
            lines.feed(segment, 0, segment.length);
            received = lines.poll();
        }
        return switch (received) {
            case null -> null;
            case Received.Line(var line) when side == Side.CLIENT -> new Input.ClientLine(line);
            case Received.Line(var line) -> new Input.ServerLine(line);
            case Received.Faulty(var faults, var line) -> new Input.LineFault(side, faults, line);
            case Received.TelnetOption(var answer) -> new Input.TelnetOption(side, answer);
        };
    }

    /** The end, once everything before it is handled; null when that is not now. Told once, and again when a reset follows it. */
    @Nullable Input ending() {
        if (!ended || told || pending()) {
            return null;
        }
        if (lines.unfinished()) {
            lines.discard();
            return new Input.LineFault(side, Fault.UNTERMINATED_LINE);
        }
        told = true;
        return new Input.InputEnded(side, reset);
    }

    /** Whether the peer will send no more. */
    boolean ended() {
        return ended;
    }

    /** Whether there is anything to handle before an end of input. */
    boolean pending() {
        return lines.pending() || !segments.isEmpty();
    }

    /** Drops all that is here. @return how many bytes that was */
    int discard() {
        var discarded = lines.discard();
        for (var segment : segments) {
            discarded += segment.length;
        }
        segments.clear();
        return discarded;
    }
}
