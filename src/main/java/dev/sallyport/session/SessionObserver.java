package dev.sallyport.session;

/** Is told what happens in every session of a gateway, on the session's own event loop: it must not block. */
@FunctionalInterface
public interface SessionObserver {

    void observe(SessionContext session, SessionEvent event);

    /** An observer that tells both, this one first. */
    default SessionObserver and(SessionObserver other) {
        return (session, event) -> {
            observe(session, event);
            other.observe(session, event);
        };
    }
}
