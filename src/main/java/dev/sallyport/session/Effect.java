package dev.sallyport.session;

import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Side;
import java.time.Duration;

/** What the session wants done. The order in which effects are given is the order in which they must be carried out. */
public sealed interface Effect {

    /** Send a line to the server: the client's, the client's rewritten, or our own. */
    record ForwardToServer(FtpLine line) implements Effect {}

    /** Send a line to the client: the server's, or the server's rewritten. */
    record ForwardToClient(FtpLine line) implements Effect {}

    /** Send a reply of our own to the client. */
    record ReplyToClient(FtpLine line) implements Effect {}

    /** Send telnet bytes of our own to one side. */
    record AnswerTelnet(Side side, byte[] bytes) implements Effect {}

    /** Open a pinhole and answer with {@link Input.PinholeOpened} or {@link Input.PinholeRefused}. */
    record OpenPinhole(PinholeRequest request) implements Effect {}

    /**
     * Close the pinhole, opened or still opening. No answer is awaited, but when its connection is presumed to have come: what
     * the data path still learns of that is told.
     */
    record ClosePinhole(PinholeId pinhole, boolean presumedUsed) implements Effect {}

    /** Cut the data connection; answered with {@link Input.DataClosed}. */
    record CutData(PinholeId pinhole) implements Effect {}

    /**
     * The server has begun the transfer: TLS with it on the data connection may begin, now or when that comes. Before its
     * preliminary reply some take what comes there for the connection's end (the order is that of RFC 4217 §12).
     */
    record SecureData(PinholeId pinhole) implements Effect {}

    /** Open a range and answer with {@link Input.RangeOpened} or {@link Input.RangeRefused}. */
    record OpenRange(RangeRequest request) implements Effect {}

    /**
     * Close the range; answered with {@link Input.RangeEnded} when no data of it moves any more. One that is still opening may be
     * answered with {@link Input.RangeRefused} instead. One that is closed may be closed again, so that its data is cut.
     *
     * @param cut whether the data connections that came through it are cut, or may finish
     */
    record CloseRange(RangeId range, boolean cut) implements Effect {}

    /** Come back with {@link Input.DeadlineReached} after this time; replaces the deadline set before. */
    record SetDeadline(Duration after) implements Effect {}

    /** From here on carry both directions unseen; bytes read before this and not yet taken are discarded. */
    record BecomeOpaque() implements Effect {}

    /**
     * Begin TLS with one side, once everything before it is sent in clear; what it has sent already and was not taken is discarded.
     * Answered with {@link Input.Secured} or {@link Input.SecureFailed}; no line of that side is taken before.
     */
    record Secure(Side side) implements Effect {}

    /**
     * End TLS with one side, once everything before it is sent: the connection stays (RFC 4217 §12.3). What it has sent behind its
     * last line is discarded. Answered with {@link Input.Unsecured} when the peer has ended it too, or with
     * {@link Input.SecureFailed}; no line of that side is taken before.
     */
    record Unsecure(Side side) implements Effect {}

    /** Send FIN to one side once everything before it is sent. */
    record EndOutput(Side side) implements Effect {}

    /** Close both control connections once everything before it is sent; with RST when asked. */
    record Close(boolean reset) implements Effect {}

    /** Tell the observers. */
    record Publish(SessionEvent event) implements Effect {}
}
