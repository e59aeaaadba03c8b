package dev.sallyport.admin.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayDeque;

/**
 * Passes on what a caller sends in small portions, and nothing while the caller is not to be read: requests that it sent ahead
 * are not taken apart before it is their turn.
 */
final class Portions extends ChannelDuplexHandler {

    /** A dozen of the shortest requests. */
    private static final int MOST_BYTES = 128;

    private final Patience patience;
    private final ArrayDeque<ByteBuf> held = new ArrayDeque<>();
    private boolean passing;

    Portions(Patience patience) {
        this.patience = patience;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        held.add((ByteBuf) bytes);
        passOn(context);
    }

    /** What is asked for while the caller is not to be read comes when it is again. */
    @Override
    public void read(ChannelHandlerContext context) {
        passOn(context);
        if (held.isEmpty() && context.channel().config().isAutoRead()) {
            context.read();
        }
    }

    private void passOn(ChannelHandlerContext context) {
        if (passing) {
            return;
        }
        passing = true;
        for (var bytes = held.peek(); bytes != null && context.channel().config().isAutoRead(); bytes = held.peek()) {
            patience.bytesCame();
            var portion = bytes.readRetainedSlice(Math.min(MOST_BYTES, bytes.readableBytes()));
            if (!bytes.isReadable()) {
                held.remove();
                bytes.release();
            }
            context.fireChannelRead(portion);
        }
        passing = false;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        held.forEach(ByteBuf::release);
        held.clear();
    }
}
