package dev.sallyport.session;

import static dev.sallyport.session.Conversation.reply;

import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.ReplyReader;
import dev.sallyport.ftp.Verb;
import org.jspecify.annotations.Nullable;

/**
 * A server's last word on a transfer, beside what is known of the transfer's data. It waits where it comes first: before the client has
 * the connection, which clients take for an error, and before it is known whether a protected download came whole. It is another for the
 * client where the data says otherwise.
 */
final class LastWord {

    private final Conversation conversation;
    /** Null when none waits. */
    private @Nullable FtpLine waiting;
    /** What it waits for. */
    private @Nullable DataConnection awaited;

    LastWord(Conversation conversation) {
        this.conversation = conversation;
    }

    boolean waits() {
        return waiting != null;
    }

    /** When it is to be looked at again though nothing has happened, on the engine's clock; {@code Long.MAX_VALUE} for never. */
    long waitsUntilNanos() {
        return awaited == null ? Long.MAX_VALUE : awaited.awaitedUntilNanos();
    }

    /** What has waited, to be looked at again; null when nothing has. */
    @Nullable FtpLine take() {
        var line = waiting;
        waiting = null;
        awaited = null;
        return line;
    }

    /** Keeps a line of the server's that comes too early. @return whether it does */
    boolean keeps(FtpLine line) {
        if (!conversation.data.lags() || conversation.replies.within()) {
            return false;
        }
        var code = ReplyReader.code(line);
        var exchange = code >= 200 && code < 300 ? conversation.outstanding.match(code) : null;
        var transfer = exchange == null ? null : exchange.transfer;
        var data = transfer == null ? null : conversation.data.of(transfer);
        if (transfer == null || data == null
                || !(data.awaitsReach(conversation.clocks.nowNanos()) || data.wholeAwaited() && wholeMatters(transfer))) {
            return false;
        }
        waiting = line;
        awaited = data;
        return true;
    }

    /** What the client is told instead, of a transfer whose protected data did not come whole; null when it did. */
    @Nullable FtpLine instead(Exchange exchange, int code) {
        var transfer = code < 200 ? null : exchange.transfer;
        var data = transfer == null ? null : conversation.data.of(transfer);
        if (transfer == null || data == null || data.closed == null) {
            return null;
        }
        var fault = data.closed.end().fault();
        if (fault != null) {
            return reply(fault.replyCode(), fault.text());
        }
        var cutShort = data.closed.end() != DataEnd.CLOSED && data.request.protection().any() && !data.whole;
        return code < 300 && cutShort && wholeMatters(transfer) ? reply(426, "The data connection ended before all was sent.") : null;
    }

    /** Whether the server is who sends, and ends the connection with it. */
    private boolean wholeMatters(RunningTransfer transfer) {
        return transfer.verb.role() != Verb.Role.UPLOAD && !conversation.data.connectionsStay();
    }
}
