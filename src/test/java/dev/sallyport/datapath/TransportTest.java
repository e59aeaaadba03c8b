package dev.sallyport.datapath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.ftp.Addresses;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which clients a wildcard takes, with both kinds of sockets. */
class TransportTest {

    @ParameterizedTest
    @EnumSource(Transport.class)
    void ipv6Wildcard_takesBothFamilies(Transport transport) throws Exception {
        listen(transport, "::", port -> {
            connect("::1", port);
            connect("127.0.0.1", port);
        });
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void ipv4Wildcard_takesIpv4Alone(Transport transport) throws Exception {
        listen(transport, "0.0.0.0", port -> {
            connect("127.0.0.1", port);
            assertThatThrownBy(() -> connect("::1", port)).isInstanceOf(ConnectException.class);
        });
    }

    private interface WithPort {
        void call(int port) throws IOException;
    }

    private static void listen(Transport transport, String address, WithPort body) throws Exception {
        var local = Objects.requireNonNull(Addresses.parse(address));
        var loops = new MultiThreadIoEventLoopGroup(1, transport.ioHandlers());
        try {
            var listener = new ServerBootstrap()
                    .group(loops)
                    .channelFactory(transport.servers(local))
                    .childHandler(new ChannelInboundHandlerAdapter())
                    .bind(local, 0)
                    .sync()
                    .channel();
            body.call(((InetSocketAddress) listener.localAddress()).getPort());
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        }
    }

    private static void connect(String address, int port) throws IOException {
        try (var socket = new Socket(address, port)) {
            assertThat(socket.isConnected()).isTrue();
        }
    }
}
