package dev.sallyport.capture;

import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams that came in fragments (RFC 791 §3.2, RFC 8200 §4.5). Those whose fragments overlap with different content are
 * dropped: end hosts differ in what they make of them (RFC 5722 has all such dropped). Memory is bounded: the oldest goes first.
 */
final class Fragments {

    private static final int UNIT = 8;
    private static final int MOST_DATAGRAM_BYTES = 65_535;
    private static final int MOST_BYTES = 8 << 20;
    /** As long as hosts wait (RFC 8200 §4.5: 60 s). */
    private static final long LIFETIME_NANOS = 60_000_000_000L;
    /** What one that has just begun takes, so that many small ones are bounded too. */
    private static final int OVERHEAD_BYTES = 256;

    private record Key(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, int identification, int protocol) {}

    private static final class Datagram {
        private byte[] bytes = new byte[0];
        private final BitSet units = new BitSet();
        private final long beganNanos;
        /** -1: its last fragment has not come. */
        private int length = -1;
        private boolean conflict;

        Datagram(long beganNanos) {
            this.beganNanos = beganNanos;
        }

        int memory() {
            return OVERHEAD_BYTES + bytes.length;
        }

        boolean whole() {
            return length >= 0 && units.cardinality() == (length + UNIT - 1) / UNIT;
        }
    }

    private final Map<Key, Datagram> open = new LinkedHashMap<>();
    private int memory;
    private long conflicts;
    private long lost;

    long conflicts() {
        return conflicts;
    }

    long lost() {
        return lost + open.values().stream().filter(datagram -> !datagram.conflict).count();
    }

    /**
     * Takes a fragment.
     *
     * @param from addresses and time of its packet
     * @param offset of its first byte in the datagram, a multiple of 8
     * @param more whether others follow
     * @return the datagram's payload, when this was the last that it lacked
     */
    byte @Nullable [] add(
            TcpSegment from, int identification, int protocol, byte[] bytes, int at, int length, int offset, boolean more) {
        if (more && length % UNIT != 0 || offset + length > MOST_DATAGRAM_BYTES || length == 0) {
            return null;
        }
        forget(from.timeNanos);
        var key = new Key(
                from.sourceHigh, from.sourceLow, from.destinationHigh, from.destinationLow, identification, protocol);
        var datagram = open.computeIfAbsent(key, _ -> new Datagram(from.timeNanos));
        memory -= datagram.bytes.length == 0 ? 0 : datagram.memory();
        put(datagram, bytes, at, length, offset, more);
        if (!datagram.whole()) {
            memory += datagram.memory();
            return null;
        }
        open.remove(key);
        return datagram.conflict ? null : Arrays.copyOf(datagram.bytes, datagram.length);
    }

    private void put(Datagram datagram, byte[] bytes, int at, int length, int offset, boolean more) {
        var end = offset + length;
        if (end > datagram.bytes.length) {
            datagram.bytes = Arrays.copyOf(datagram.bytes, Math.max(end, datagram.bytes.length * 2));
        }
        var differs = !more && datagram.length >= 0 && datagram.length != end || datagram.length >= 0 && end > datagram.length
                || !more && datagram.units.length() * UNIT > (end + UNIT - 1) / UNIT * UNIT;
        for (var i = 0; i < length && !differs; i++) {
            differs = datagram.units.get((offset + i) / UNIT) && datagram.bytes[offset + i] != bytes[at + i];
        }
        if (differs) {
            conflicts += datagram.conflict ? 0 : 1;
            datagram.conflict = true;
            return;
        }
        System.arraycopy(bytes, at, datagram.bytes, offset, length);
        datagram.units.set(offset / UNIT, (end + UNIT - 1) / UNIT);
        if (!more) {
            datagram.length = end;
        }
    }

    private void forget(long nowNanos) {
        var oldest = open.values().iterator();
        while (oldest.hasNext()) {
            var datagram = oldest.next();
            if (memory <= MOST_BYTES && nowNanos - datagram.beganNanos < LIFETIME_NANOS) {
                return;
            }
            memory -= datagram.memory();
            lost += datagram.conflict ? 0 : 1;
            oldest.remove();
        }
    }
}
