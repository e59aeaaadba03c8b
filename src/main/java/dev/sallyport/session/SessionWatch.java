package dev.sallyport.session;

/** Is told what happens in one session, in order, by one thread at a time: it must not block. */
@FunctionalInterface
public interface SessionWatch {

    void observe(SessionEvent event);

    /** What counts the session's lines, where it has any. Asked once, before the first event. */
    default Tally tally() {
        return Tally.NONE;
    }

    /** A watch that tells both, this one first. */
    default SessionWatch and(SessionWatch other) {
        return new Watches(this, other);
    }
}
