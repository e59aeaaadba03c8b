package dev.sallyport.proxy;

import dev.sallyport.datapath.Transport;
import dev.sallyport.ftp.FtpLine;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One control connection: collects what is to be sent during one run of the engine and sends it in one write. */
final class ControlChannel {

    /** How long a peer may take to read our last reply before its connection is closed. */
    private static final long LINGER_SECONDS = 2;

    private final Channel channel;
    private @Nullable ByteBuf unsent;
    /** Null while it is in clear. */
    private @Nullable ControlTls tls;
    private boolean outputEnded;

    ControlChannel(Channel channel) {
        this.channel = channel;
    }

    Channel channel() {
        return channel;
    }

    /** What is sent from now on goes through TLS; null: in clear. What was appended before must have been sent. */
    void secured(@Nullable ControlTls by) {
        tls = by;
    }

    /** Ends TLS behind everything before it. */
    void leaveTls() {
        flush();
        if (tls != null) {
            tls.leave();
        }
    }

    boolean writable() {
        return channel.isWritable();
    }

    void append(byte[] bytes) {
        append(bytes, 0, bytes.length);
    }

    void append(byte[] bytes, int from, int to) {
        if (outputEnded || from == to) {
            return;
        }
        var buffer = unsent;
        if (buffer == null) {
            buffer = channel.alloc().ioBuffer(to - from);
            unsent = buffer;
        }
        buffer.writeBytes(bytes, from, to - from);
    }

    /**
     * Sends a line behind a Synch, with the urgent data that is part of it (RFC 959 §4.1.3): servers that are busy with a
     * transfer look at the control connection only when that wakes them. The urgent byte is the IAC before the data mark, as
     * clients send it since 4.3BSD, so that a server that loses it still finds a whole telnet command. TLS knows no urgent data:
     * there it is a line like others.
     */
    void appendUrgently(FtpLine line) {
        var wire = line.wire();
        if (tls != null) {
            append(wire);
            return;
        }
        var urgent = line.synch();
        append(wire, 0, urgent);
        flush();
        var queue = channel.unsafe().outboundBuffer();
        // It may not overtake what waits for room in the socket; then it goes as any other byte.
        var sent = !outputEnded && queue != null && queue.isEmpty() && Transport.sendUrgent(channel, wire[urgent]);
        append(wire, sent ? urgent + 1 : urgent, wire.length);
    }

    /** Sends a buffer after what was appended. */
    void write(ByteBuf bytes) {
        if (!outputEnded) {
            writeUnsent();
            channel.write(bytes.retain(), channel.voidPromise());
        }
    }

    /** @return whether there was anything to be sent */
    boolean flush() {
        var any = unsent != null;
        writeUnsent();
        channel.flush();
        return any;
    }

    private void writeUnsent() {
        var buffer = unsent;
        if (buffer != null) {
            unsent = null;
            channel.write(buffer, channel.voidPromise());
        }
    }

    void reading(boolean on) {
        if (channel.config().isAutoRead() != on) {
            channel.config().setAutoRead(on);
        }
    }

    /** Sends FIN behind everything before it. */
    void endOutput() {
        if (!outputEnded) {
            outputEnded = true;
            writeUnsent();
            // An empty write completes when everything before it is sent; shutting down earlier would drop it.
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> {
                if (!sent.isSuccess()) {
                    return;
                }
                if (tls == null) {
                    shutdownOutput();
                } else {
                    tls.endOutput().addListener(_ -> shutdownOutput());
                }
            });
        }
    }

    private void shutdownOutput() {
        if (channel.isActive()) {
            ((DuplexChannel) channel).shutdownOutput();
        }
    }

    /** Closes once everything is sent, or when the peer has not read it for two seconds. */
    void close() {
        outputEnded = true;
        writeUnsent();
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        closeInTime();
    }

    /**
     * Closes, but so that the peer can read our last reply: closing a socket with unread bytes sends a reset, which would
     * destroy it. What still comes is dropped until the peer closes too, or for two seconds.
     */
    void closeAfterLastReply() {
        var pipeline = channel.pipeline();
        if (pipeline.get("session") != null) {
            pipeline.replace("session", "farewell", new Farewell());
        }
        endOutput();
        channel.config().setAutoRead(true);
        closeInTime();
    }

    private void closeInTime() {
        if (channel.isOpen()) {
            var patience = channel.eventLoop().schedule(() -> channel.close(), LINGER_SECONDS, TimeUnit.SECONDS);
            channel.closeFuture().addListener(closed -> patience.cancel(false));
        }
    }

    /** Sends one last word to a client that no session is made for, and closes. */
    void refuse(byte[] word) {
        channel.pipeline().addLast("session", new Farewell());
        append(word);
        closeAfterLastReply();
    }

    /** Closes with RST. */
    void reset() {
        outputEnded = true;
        if (unsent != null) {
            unsent.release();
            unsent = null;
        }
        if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            if (tls == null) {
                channel.close();
            } else {
                // Past TLS, which would say goodbye.
                channel.unsafe().close(channel.voidPromise());
            }
        }
    }

    private static final class Farewell extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                context.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
