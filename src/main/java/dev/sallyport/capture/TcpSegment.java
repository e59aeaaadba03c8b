package dev.sallyport.capture;

import java.util.Arrays;

/**
 * One TCP segment. There is one object for all segments: what is in it is valid until the next packet is decoded. An IPv4 address
 * is held as the IPv6 address that stands for it (RFC 4291 §2.5.5.2).
 */
public final class TcpSegment {

    /** What its checksum says. */
    enum Sum {
        RIGHT,
        WRONG,
        /** Not all of it was captured, or the network card was to fill the checksum in. */
        UNKNOWN
    }

    private static final int FIN = 1;
    private static final int SYN = 2;
    private static final int RST = 4;
    private static final int ACK = 16;
    private static final int PROTOCOL = 6;

    byte[] bytes = new byte[0];
    int headerAt;
    int payloadAt;
    /** Captured payload. */
    int payloadLength;
    /** Payload that the capture cut off. */
    int cut;

    long sourceHigh;
    long sourceLow;
    long destinationHigh;
    long destinationLow;
    int sourcePort;
    int destinationPort;

    int sequence;
    int acknowledged;
    int flags;
    long timeNanos;

    /** Whether it has payload, and neither begins nor ends its connection: one of many. */
    public boolean onlyCarries() {
        return payloadLength + cut > 0 && !syn() && !fin() && !rst();
    }

    /** What is in it now, to be kept. */
    TcpSegment copy() {
        var copy = new TcpSegment();
        copy.bytes = Arrays.copyOfRange(bytes, headerAt, payloadAt + payloadLength);
        copy.payloadAt = payloadAt - headerAt;
        copy.payloadLength = payloadLength;
        copy.cut = cut;
        copy.sourceHigh = sourceHigh;
        copy.sourceLow = sourceLow;
        copy.destinationHigh = destinationHigh;
        copy.destinationLow = destinationLow;
        copy.sourcePort = sourcePort;
        copy.destinationPort = destinationPort;
        copy.sequence = sequence;
        copy.acknowledged = acknowledged;
        copy.flags = flags;
        copy.timeNanos = timeNanos;
        return copy;
    }

    boolean syn() {
        return (flags & SYN) != 0;
    }

    boolean fin() {
        return (flags & FIN) != 0;
    }

    boolean rst() {
        return (flags & RST) != 0;
    }

    boolean ack() {
        return (flags & ACK) != 0;
    }

    /** RFC 9293 §3.1. What a card fills in later holds the sum of the pseudo header (Linux), or nothing. */
    Sum sum() {
        if (cut > 0 || payloadAt - headerAt < (bytes[headerAt + 12] >> 4 & 0xf) * 4) {
            return Sum.UNKNOWN;
        }
        var length = payloadAt + payloadLength - headerAt;
        var pseudo = words(sourceHigh, sourceLow) + words(destinationHigh, destinationLow) + PROTOCOL + length;
        var sum = pseudo;
        var end = headerAt + length;
        for (var i = headerAt; i + 1 < end; i += 2) {
            sum += (bytes[i] & 0xff) << 8 | bytes[i + 1] & 0xff;
        }
        if ((length & 1) != 0) {
            sum += (bytes[end - 1] & 0xff) << 8;
        }
        if (folded(sum) == 0xffff) {
            return Sum.RIGHT;
        }
        var written = (bytes[headerAt + 16] & 0xff) << 8 | bytes[headerAt + 17] & 0xff;
        return written == 0 || written == folded(pseudo) ? Sum.UNKNOWN : Sum.WRONG;
    }

    /** The sixteen-bit words of an address. The prefix of a mapped IPv4 address, 0xffff, is zero in this arithmetic. */
    private static long words(long high, long low) {
        return (high >>> 48) + (high >>> 32 & 0xffff) + (high >>> 16 & 0xffff) + (high & 0xffff)
                + (low >>> 48) + (low >>> 32 & 0xffff) + (low >>> 16 & 0xffff) + (low & 0xffff);
    }

    private static int folded(long sum) {
        var folded = sum;
        while (folded > 0xffff) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (int) folded;
    }
}
