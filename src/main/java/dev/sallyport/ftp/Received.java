package dev.sallyport.ftp;

/** What a {@link LineSplitter} found in the bytes of one direction of a control connection. */
public sealed interface Received {

    /** A whole line. */
    record Line(FtpLine line) implements Received {}

    /** A line that goes no further, or bytes that end the session: see the fault's severity. */
    record Faulty(Fault fault) implements Received {}

    /**
     * A telnet option that the peer proposes or asks for (RFC 854).
     *
     * @param answer the refusal to send back to the same peer: {@code IAC WONT x} for DO, {@code IAC DONT x} for WILL
     */
    record TelnetOption(byte[] answer) implements Received {}
}
