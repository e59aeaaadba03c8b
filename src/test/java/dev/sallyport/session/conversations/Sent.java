package dev.sallyport.session.conversations;

import dev.sallyport.ftp.Endpoint;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A line that one side has sent, and what its sender knows of it: the yardstick for what the engine makes of it.
 *
 * @param bytes as they are sent
 * @param wire as they must leave when nothing is rewritten; null when the line's framing is at fault
 * @param kind what may become of it
 * @param named the data address in it; null when there is none or it is malformed
 * @param code of a server's line that is a whole reply; 0 otherwise
 * @param answers the number of the forwarded command that a server's line answers; -1 when it answers none
 */
record Sent(byte[] bytes, byte @Nullable [] wire, Kind kind, @Nullable Endpoint named, int code, int answers) {

    enum Kind {
        /** The client's: leaves as it came. */
        PASSES,
        /** The client's: PASV, EPSV, LPSV. */
        PASSIVE,
        /** The client's: a good PORT, EPRT or LPRT. */
        ACTIVE,
        /** The client's: moves data. */
        TRANSFER,
        /** The client's: must not reach the server, whatever the state. */
        REFUSED,
        /** Ends the session. */
        ENDS,
        /** The server's: passes, or ends the session when it is malformed. */
        REPLY
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static Sent line(String text, Kind kind) {
        return line(text, kind, null);
    }

    static Sent line(String text, Kind kind, @Nullable Endpoint named) {
        var wire = bytes(text + "\r\n");
        return new Sent(wire, wire, kind, named, 0, -1);
    }

    /** The same line in other bytes. */
    Sent as(String text) {
        return new Sent(bytes(text), wire, kind, named, code, answers);
    }

    static Sent faulty(String text) {
        return faultyBytes(text + "\r\n");
    }

    static Sent faultyBytes(String bytes) {
        return new Sent(bytes(bytes), null, Kind.REFUSED, null, 0, -1);
    }

    static Sent reply(int code, String text, int answers, @Nullable Endpoint named) {
        var wire = bytes(text + "\r\n");
        return new Sent(wire, wire, Kind.REPLY, named, code, answers);
    }

    String text() {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
