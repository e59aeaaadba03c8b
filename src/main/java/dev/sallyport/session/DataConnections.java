package dev.sallyport.session;

import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;
import dev.sallyport.session.DataConnection.Stage;
import dev.sallyport.session.SessionEvent.Unused;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The session's ledger of data connections and transfers.
 *
 * <p>A pinhole that the server granted becomes the <em>current</em> one and supersedes the one before, at the reply and not
 * at the command, because that is when the server changes its mind too (RFC 959 §4.1.2). A transfer takes the current one
 * when its first reply comes, and has ended when both its final reply and the end of its data connection are known: they
 * come in either order.
 *
 * <p>Stricter than RFC 959 §4.1.2, where a PORT holds until the next: in stream mode it serves one transfer, as clients have
 * sent one before each since RFC 1123 §4.1.2.5.
 */
final class DataConnections {

    /** The longest by which a server's last reply overtakes the data path's word on the connection. */
    static final long OVERTAKEN_NANOS = 1_000_000_000;

    private final List<Effect> effects;
    private final List<DataConnection> live = new ArrayList<>(2);
    private @Nullable DataConnection current;
    /** In block and compressed mode one data connection may carry several transfers (RFC 959 §3.3). */
    private boolean connectionsStay;

    private long nowNanos;
    private int transfers;
    private long bytesToClient;
    private long bytesToServer;

    /** @param effects where to put what has to be done */
    DataConnections(List<Effect> effects) {
        this.effects = effects;
    }

    /** The time of the input that is being handled, on the engine's clock. */
    void now(long nanos) {
        nowNanos = nanos;
    }

    /** How many pinholes and data connections there are. */
    int size() {
        return live.size();
    }

    int transfers() {
        return transfers;
    }

    long bytesToClient() {
        return bytesToClient;
    }

    long bytesToServer() {
        return bytesToServer;
    }

    /** Whether the transfer mode lets a data connection stay for the next transfer. */
    void connectionsStay(boolean stay) {
        connectionsStay = stay;
    }

    boolean connectionsStay() {
        return connectionsStay;
    }

    /** Whether a data connection moves data now. */
    boolean connected() {
        for (var data : live) {
            if (data.stage == Stage.CONNECTED) {
                return true;
            }
        }
        return false;
    }

    /** Whether a transfer could take place without another PORT or PASV. */
    boolean ready() {
        return current != null;
    }

    /** The command that set that connection up; null when there is none. */
    @Nullable Verb currentMode() {
        return current == null ? null : current.mode;
    }

    DataConnection request(PinholeRequest request, Verb mode) {
        var data = new DataConnection(request, mode);
        data.requestedNanos = nowNanos;
        data.expiresNanos = nowNanos + request.lifetime().toNanos();
        live.add(data);
        effects.add(new Effect.OpenPinhole(request));
        return data;
    }

    @Nullable DataConnection find(PinholeId id) {
        for (var data : live) {
            if (data.request.id().equals(id)) {
                return data;
            }
        }
        return null;
    }

    /** The data path has opened it; it expires when unused. @return how long that took */
    Duration opened(DataConnection data) {
        if (data.stage == Stage.OPENING) {
            data.stage = Stage.OPEN;
        }
        data.expiresNanos = nowNanos + data.request.lifetime().toNanos();
        return Duration.ofNanos(nowNanos - data.requestedNanos);
    }

    /** The server has granted it: it is the one that the next transfer uses. */
    void granted(DataConnection data) {
        if (data != current) {
            supersede();
        }
        current = data;
    }

    /** The server has refused it: no transfer will use it, and whoever has come all the same is cut. */
    void ungranted(DataConnection data) {
        closeUnused(data, Unused.COMMAND_FAILED);
        if (data.stage == Stage.CONNECTED) {
            effects.add(new Effect.CutData(data.id()));
        }
    }

    /** The server has turned to another data connection: the current one, if nobody has used it, leads nowhere any more. */
    void supersede() {
        if (current != null) {
            closeUnused(current, Unused.SUPERSEDED);
        }
    }

