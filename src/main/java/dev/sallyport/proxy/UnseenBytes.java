package dev.sallyport.proxy;

import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.TlsTunnel;
import dev.sallyport.session.Input;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Carries what is not read: another protocol to its end, TLS until both sides have left it. */
final class UnseenBytes {

    private static final Input MOVED = new Input.OpaqueMoved();

    private final @Nullable TlsTunnel tls;

    private UnseenBytes(@Nullable TlsTunnel tls) {
        this.tls = tls;
    }

    static UnseenBytes ofAnotherProtocol() {
        return new UnseenBytes(null);
    }

    static UnseenBytes ofTls() {
        return new UnseenBytes(new TlsTunnel());
    }

    /**
     * Passes what one side sent on, as far as it is not to be read.
     *
     * @param behind takes the clear text behind TLS
     * @return what has happened; {@code Cleared} when what follows is to be read
     */
    Input pass(Side from, ByteBuf bytes, ControlChannel to, Inbound behind) {
        if (tls == null) {
            to.write(bytes);
            return MOVED;
        }
        var segment = new byte[bytes.readableBytes()];
        bytes.readBytes(segment);
        var taken = tls.take(from, segment, segment.length);
        to.append(segment, 0, taken);
        if (tls.broken(from)) {
            return new Input.LineFault(from, Fault.CLEAR_TEXT_IN_TLS);
        }
        behind.add(segment, taken);
        return tls.over() ? new Input.Cleared() : MOVED;
    }
}
