package dev.sallyport.session;

import dev.sallyport.ftp.Endpoint;

/** Watches every session of a gateway. Told of each session in order, by one thread at a time: it must not block. */
@FunctionalInterface
public interface SessionObserver {

    /** What is to be told of a session. Asked once, before its first event. */
    SessionWatch watch(SessionContext session);

    /**
     * A client connected and no session was begun for it.
     *
     * @param gateway the gateway's name
     */
    default void clientRefused(String gateway, Endpoint client, ClientRefusal reason) {}

    /** An observer that tells both, this one first. */
    default SessionObserver and(SessionObserver other) {
        var first = this;
        return new SessionObserver() {
            @Override
            public SessionWatch watch(SessionContext session) {
                return first.watch(session).and(other.watch(session));
            }

            @Override
            public void clientRefused(String gateway, Endpoint client, ClientRefusal reason) {
                first.clientRefused(gateway, client, reason);
                other.clientRefused(gateway, client, reason);
            }
        };
    }
}