    /** The data path could not open it. */
    void refused(DataConnection data) {
        leave(data);
    }

    /** The connection came. */
    void used(DataConnection data) {
        data.stage = Stage.CONNECTED;
        effects.add(new Effect.Publish(new SessionEvent.PinholeUsed(data.id(), data.mode)));
    }

    /** Closes the pinhole if nothing has used it; a data connection through it goes on. */
    void closeUnused(DataConnection data, Unused why) {
        if (!data.waiting()) {
            return;
        }
        var opened = data.stage == Stage.OPEN;
        leave(data);
        if (data == current) {
            current = null;
        }
        if (data.closing == null) {
            effects.add(new Effect.ClosePinhole(data.id(), false));
        }
        if (opened) {
            effects.add(new Effect.Publish(new SessionEvent.PinholeUnused(data.id(), why)));
        }
        endIfOver(data.transfer);
    }

    void closeAllUnused(Unused why) {
        for (var data : List.copyOf(live)) {
            closeUnused(data, why);
        }
    }

    /** No transfer is to use what was set up: pinholes that nothing has used are closed, and a connection that waits for one is cut. */
    void withdraw() {
        closeAllUnused(Unused.SUPERSEDED);
        if (current != null && current.stage == Stage.CONNECTED) {
            effects.add(new Effect.CutData(current.id()));
        }
        current = null;
    }

    /**
     * Closes every pinhole that nothing has used, at the session's end. What must have been used gets a moment: what the data
     * path still has to tell of it belongs to the session.
     */
    void closeAtEnd() {
        for (var data : List.copyOf(live)) {
            close(data, Unused.SESSION_ENDED);
        }
    }

    private void close(DataConnection data, Unused why) {
        if (!data.presumed()) {
            closeUnused(data, why);
        } else if (data.closing == null) {
            data.closing = why;
            data.expiresNanos = nowNanos + OVERTAKEN_NANOS;
            effects.add(new Effect.ClosePinhole(data.id(), true));
        }
    }

    /**
     * Whether so many are too many only because the data path has not yet told the end of one whose transfer is over: that is
     * worth a moment's wait, since the client of a quick server can do nothing about it.
     */
    boolean endWouldMakeRoom(int most) {
        return live.size() >= most && overtakenUntilNanos() > nowNanos;
    }

    /** Until when the end of such a transfer's data is waited for; {@code Long.MIN_VALUE} when there is none. */
    private long overtakenUntilNanos() {
        var until = Long.MIN_VALUE;
        for (var data : live) {
            if (data.transfer != null && data.transfer.hadConnection()) {
                until = Math.max(until, data.transfer.repliedNanos + OVERTAKEN_NANOS);
            }
        }
        return until;
    }

    /** When {@link #endWouldMakeRoom} ends by itself. */
    long waitForRoomOverNanos(int most) {
        return endWouldMakeRoom(most) ? overtakenUntilNanos() : Long.MAX_VALUE;
    }

    /** Whether there is a data connection whose end is still to come. */
    boolean endAwaited() {
        for (var data : live) {
            if (data.stage == Stage.CONNECTED || data.presumed()) {
                return true;
            }
        }
        return false;
    }

    /** Cuts every data connection that moves data. */
    void cutAll() {
        for (var data : live) {
            if (data.stage == Stage.CONNECTED) {
                effects.add(new Effect.CutData(data.id()));
            }
        }
    }

    /** The earliest time at which an unused pinhole expires; {@code Long.MAX_VALUE} when none will. */
    long nextExpiryNanos() {
        var next = Long.MAX_VALUE;
        for (var data : live) {
            if (data.waiting()) {
                next = Math.min(next, data.expiresNanos);
            }
        }
        return next;
    }

    void expire() {
        for (var data : List.copyOf(live)) {
            if (data.stage == Stage.OPEN && data.expiresNanos <= nowNanos) {
                closeUnused(data, data.closing == null ? Unused.EXPIRED : data.closing);
            }
        }
    }

