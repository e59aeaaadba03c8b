package dev.sallyport.datapath.kernel;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.PeerCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Held by the one process that has the table and the policy routes of a network namespace: two would undo each other's.
 *
 * <p>It is a listener at an abstract Unix socket (unix(7)). Such a name belongs to the network namespace as the table does, has
 * no file that anything could leave behind or another container not see, and is free the moment that its process is gone.
 */
final class FirewallLock implements AutoCloseable {

    private static final DomainSocketAddress NAME = new DomainSocketAddress("\0sallyport-firewall");

    private final Channel listener;

    private FirewallLock(Channel listener) {
        this.listener = listener;
    }

    /**
     * Takes it, in the network namespace of the calling thread.
     *
     * @param loops of Netty's epoll transport
     * @throws FirewallTakenException when another has it
     * @throws IOException when the name cannot be had for another reason
     */
    static FirewallLock take(EventLoopGroup loops) throws IOException {
        var bound = new ServerBootstrap()
                .group(loops)
                .channel(EpollServerDomainSocketChannel.class)
                .childHandler(new Bye())
                .bind(NAME)
                .awaitUninterruptibly();
        if (bound.isSuccess()) {
            return new FirewallLock(bound.channel());
        }
        throw failure(bound.cause(), loops);
    }

    /** Who listens there is the one who has it. */
    private static IOException failure(Throwable cause, EventLoopGroup loops) {
        var asked = new Bootstrap()
                .group(loops)
                .channel(EpollDomainSocketChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(NAME)
                .awaitUninterruptibly();
        try {
            return asked.isSuccess() && asked.channel() instanceof EpollDomainSocketChannel channel
                    ? taken(channel.peerCredentials())
                    : new IOException("cannot reserve the packet filter of this host: " + cause.getMessage(), cause);
        } catch (IOException unknown) {
            return new FirewallTakenException(0);
        } finally {
            asked.channel().close();
        }
    }

    /** Anybody on the host may take a name: who is neither root nor we is probably no gateway. */
    private static IOException taken(PeerCredentials holder) throws IOException {
        return holder.uid() == 0 || holder.uid() == ownUser() ? new FirewallTakenException(holder.pid())
                : new IOException("process " + holder.pid() + " of user " + holder.uid() + " has the name by which one process reserves "
                        + "the packet filter of this host, a Unix socket that any user can make. Unless it is a gateway too, end it");
    }

    /** The effective one. {@code Uid: real effective saved filesystem}, see proc_pid_status(5). */
    private static int ownUser() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("Uid:")).map(line -> line.split("\\s+")[2]).mapToInt(Integer::parseUnsignedInt)
                    .findFirst().orElseThrow(() -> new IOException("/proc/self/status names no user"));
        }
    }

    /** It is free when this returns. Not on one of the loops. */
    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
    }

    /** Who connects wanted to know who listens, which the kernel has told. */
    @Sharable
    private static final class Bye extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.close();
        }
    }
}
