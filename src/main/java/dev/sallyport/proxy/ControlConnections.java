package dev.sallyport.proxy;

import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Received;
import dev.sallyport.ftp.Side;
import dev.sallyport.session.Input;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/** The two control connections of a session: what has come on each and is not handled yet, and what goes out on each. */
final class ControlConnections {

    private final ControlChannel client;
    private @Nullable ControlChannel server;
    private final Inbound fromClient;
    private final Inbound fromServer;

    ControlConnections(ControlChannel client, Inbound fromClient, Inbound fromServer) {
        this.client = client;
        this.fromClient = fromClient;
        this.fromServer = fromServer;
    }

    void serverConnected(Channel channel) {
        server = new ControlChannel(channel);
    }

    ControlChannel client() {
        return client;
    }

    /** Null until the server is connected. */
    @Nullable ControlChannel server() {
        return server;
    }

    @Nullable ControlChannel channel(Side side) {
        return side == Side.CLIENT ? client : server;
    }

    Inbound inbound(Side side) {
        return side == Side.CLIENT ? fromClient : fromServer;
    }

    // ---- What has come ----

    /** Whether there is room for what a line from this side leads to. */
    boolean roomFor(Side side) {
        return client.writable() && (side == Side.SERVER || server == null || server.writable());
    }

    /** The next line from this side, or what came in its place; null when it is not here yet. */
    @Nullable Input next(Side side) {
        var received = inbound(side).next();
        return switch (received) {
            case null -> null;
            case Received.Line(var line) -> side == Side.CLIENT ? new Input.ClientLine(line) : new Input.ServerLine(line);
            case Received.Faulty(var faults, var line) -> new Input.LineFault(side, faults, line);
            case Received.TelnetOption(var answer) -> new Input.TelnetOption(side, answer);
        };
    }

    /** The end of what comes from this side, once everything before it is handled; null when that is not now. Told once. */
    @Nullable Input end(Side side) {
        var inbound = inbound(side);
        if (!inbound.ended || inbound.told || inbound.pending() && !inbound.reset) {
            return null;
        }
        if (inbound.unfinished() && !inbound.reset) {
            inbound.discard();
            return new Input.LineFault(side, Fault.UNTERMINATED_LINE);
        }
        inbound.told = true;
        return new Input.InputEnded(side, inbound.reset);
    }

    /** Reads from a side, or lets TCP hold it back. */
    void reading(Side side, boolean wanted) {
        var channel = channel(side);
        if (channel != null) {
            channel.reading(wanted && !inbound(side).ended);
        }
    }

    // ---- What goes out ----

    void send(Side side, FtpLine line) {
        var to = channel(side);
        if (to == null) {
            return;
        }
        if (side == Side.SERVER && line.synch() >= 0) {
            to.appendUrgently(line);
        } else {
            to.append(line.wire());
        }
    }

    void send(Side side, byte[] bytes) {
        var to = channel(side);
        if (to != null) {
            to.append(bytes);
        }
    }

    void endOutput(Side side) {
        var to = channel(side);
        if (to != null) {
            to.endOutput();
        }
    }

    /** @return whether there was anything to be sent */
    boolean flush(Side side) {
        var to = channel(side);
        return to != null && to.flush();
    }

    void close(boolean reset) {
        if (reset) {
            client.reset();
            if (server != null) {
                server.reset();
            }
        } else {
            if (fromClient.ended) {
                client.close();
            } else {
                client.closeAfterLastReply();
            }
            if (server != null) {
                server.close();
            }
        }
    }
}
