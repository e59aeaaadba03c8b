package dev.sallyport.session;

import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;

/** What a session awaits. */
sealed interface State {

    State CONVERSING = new Conversing();

    record AwaitingServer() implements State {}

    record AwaitingGreeting() implements State {}

    record Conversing() implements State {}

    /** @param data the pinhole that the data path is opening @param held what waits for it */
    record AwaitingPinhole(DataConnection data, Held held) implements State {}

    /** @param transfer the transfer command that waits for the reply to our own PORT */
    record AwaitingOwnSetup(Command transfer) implements State {}

    /** @param request the range that the data path is opening @param line the server's 234 that waits for it */
    record AwaitingRange(RangeRequest request, FtpLine line, long dueNanos) implements State {}

    /** @param side the one with which TLS begins or ends */
    record AwaitingTls(Side side) implements State {}

    record Opaque() implements State {}

    /** The control connections are closed, or about to be. */
    record AwaitingDataEnd() implements State {}

    record Ended() implements State {}

    /** What waits for a pinhole. */
    sealed interface Held {

        /** A client's PORT, EPRT or LPRT. */
        record ActiveCommand(Verb verb) implements Held {}

        /** The server's 227, 228 or 229 to this exchange. */
        record PassiveReply(Exchange exchange) implements Held {}

        /** A transfer to the default data port, for which we shall send PORT ourselves. */
        record DefaultPortTransfer(Command command) implements Held {}
    }
}
