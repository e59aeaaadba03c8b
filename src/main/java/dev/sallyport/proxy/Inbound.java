package dev.sallyport.proxy;

import dev.sallyport.ftp.LineLimits;
import dev.sallyport.ftp.LineSplitter;
import dev.sallyport.ftp.Received;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What has arrived from one side and has not been handled yet. Bounded by the one or two segments that Netty may still
 * deliver after reading was turned off.
 */
final class Inbound {

    private final LineSplitter lines;
    private final ArrayDeque<byte[]> segments = new ArrayDeque<>(0);

    /** Whether the peer will send no more; true once its last bytes are here. */
    boolean ended;
    /** Whether it ended with a reset. */
    boolean reset;
    /** Whether the engine has been told. */
    boolean told;

    Inbound(LineLimits limits) {
        lines = new LineSplitter(limits);
    }

    void add(ByteBuf bytes) {
        var segment = new byte[bytes.readableBytes()];
        bytes.readBytes(segment);
        add(segment);
    }

    /** Takes what stands behind an offset. */
    void add(byte[] segment, int from) {
        if (from < segment.length) {
            add(Arrays.copyOfRange(segment, from, segment.length));
        }
    }

    private void add(byte[] segment) {
        if (lines.pending()) {
            segments.add(segment);
        } else {
            lines.feed(segment, 0, segment.length);
        }
    }

    @Nullable Received next() {
        var received = lines.poll();
        while (received == null && !segments.isEmpty()) {
            var segment = segments.poll();
            lines.feed(segment, 0, segment.length);
            received = lines.poll();
        }
        return received;
    }

    /** Whether there is anything to handle before an end of input. */
    boolean pending() {
        return lines.pending() || !segments.isEmpty();
    }

    boolean unfinished() {
        return lines.unfinished();
    }

    /** Drops all that is here. @return how many bytes that was */
    int discard() {
        var discarded = lines.discard();
        for (var segment : segments) {
            discarded += segment.length;
        }
        segments.clear();
        return discarded;
    }
}
