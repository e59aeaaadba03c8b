package dev.sallyport.capture;

import java.security.SecureRandom;

/** The four values that name a connection, the same for packets of both directions. */
class ConnectionKey {

    /** Drawn at random, so that nobody can write a capture in which all connections have one hash. */
    private static final long[] FACTORS = new SecureRandom().longs(5).map(factor -> factor | 1).toArray();

    private long lowerHigh;
    private long lowerLow;
    private long upperHigh;
    private long upperLow;
    private int lowerPort;
    private int upperPort;
    int hash;

    /** A copy. */
    ConnectionKey(ConnectionKey other) {
        lowerHigh = other.lowerHigh;
        lowerLow = other.lowerLow;
        upperHigh = other.upperHigh;
        upperLow = other.upperLow;
        lowerPort = other.lowerPort;
        upperPort = other.upperPort;
        hash = other.hash;
    }

    ConnectionKey() {}

    /** @return whether the source is the lower end */
    final boolean of(TcpSegment segment) {
        var lower = segment.sourceHigh != segment.destinationHigh ? segment.sourceHigh < segment.destinationHigh
                : segment.sourceLow != segment.destinationLow ? segment.sourceLow < segment.destinationLow
                : segment.sourcePort <= segment.destinationPort;
        lowerHigh = lower ? segment.sourceHigh : segment.destinationHigh;
        lowerLow = lower ? segment.sourceLow : segment.destinationLow;
        lowerPort = lower ? segment.sourcePort : segment.destinationPort;
        upperHigh = lower ? segment.destinationHigh : segment.sourceHigh;
        upperLow = lower ? segment.destinationLow : segment.sourceLow;
        upperPort = lower ? segment.destinationPort : segment.sourcePort;
        hash = (int) (lowerHigh * FACTORS[0] + lowerLow * FACTORS[1] + upperHigh * FACTORS[2] + upperLow * FACTORS[3]
                + ((long) lowerPort << 16 | upperPort) * FACTORS[4] >>> 32);
        return lower;
    }

    final long high(boolean lower) {
        return lower ? lowerHigh : upperHigh;
    }

    final long low(boolean lower) {
        return lower ? lowerLow : upperLow;
    }

    final int port(boolean lower) {
        return lower ? lowerPort : upperPort;
    }

    final boolean sameAs(ConnectionKey that) {
        return lowerLow == that.lowerLow && upperLow == that.upperLow && lowerPort == that.lowerPort && upperPort == that.upperPort
                && lowerHigh == that.lowerHigh && upperHigh == that.upperHigh;
    }
}
