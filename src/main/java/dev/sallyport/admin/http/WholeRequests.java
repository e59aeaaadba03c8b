package dev.sallyport.admin.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.TooLongHttpContentException;
import org.jspecify.annotations.Nullable;

/**
 * Requests with their bodies. One whose body is too long is passed on without it, as failed: it is answered in its turn and as
 * everything else is, and not by Netty at once.
 */
final class WholeRequests extends HttpObjectAggregator {

    WholeRequests(int mostBytes) {
        super(mostBytes);
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
        var request = (HttpRequest) oversized;
        var failed = new DefaultFullHttpRequest(
                request.protocolVersion(), request.method(), request.uri(), Unpooled.EMPTY_BUFFER, request.headers(),
                EmptyHttpHeaders.INSTANCE);
        failed.setDecoderResult(DecoderResult.failure(new TooLongHttpContentException("more than " + maxContentLength() + " bytes")));
        context.fireChannelRead(failed);
    }

    /** Whoever asks beforehand is told to go on, or answered as above; other expectations are let be (RFC 9110 §10.1.1). */
    @Override
    protected @Nullable Object newContinueResponse(HttpMessage start, int mostBytes, ChannelPipeline pipeline) {
        return HttpUtil.is100ContinueExpected(start) && !isContentLengthInvalid(start, mostBytes)
                ? super.newContinueResponse(start, mostBytes, pipeline)
                : null;
    }
}
