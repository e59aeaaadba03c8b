package dev.sallyport.lab.replay;

import dev.sallyport.capture.TcpConnection;

/** Is told whose packets those of a connection are. */
public interface Ownership {

    /** Nobody keeps packets. */
    Ownership NOBODY = new Ownership() {};

    /** It may turn out to be a session's. */
    default void undecided(TcpConnection connection) {}

    /** It is a session's, with what came before. @param control whether it is the session itself, and none for data */
    default void belongs(TcpConnection connection, int session, boolean control) {}

    /** It is nobody's, or over. */
    default void released(TcpConnection connection) {}

    /** A gateway would not have let this session go on as it did. */
    default void broken(int session) {}

    /** Nothing more comes of it. */
    default void over(int session) {}
}
