package dev.sallyport.proxy;

import dev.sallyport.ftp.Side;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;

/** Reports what happens on one control channel to its session. */
final class ControlChannelHandler extends SimpleChannelInboundHandler<ByteBuf> {

    private final ControlSession session;
    private final Side side;

    ControlChannelHandler(ControlSession session, Side side) {
        super(ByteBuf.class, true);
        this.session = session;
        this.side = side;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
        session.read(side, bytes);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        session.writabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            session.inputEnded(side, false);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        session.inputEnded(side, false);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        session.inputEnded(side, true);
    }
}
