package dev.sallyport.capture;

/** How much waits in all connections together. */
final class ReassemblyMemory {

    private static final long MOST_BYTES = 64 << 20;

    private long bytes;

    void add(int more) {
        bytes += more;
    }

    boolean full() {
        return bytes > MOST_BYTES;
    }
}
