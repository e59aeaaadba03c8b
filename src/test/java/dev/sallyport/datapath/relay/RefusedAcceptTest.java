package dev.sallyport.datapath.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.datapath.PinholeOwner;
import dev.sallyport.datapath.Transport;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.ftp.Side;
import dev.sallyport.peers.Family;
import dev.sallyport.peers.FreePorts;
import dev.sallyport.session.DataProtection;
import dev.sallyport.session.Input;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.PinholeRequest;
import dev.sallyport.session.SessionId;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that cannot be accepted at once, since the process has no descriptor left for a moment. */
@Timeout(30)
class RefusedAcceptTest {

    private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");

    /** The server has said that all was sent: its connection waits in the kernel, and is admitted as soon as there is room. */
    @Test
    void connection_thatWaitsToBeAccepted_isAdmitted_whenItsTransferIsOverAlready() throws Exception {
        var group = new MultiThreadIoEventLoopGroup(1, Transport.best().ioHandlers());
        try (var server = new ServerSocket(0, 1, HERE)) {
            server.setSoTimeout((int) TimeUnit.SECONDS.toMillis(10));
            var ports = FreePorts.range(4, Family.IPV4);
            var path = new RelayDataPath(Transport.best(), settings(ports));
            var owner = new Owner(group.next(), new LinkedBlockingQueue<>());
            var request = request(new Endpoint(HERE, new Port(server.getLocalPort())));
            owner.eventLoop.submit(() -> path.open(request, owner)).sync();
            var opened = (Input.PinholeOpened) owner.told.take();
            path.listening(new Endpoint(HERE, opened.port())).pipeline().fireExceptionCaught(new IOException("accept(..) failed"));
            try (var client = new Socket(HERE, opened.port().number())) {
                owner.eventLoop.submit(() -> path.close(request.id(), true)).sync();
                try (var arrived = server.accept()) {
                    arrived.getOutputStream().write('x');
                    assertThat(client.getInputStream().read()).isEqualTo('x');
                }
            }
            assertThat(owner.told.take()).isInstanceOf(Input.DataOpened.class);
            path.shutDown();
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
        }
    }

    private static RelaySettings settings(PortRange ports) {
        var second = Duration.ofSeconds(1);
        return new RelaySettings(RelaySettings.Placement.HERE, false, 0, ports, ports, second, second, second, second.multipliedBy(20));
    }

    private static PinholeRequest request(Endpoint server) {
        return new PinholeRequest(
                new PinholeId(new SessionId(1), 1), Side.CLIENT, HERE, null, HERE, server, HERE, null, DataProtection.CLEAR,
                Duration.ofSeconds(20));
    }

    private record Owner(EventLoop eventLoop, BlockingQueue<Input> told) implements PinholeOwner {
        @Override
        public void deliver(Input input) {
            told.add(input);
        }
    }
}
