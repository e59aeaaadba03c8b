package dev.sallyport.lab.replay;

/** How much of what peers said is kept until it is known what to do with it, of all sessions together. */
final class Waiting {

    private final long most;
    private long bytes;

    Waiting(long most) {
        this.most = most;
    }

    /** @param more negative for less @return whether there is room for it; it is counted all the same */
    boolean add(long more) {
        bytes += more;
        return bytes <= most;
    }
}
