package dev.sallyport.proxy;

import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Side;
import io.netty.channel.Channel;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The two control connections of a session: what goes out on each, and whether each is read. */
final class ControlConnections {

    private final ControlChannel client;
    private @Nullable ControlChannel server;

    ControlConnections(ControlChannel client) {
        this.client = client;
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

    // ---- What has come ----

    /** Whether there is room for what a line from this side leads to. */
    boolean roomFor(Side side) {
        return client.writable() && (side == Side.SERVER || server == null || server.writable());
    }

    /** Reads from a side, or lets TCP hold it back. */
    void reading(Side side, boolean wanted) {
        var channel = channel(side);
        if (channel != null) {
            channel.reading(wanted);
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

    /** Begins TLS with a side behind everything before it. */
    void secure(Side side, Function<Channel, ControlTls> begin) {
        var to = channel(side);
        if (to != null) {
            to.flush();
            to.secured(begin.apply(to.channel()));
        }
    }

    void leaveTls(Side side) {
        var to = channel(side);
        if (to != null) {
            to.leaveTls();
        }
    }

    /** TLS with a side has ended. */
    void unsecured(Side side) {
        var to = channel(side);
        if (to != null) {
            to.secured(null);
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

    /** @param clientEnded whether the client has sent its last */
    void close(boolean reset, boolean clientEnded) {
        if (reset) {
            client.reset();
            if (server != null) {
                server.reset();
            }
        } else {
            if (clientEnded) {
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
