package dev.sallyport.capture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** What one end of a connection has sent: how far that is told, and what waits for its turn, in order of place. */
final class Half {

    /** A piece that waits. @param from the place of its first byte @param acknowledged what has to be told of the other end before */
    record Waiting(long from, byte[] bytes, int cut, boolean fin, long acknowledged, long timeNanos) {
        /** Behind its last byte. */
        long to() {
            return from + bytes.length;
        }

        int memory() {
            return 64 + bytes.length;
        }
    }

    final Sender sender;
    final List<Waiting> waiting = new ArrayList<>(0);
    final Tail tail = new Tail();
    /** The place behind the last that was told. */
    long next;
    boolean sumSeenRight;
    boolean ended;

    Half(Sender sender) {
        this.sender = sender;
    }

    long firstNanos() {
        return waiting.isEmpty() ? Long.MAX_VALUE : waiting.getFirst().timeNanos;
    }

    /**
     * Has a segment wait, as far as it does not already.
     *
     * @param from the place of its first byte @param skipped how many of its bytes were told already
     * @param kept is told of each piece that waits from now on
     * @return whether some of its bytes wait already, as others
     */
    boolean keep(TcpSegment segment, long from, int skipped, long acknowledged, Consumer<Waiting> kept) {
        var at = from + skipped;
        var end = from + segment.payloadLength;
        var conflict = false;
        var i = 0;
        while (i < waiting.size() && waiting.get(i).to() <= at && waiting.get(i).from < at) {
            i++;
        }
        while (i < waiting.size() && waiting.get(i).from < end) {
            var known = waiting.get(i);
            if (at < known.from) {
                kept.accept(add(i++, segment, from, at, known.from, false, acknowledged));
            }
            var begin = Math.max(at, known.from);
            var stop = Math.min(end, known.to());
            conflict |= begin < stop && !Arrays.equals(
                    segment.bytes, segment.payloadAt + (int) (begin - from), segment.payloadAt + (int) (stop - from),
                    known.bytes, (int) (begin - known.from), (int) (stop - known.from));
            at = Math.max(at, known.to());
            i++;
        }
        var rest = segment.cut > 0 || segment.fin();
        var known = rest && waiting.stream().anyMatch(
                other -> other.to() == end && (other.fin || !segment.fin()) && (other.cut > 0 || segment.cut == 0));
        if (at < end || rest && !known) {
            kept.accept(add(i, segment, from, Math.min(at, end), end, true, acknowledged));
        }
        return conflict;
    }

    private Waiting add(int index, TcpSegment segment, long from, long begin, long end, boolean last, long acknowledged) {
        var at = segment.payloadAt + (int) (begin - from);
        var piece = new Waiting(
                begin, Arrays.copyOfRange(segment.bytes, at, at + (int) (end - begin)), last ? segment.cut : 0,
                last && segment.fin(), acknowledged, segment.timeNanos);
        waiting.add(Math.min(index, waiting.size()), piece);
        return piece;
    }
}
