package dev.sallyport.proxy;

import dev.sallyport.datapath.Transport;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.session.Input;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.socket.SocketChannel;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Connects a session to its server, on the session's event loop. */
final class ServerDialer {

    private final ServerAddress server;
    private final Transport transport;
    private final Duration timeout;

    ServerDialer(ServerAddress server, Transport transport, Duration timeout) {
        this.server = server;
        this.transport = transport;
        this.timeout = timeout;
    }

    void dial(ControlSession session, Endpoint client) {
        var literal = server.literal();
        if (literal != null) {
            dial(session, List.of(literal), 0);
            return;
        }
        // The JDK's name service blocks; a virtual thread waits for it, not the event loop.
        Thread.ofVirtual().name("resolve").start(() -> {
            try {
                var addresses = Arrays.stream(InetAddress.getAllByName(server.host()))
                        .sorted(Comparator.comparing(address -> address.getClass() != client.address().getClass()))
                        .toList();
                session.eventLoop().execute(() -> dial(session, addresses, 0));
            } catch (UnknownHostException unknown) {
                session.deliver(new Input.ServerUnreachable("its name is not known."));
            }
        });
    }

    /** Tries the addresses from an index on, those of the client's family first. */
    private void dial(ControlSession session, List<InetAddress> addresses, int index) {
        var target = new Endpoint(addresses.get(index), server.port());
        new Bootstrap()
                .group(session.eventLoop())
                .channelFactory(transport.clients())
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Transport.millis(timeout))
                .handler(new ChannelInboundHandlerAdapter())
                .connect(target.toSocketAddress())
                .addListener(dialed -> {
                    if (dialed.isSuccess()) {
                        var channel = (SocketChannel) ((ChannelFuture) dialed).channel();
                        session.serverConnected(channel, Endpoint.of(channel.localAddress()), target);
                    } else if (index + 1 < addresses.size()) {
                        dial(session, addresses, index + 1);
                    } else {
                        session.deliver(new Input.ServerUnreachable(reason(dialed.cause())));
                    }
                });
    }

    /** What a client may know of the failure: no address of the inside. */
    private static String reason(Throwable cause) {
        return switch (cause) {
            case ConnectTimeoutException _ -> "it did not answer in time.";
            case ConnectException _ -> "it refused the connection.";
            case ChannelException _ -> "the gateway is out of sockets.";
            case NoRouteToHostException _ -> "there is no route to it.";
            default -> "the connection failed.";
        };
    }
}
