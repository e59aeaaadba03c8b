package dev.sallyport.capture;

/**
 * Is told what both ends of a connection sent, each in order and nothing twice. What one end had read when it sent something is
 * told before that.
 */
public interface ByteListener {

    /** Why bytes are missing. */
    enum Missing {
        /** They are in no packet of the capture. */
        LOST,
        /** The capture cut their packet off. */
        CUT_OFF
    }

    /** @param bytes valid, with the length bytes from at on, until this returns @param timeNanos of their packet */
    void bytes(Sender from, byte[] bytes, int at, int length, long timeNanos);

    /** So many bytes are not known. */
    void gap(Sender from, long length, Missing why, long timeNanos);

    /**
     * Bytes were sent again with other content; the first were told. Whether the end host took these or those nobody knows: who
     * does this wants to be read in two ways.
     */
    void conflict(Sender from, long timeNanos);

    /** One end has sent all that it will. @param reset whether it said so with RST, which overtakes what it sent */
    void ended(Sender from, boolean reset, long timeNanos);
}
