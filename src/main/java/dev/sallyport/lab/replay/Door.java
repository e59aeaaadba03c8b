package dev.sallyport.lab.replay;

import dev.sallyport.capture.Sender;
import dev.sallyport.capture.TcpConnection;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;
import dev.sallyport.lab.replay.SessionReport.Fit;
import dev.sallyport.session.Moved;
import dev.sallyport.session.PinholeRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A pinhole that would have opened, and the connection of the capture that used it. */
final class Door {

    final ReplayedSession session;
    final PinholeRequest request;
    final long openedNanos;
    @Nullable Verb mode;
    @Nullable TcpConnection used;
    private Moved moved = Moved.NOTHING;
    private boolean dataOver;
    /** Nobody may use it any more. */
    private boolean shut;
    /** When its transfer's final reply came, which said that there had been a connection. */
    private long repliedNanos = Long.MAX_VALUE;
    private String why = "";

    Door(ReplayedSession session, PinholeRequest request, long openedNanos) {
        this.session = session;
        this.request = request;
        this.openedNanos = openedNanos;
    }

    int number() {
        return request.id().number();
    }

    boolean waits() {
        return used == null && !shut;
    }

    /** Whether nothing more comes of it but what does not fit. */
    boolean over() {
        return used == null ? shut : dataOver;
    }

    void shut() {
        shut = true;
    }

    /** The final reply of its transfer came before its connection: that may follow, until the engine says that nobody used it. */
    void overtaken(long nanos) {
        repliedNanos = nanos;
    }

    /** @param because why nobody has used it */
    void unused(String because) {
        shut = true;
        why = because;
    }

    /** Whose data connection it is for. */
    boolean expects(Endpoint from) {
        return from.address().equals(request.expected());
    }

    boolean expectsPort(Endpoint from) {
        return request.expectedPort() == null || request.expectedPort().equals(from.port());
    }

    Moved dataEnds() {
        moved = moved();
        dataOver = true;
        return moved;
    }

    /** What the connection through it has moved so far. */
    Moved moved() {
        var connection = used;
        if (connection == null || dataOver) {
            return moved;
        }
        var initiated = connection.bytes(Sender.INITIATOR);
        var answered = connection.bytes(Sender.RESPONDER);
        return request.connects() == Side.CLIENT ? new Moved(answered, initiated) : new Moved(initiated, answered);
    }

    /** Whether nothing has come through its connection for so long. */
    boolean silent(long nowNanos, long longestNanos) {
        var connection = used;
        return connection != null && !dataOver && nowNanos - connection.lastNanos() > longestNanos;
    }

    /** Whether its connection still stands. */
    boolean stands() {
        return used != null && !dataOver;
    }

    SessionReport.Pinhole report(Findings findings) {
        var connection = used;
        var total = moved();
        var from = Addresses.text(request.expected(), false)
                + (request.expectedPort() == null ? "" : " port " + request.expectedPort());
        return new SessionReport.Pinhole(
                number(), mode == null ? "" : mode.name(), from, request.target(), findings.after(openedNanos),
                connection == null ? Fit.NEVER_USED : Fit.USED, connection == null ? null : Endpoint.of(connection.initiator()),
                total.bytesToClient(), total.bytesToServer(), dataOver,
                connection == null ? why : used(connection.openedNanos()));
    }

    private String used(long nanos) {
        var soon = "after " + Findings.seconds(Duration.ofNanos(Math.max(0, nanos - openedNanos)));
        return nanos <= repliedNanos ? soon
                : soon + ", " + Findings.seconds(Duration.ofNanos(nanos - repliedNanos)) + " behind the transfer's final reply";
    }
}
