package dev.sallyport.proxy;

import dev.sallyport.datapath.Transport;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.session.Input;
import dev.sallyport.session.SessionContext;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.socket.SocketChannel;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Connects a session to its server, on the session's event loop. */
final class ServerDialer {

    private final GatewaySettings settings;
    private final Transport transport;
    /** The gateway's own ends of its connections to servers, where one of them might be intercepted. */
    private final Set<Endpoint> own = ConcurrentHashMap.newKeySet();

    ServerDialer(GatewaySettings settings, Transport transport) {
        this.settings = settings;
        this.transport = transport;
    }

    /** Whether a connection that came here from this end is one that this dialer made: a loop. */
    boolean dialed(Endpoint end) {
        return own.contains(end);
    }

    void dial(ControlSession session, SessionContext context) {
        switch (settings.server()) {
            case ServerChoice.Original _ -> dial(session, context, List.of(context.gateway()), 0);
            case ServerChoice.Fixed(var server) -> {
                var literal = server.literal();
                if (literal != null) {
                    dial(session, context, List.of(new Endpoint(literal, server.port())), 0);
                } else {
                    resolve(session, context, server);
                }
            }
        }
    }

    /** The JDK's name service blocks; a virtual thread waits for it, not the event loop. */
    private void resolve(ControlSession session, SessionContext context, ServerAddress server) {
        Thread.ofVirtual().name("resolve").start(() -> {
            try {
                var family = context.client().address().getClass();
                var targets = Arrays.stream(InetAddress.getAllByName(server.host()))
                        .sorted(Comparator.comparing(address -> address.getClass() != family))
                        .map(address -> new Endpoint(address, server.port()))
                        .toList();
                session.eventLoop().execute(() -> dial(session, context, targets, 0));
            } catch (UnknownHostException unknown) {
                session.deliver(new Input.ServerUnreachable("its name is not known."));
            }
        });
    }

    /** Tries the targets from an index on, those of the client's family first. */
    private void dial(ControlSession session, SessionContext context, List<Endpoint> targets, int index) {
        var target = targets.get(index);
        connect(session, target, source(context.client(), target.address()), failure -> {
            if (index + 1 < targets.size()) {
                dial(session, context, targets, index + 1);
            } else {
                session.deliver(new Input.ServerUnreachable(reason(failure)));
            }
        });
    }

    /** Where to connect from; null to leave it to routing. */
    private @Nullable InetSocketAddress source(Endpoint client, InetAddress target) {
        return switch (settings.serverSees()) {
            case SourceAddress.Routed _ -> null;
            case SourceAddress.OfClient _ -> client.address().getClass() == target.getClass() ? client.toSocketAddress() : null;
            case SourceAddress.Own addresses -> {
                var address = addresses.towards(target);
                yield address == null ? null : new InetSocketAddress(address, 0);
            }
        };
    }

    private interface OnFailure {
        void failed(Throwable cause);
    }

    private void connect(ControlSession session, Endpoint target, @Nullable InetSocketAddress source, OnFailure onFailure) {
        var bootstrap = new Bootstrap()
                .group(session.eventLoop())
                .channelFactory(transport.clients())
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Transport.millis(settings.timeouts().connect()))
                .handler(new ChannelInboundHandlerAdapter());
        if (source != null) {
            bootstrap.localAddress(source);
            if (ofClient()) {
                Transport.set(bootstrap, transport.transparent(settings.interception().ownMark()));
                // The client's own port: its earlier connection from there may not have quite ended here.
                bootstrap.option(ChannelOption.SO_REUSEADDR, true);
            }
            if (source.getPort() == 0) {
                Transport.set(bootstrap, transport.dialOptions());
            }
        }
        bootstrap.connect(target.toSocketAddress()).addListener(dialed -> {
            if (dialed.isSuccess()) {
                connected(session, (SocketChannel) ((ChannelFuture) dialed).channel(), target);
            } else if (source != null && source.getPort() != 0 && portTaken(dialed.cause())) {
                connect(session, target, new InetSocketAddress(source.getAddress(), 0), onFailure);
            } else {
                onFailure.failed(dialed.cause());
            }
        });
    }

    private void connected(ControlSession session, SocketChannel channel, Endpoint target) {
        var local = Endpoint.of(channel.localAddress());
        if (settings.interception().intercepts() && !ofClient()) {
            own.add(local);
            channel.closeFuture().addListener(_ -> own.remove(local));
        }
        session.serverConnected(channel, local, target);
    }

    private boolean ofClient() {
        return settings.serverSees() instanceof SourceAddress.OfClient;
    }

    /** EADDRINUSE of bind, and EADDRNOTAVAIL of connect, where the same connection has not quite ended. */
    private static boolean portTaken(Throwable cause) {
        return cause instanceof BindException || String.valueOf(cause.getMessage()).contains("assign requested address");
    }

    /** What a client may know of the failure: no address of the inside. */
    private static String reason(Throwable cause) {
        return switch (cause) {
            case ConnectTimeoutException _ -> "it did not answer in time.";
            case NoRouteToHostException _ -> "there is no route to it.";
            case ConnectException refused when String.valueOf(refused.getMessage()).contains("unreachable") ->
                "there is no route to it.";
            case ConnectException _ -> "it refused the connection.";
            case ChannelException _ -> "the gateway is out of sockets.";
            default -> "the connection failed.";
        };
    }
}
