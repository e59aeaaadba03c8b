package dev.sallyport.admin.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.OptionalSslHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;

/** TLS, and a word to whoever comes without it. What they ask is not looked at. */
final class TlsNeeded extends OptionalSslHandler {

    private static final String ANSWER = """
            HTTP/1.1 400 Bad Request\r
            Content-Type: text/plain\r
            Content-Length: 34\r
            Connection: close\r
            \r
            This port speaks TLS: ask https://
            """.strip();

    TlsNeeded(SslContext tls) {
        super(tls);
    }

    @Override
    protected ChannelHandler newNonSslHandler(ChannelHandlerContext context) {
        return new ChannelInboundHandlerAdapter() {
            private boolean told;

            @Override
            public void channelRead(ChannelHandlerContext caller, Object bytes) {
                ReferenceCountUtil.release(bytes);
                if (!told) {
                    told = true;
                    caller.writeAndFlush(Unpooled.copiedBuffer(ANSWER, US_ASCII))
                            .addListener(ChannelFutureListener.CLOSE);
                }
            }
        };
    }
}
