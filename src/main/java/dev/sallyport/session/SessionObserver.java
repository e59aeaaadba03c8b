package dev.sallyport.session;

import dev.sallyport.ftp.Endpoint;

/** Is told what happens in every session of a gateway, on the session's own event loop: it must not block. */
@FunctionalInterface
public interface SessionObserver {

    void observe(SessionContext session, SessionEvent event);

    /**
     * A client connected and no session was begun for it.
     *
     * @param gateway the gateway's name
     */
    default void clientRefused(String gateway, Endpoint client, ClientRefusal reason) {}

    /** What counts the session's commands and replies. Asked once, before its first event. */
    default Tally tally(SessionContext session) {
        return Tally.NONE;
    }

    /** An observer that tells both, this one first. */
    default SessionObserver and(SessionObserver other) {
        var first = this;
        return new SessionObserver() {
            @Override
            public void observe(SessionContext session, SessionEvent event) {
                first.observe(session, event);
                other.observe(session, event);
            }

            @Override
            public void clientRefused(String gateway, Endpoint client, ClientRefusal reason) {
                first.clientRefused(gateway, client, reason);
                other.clientRefused(gateway, client, reason);
            }

            @Override
            public Tally tally(SessionContext session) {
                return first.tally(session).and(other.tally(session));
            }
        };
    }
}
