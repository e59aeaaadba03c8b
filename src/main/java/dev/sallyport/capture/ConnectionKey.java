package dev.sallyport.capture;

/** The four values that name a connection, the same for packets of both directions. */
class ConnectionKey {

    private long lowerHigh;
    private long lowerLow;
    private long upperHigh;
    private long upperLow;
    private int lowerPort;
    private int upperPort;

    /** A copy. */
    ConnectionKey(ConnectionKey other) {
        lowerHigh = other.lowerHigh;
        lowerLow = other.lowerLow;
        upperHigh = other.upperHigh;
        upperLow = other.upperLow;
        lowerPort = other.lowerPort;
        upperPort = other.upperPort;
    }

    ConnectionKey() {}

    /** @return whether the source is the lower end */
    final boolean of(TcpSegment segment) {
        var order = Long.compareUnsigned(segment.sourceHigh, segment.destinationHigh);
        order = order != 0 ? order : Long.compareUnsigned(segment.sourceLow, segment.destinationLow);
        order = order != 0 ? order : Integer.compare(segment.sourcePort, segment.destinationPort);
        var lower = order <= 0;
        lowerHigh = lower ? segment.sourceHigh : segment.destinationHigh;
        lowerLow = lower ? segment.sourceLow : segment.destinationLow;
        lowerPort = lower ? segment.sourcePort : segment.destinationPort;
        upperHigh = lower ? segment.destinationHigh : segment.sourceHigh;
        upperLow = lower ? segment.destinationLow : segment.sourceLow;
        upperPort = lower ? segment.destinationPort : segment.sourcePort;
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

    @Override
    public final int hashCode() {
        var hash = (lowerHigh * 31 + lowerLow) * 31 + upperHigh;
        hash = (hash * 31 + upperLow) * 31 + ((long) lowerPort << 16 | upperPort);
        hash *= 0x9e37_79b9_7f4a_7c15L;
        return (int) (hash >>> 32);
    }

    @Override
    public final boolean equals(Object other) {
        return other instanceof ConnectionKey that && lowerLow == that.lowerLow && upperLow == that.upperLow
                && lowerPort == that.lowerPort && upperPort == that.upperPort && lowerHigh == that.lowerHigh
                && upperHigh == that.upperHigh;
    }
}