    RunningTransfer begin(Verb verb, String argument, RunningTransfer.Permit permit) {
        transfers++;
        return new RunningTransfer(verb, argument, permit, nowNanos);
    }

    /** The server's preliminary reply to a transfer command came. */
    void begun(RunningTransfer transfer) {
        transfer.begun = true;
        bind(transfer);
        secure(transfer);
    }

    /** The server says how large the file is: what is too large is cut. */
    void sized(RunningTransfer transfer, long bytes) {
        var told = transfer.tooLarge(bytes);
        if (told == null) {
            return;
        }
        effects.add(new Effect.Publish(told));
        var data = transfer.data;
        if (data != null && data.stage == Stage.CONNECTED) {
            effects.add(new Effect.CutData(data.id()));
        } else if (data != null) {
            closeUnused(data, Unused.COMMAND_FAILED);
        }
    }

    private void secure(RunningTransfer transfer) {
        var data = transfer.data;
        if (data != null && !data.secured && data.stage != Stage.GONE && data.request.protection().of(Side.SERVER)) {
            data.secured = true;
            effects.add(new Effect.SecureData(data.id()));
        }
    }

    /** The server replied to a transfer command: its data connection is the current one. */
    private void bind(RunningTransfer transfer) {
        var data = current;
        if (transfer.data == null && data != null && data.transfer == null) {
            transfer.data = data;
            data.transfer = transfer;
            data.served = true;
        }
    }

    /** Whether the server's last word on a transfer might come too early. */
    boolean lags() {
        for (var data : live) {
            if (data.wholeAwaited() || data.reachAwaited()) {
                return true;
            }
        }
        return false;
    }

    /** That of a transfer: the current one, until a reply has told which; null when there is none. */
    @Nullable DataConnection of(RunningTransfer transfer) {
        return transfer.data == null ? current : transfer.data;
    }

    /** The final reply of a transfer came; code 0 when the session ended first. */
    void replied(RunningTransfer transfer, int code) {
        bind(transfer);
        transfer.replied = true;
        transfer.finalCode = code;
        transfer.repliedNanos = nowNanos;
        var data = transfer.data;
        var failed = code >= 400 || code == 0;
        var stays = connectionsStay && data != null && (data.stage == Stage.CONNECTED || !failed && data.presumed());
        if (data != null && !stays) {
            if (data == current) {
                current = null;
            }
            if (failed) {
                close(data, Unused.COMMAND_FAILED);
            } else if (data.presumed()) {
                close(data, Unused.EXPIRED);
            }
        }
        endIfOver(transfer);
    }

    /** The data connection ended. */
    void closed(DataConnection data, Input.DataClosed closed) {
        moved(closed.moved());
        data.closed = closed;
        leave(data);
        effects.add(new Effect.Publish(new SessionEvent.DataEnded(data.id(), closed.moved(), closed.end())));
        if (data == current && data.served) {
            current = null;
        }
        // Otherwise it stays the current one: a short transfer can be over before the server's first reply is read.
        endIfOver(data.transfer);
    }

    /** What went through a passive range. */
    void moved(Moved more) {
        bytesToClient += more.bytesToClient();
        bytesToServer += more.bytesToServer();
    }

    private void leave(DataConnection data) {
        data.stage = Stage.GONE;
        live.remove(data);
    }

    private void endIfOver(@Nullable RunningTransfer transfer) {
        if (transfer == null || !transfer.replied || transfer.ended) {
            return;
        }
        var data = transfer.data;
        if (data != null && data.stage != Stage.GONE && !(connectionsStay && data.stage == Stage.CONNECTED)) {
            return;
        }
        transfer.ended = true;
        if (data != null) {
            // In these modes the connection stays for the next transfer; its bytes are told with the last one.
            data.transfer = null;
        }
        var closed = data == null ? null : data.closed;
        var told = closed == null ? null : transfer.tooLarge(closed.moved().bytesToClient() + closed.moved().bytesToServer());
        if (told != null) {
            effects.add(new Effect.Publish(told));
        }
        effects.add(new Effect.Publish(new SessionEvent.TransferEnded(transfer.result(nowNanos))));
    }
}
