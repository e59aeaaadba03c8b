package dev.sallyport.capture;

/** One of the two ends of a connection, by who began it. */
public enum Sender {
    INITIATOR,
    RESPONDER;

    public Sender other() {
        return this == INITIATOR ? RESPONDER : INITIATOR;
    }
}
