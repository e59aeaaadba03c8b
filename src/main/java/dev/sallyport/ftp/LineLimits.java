package dev.sallyport.ftp;

/**
 * Where a {@link LineSplitter} gives up. What is longer than usual and not that long is told with its line, which may go on.
 *
 * @param lineBytes longest usual line, without its end; positive
 * @param mostLineBytes longest line that is read at all, at least {@code lineBytes}
 * @param mostSubnegotiationBytes longest telnet subnegotiation that is read at all, at least
 *     {@link #SUBNEGOTIATION_BYTES}
 * @param tls whether what begins as a TLS record does is read as lines, and does not end the session at once
 */
public record LineLimits(int lineBytes, int mostLineBytes, int mostSubnegotiationBytes, boolean tls) {

    /** Longest usual subnegotiation; what clients send has a few dozen bytes. */
    public static final int SUBNEGOTIATION_BYTES = 512;

    /** Nothing is read that is longer than usual. */
    public static LineLimits strict(int lineBytes) {
        return new LineLimits(lineBytes, lineBytes, SUBNEGOTIATION_BYTES, false);
    }
}
