package dev.sallyport.lab.replay;

/**
 * How sessions are looked at that go on now, for days: what is over is forgotten.
 *
 * @param sessions so many at a time; one more, and those that were silent for longest are given up
 * @param waitingBytes what all of them together keep of lines that wait for something
 * @param allData whether all packets of data connections are seen; otherwise their silence says little
 */
public record Live(int sessions, long waitingBytes, boolean allData) {

    /** As the live gateway's timeouts.connect and timeouts.dataIdle. */
    static final long CONNECT_NANOS = 10_000_000_000L;

    private static final long DATA_IDLE_NANOS = 300_000_000_000L;
    /** So many times longer may a data connection be silent of which only a few packets are seen. */
    private static final int SELDOM_SEEN = 24;

    /** How long a data connection is silent before its end must have been missed. */
    long longestSilenceNanos(boolean controlOver) {
        return allData || controlOver ? DATA_IDLE_NANOS : DATA_IDLE_NANOS * SELDOM_SEEN;
    }
}
