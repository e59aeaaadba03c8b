package dev.sallyport.session;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.Side;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Everything that can happen to a session. */
public sealed interface Input {

    /** The gateway's connection to the server stands. */
    record ServerConnected(Endpoint gateway, Endpoint server) implements Input {}

    /** No connection to the server could be made. */
    record ServerUnreachable(String reason) implements Input {}

    record ClientLine(FtpLine line) implements Input {}

    record ServerLine(FtpLine line) implements Input {}

    /**
     * The framing of one side's bytes is at fault.
     *
     * @param faults at least one
     * @param line the line that has them, which may go on; null when nothing can
     */
    record LineFault(Side side, Set<Fault> faults, @Nullable FtpLine line) implements Input {

        public LineFault(Side side, Fault fault) {
            this(side, Set.of(fault), null);
        }
    }

    /** What one side sent in clear behind AUTH, or behind CCC, has been discarded (RFC 4217, CVE-2011-1575). */
    record ClearBytesDiscarded(Side side) implements Input {}

    /** One side proposed a telnet option; the answer refuses it. Empty: it sent much else of telnet, which is counted only. */
    record TelnetOption(Side side, byte[] answer) implements Input {}

    /**
     * What is spoken on this connection is not FTP; nothing of it was offered as a line but a greeting.
     *
     * @param pass whether it goes on unseen
     */
    record NotFtp(boolean pass) implements Input {}

    /** Bytes went across an opaque control connection, or data through its range: it is not idle. */
    record OpaqueMoved() implements Input {
        /** The same each time. */
        public static final OpaqueMoved MOVED = new OpaqueMoved();
    }

    /** One side will send no more. @param reset whether it said so with RST instead of FIN */
    record InputEnded(Side side, boolean reset) implements Input {}

    /**
     * The pinhole is open, committed.
     *
     * @param port the port to tell the one who will connect
     * @param dialed whether the data path will itself connect to whom the connection leads to: {@link DataReached} tells when it has
     */
    record PinholeOpened(PinholeId pinhole, Port port, boolean dialed) implements Input {

        /** One whose connection is made by both ends of it. */
        public PinholeOpened(PinholeId pinhole, Port port) {
            this(pinhole, port, false);
        }
    }

    record PinholeRefused(PinholeId pinhole, PinholeRefusal reason) implements Input {}

    /** The expected connection came and used the pinhole up. @param from its source */
    record DataOpened(PinholeId pinhole, Endpoint from) implements Input {}

    /** The one whom the connection leads to has it too. */
    record DataReached(PinholeId pinhole) implements Input {}

    /** A connection came to the pinhole that is not the expected one, and was refused; the pinhole stands. */
    record DataRefused(PinholeId pinhole, Endpoint from, Fault fault) implements Input {}

    /** The server has sent all of a protected data connection's bytes, by its word where it has TLS, and all have gone on. */
    record DataWhole(PinholeId pinhole) implements Input {}

    /** The data connection has ended. @param resumed whose TLS has resumed that of its control connection */
    record DataClosed(PinholeId pinhole, Moved moved, DataEnd end, Set<Side> resumed) implements Input {

        /** One without TLS. */
        public DataClosed(PinholeId pinhole, Moved moved, DataEnd end) {
            this(pinhole, moved, end, Set.of());
        }
    }

    /** Every port of the range is open, committed. */
    record RangeOpened(RangeId range) implements Input {}

    /** Nothing of the range is open. */
    record RangeRefused(RangeId range, PinholeRefusal reason) implements Input {}

    /** A range that was open is not any more, and another has what the server may name: it is to be closed. */
    record RangeLost(RangeId range) implements Input {}

    /**
     * What went through the range since this was told last. Where sessions share a range one of them is told of all, since no
     * connection tells whose it is.
     *
     * @param came how many connections came, 0 or more
     * @param standing how many more stand; negative for fewer
     */
    record RangeMoved(RangeId range, Moved moved, int came, int standing) implements Input {}

    /** The range was closed, and no data connection of it is left; or they are another session's now, which shares it. */
    record RangeEnded(RangeId range) implements Input {}

    /** TLS has ended on both sides, and the control connections stay (CCC, RFC 4217 §12.3): lines come again. */
    record Cleared() implements Input {}

    /** TLS with one side stands. */
    record Secured(Side side, TlsPeer peer) implements Input {}

    /** There is no TLS with one side, nor anything else: the connection is of no use any more. @param detail for the log */
    record SecureFailed(Side side, TlsFailure reason, String detail) implements Input {}

    /** TLS with one side has ended, and the connection stays: lines come in clear. */
    record Unsecured(Side side) implements Input {}

    /** The time of the last {@link Effect.SetDeadline} has come. */
    record DeadlineReached() implements Input {}

    /** The gateway is stopping: the session ends as soon as it is quiet. */
    record StopRequested() implements Input {}

    /** The session ends now, its data connections are cut. */
    record KillRequested(EndReason reason) implements Input {}
}
