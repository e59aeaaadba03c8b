package dev.sallyport.ftp;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a {@link LineSplitter} found in the bytes of one direction of a control connection. */
public sealed interface Received {

    /** A whole line. */
    record Line(FtpLine line) implements Received {}

    /**
     * Something at fault.
     *
     * @param faults at least one, not to be changed
     * @param line the line that has them; null when there is none, and nothing more will come
     */
    record Faulty(Set<Fault> faults, @Nullable FtpLine line) implements Received {}

    /**
     * A telnet option that the peer proposes or asks for (RFC 854); or so much else of telnet that it counts as one.
     *
     * @param answer the refusal to send back to the same peer: {@code IAC WONT x} for DO, {@code IAC DONT x} for WILL; empty
     *     when there is nothing to refuse
     */
    record TelnetOption(byte[] answer) implements Received {}
}
