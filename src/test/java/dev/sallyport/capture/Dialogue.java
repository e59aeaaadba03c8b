package dev.sallyport.capture;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.capture.Packets.Stored;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A TCP connection that is written down packet by packet, between any two ends. What one end says acknowledges all that the other
 * has said.
 */
public final class Dialogue {

    private static final long STEP_NANOS = 1_000_000;

    private final byte[] initiator;
    private final int initiatorPort;
    private final byte[] responder;
    private final int responderPort;
    private final List<Stored> packets;
    private int initiatorNext;
    private int responderNext;
    private long nanos;

    /** @param packets where to write them */
    public Dialogue(String initiator, int initiatorPort, String responder, int responderPort, long nanos, List<Stored> packets) {
        this.initiator = Packets.address(initiator);
        this.initiatorPort = initiatorPort;
        this.responder = Packets.address(responder);
        this.responderPort = responderPort;
        this.nanos = nanos;
        this.packets = packets;
        this.initiatorNext = 1_000;
        this.responderNext = 5_000;
    }

    /** The numbers of the next bytes. */
    public Dialogue numbers(int ofInitiator, int ofResponder) {
        initiatorNext = ofInitiator;
        responderNext = ofResponder;
        return this;
    }

    public Dialogue at(long when) {
        nanos = when;
        return this;
    }

    public long nanos() {
        return nanos;
    }

    /** The handshake. */
    public Dialogue open() {
        write(Sender.INITIATOR, initiatorNext++, Packets.SYN, new byte[0]);
        write(Sender.RESPONDER, responderNext++, Packets.SYN | Packets.ACK, new byte[0]);
        write(Sender.INITIATOR, initiatorNext, Packets.ACK, new byte[0]);
        return this;
    }

    public Dialogue say(Sender sender, String text) {
        return say(sender, text.getBytes(ISO_8859_1));
    }

    public Dialogue say(Sender sender, byte[] bytes) {
        write(sender, next(sender), Packets.ACK, bytes);
        skip(sender, bytes.length);
        return this;
    }

    /** The same in segments of random length, with overlaps. */
    public Dialogue say(Sender sender, String text, Random random) {
        var bytes = text.getBytes(ISO_8859_1);
        var begin = next(sender);
        for (var at = 0; at < bytes.length; ) {
            var end = Math.min(bytes.length, at + 1 + random.nextInt(12));
            var from = Math.max(0, at - random.nextInt(4));
            write(sender, begin + from, Packets.ACK, Arrays.copyOfRange(bytes, from, end));
            at = end;
        }
        skip(sender, bytes.length);
        return this;
    }

    /** A segment in place of any: nothing changes by it. @param back how far before the next byte it begins */
    public Dialogue again(Sender sender, int back, String text) {
        write(sender, next(sender) - back, Packets.ACK, text.getBytes(ISO_8859_1));
        return this;
    }

    /** Bytes that no packet of the capture has. */
    public Dialogue skip(Sender sender, int bytes) {
        if (sender == Sender.INITIATOR) {
            initiatorNext += bytes;
        } else {
            responderNext += bytes;
        }
        return this;
    }

    public Dialogue close() {
        write(Sender.INITIATOR, initiatorNext++, Packets.FIN | Packets.ACK, new byte[0]);
        write(Sender.RESPONDER, responderNext++, Packets.FIN | Packets.ACK, new byte[0]);
        write(Sender.INITIATOR, initiatorNext, Packets.ACK, new byte[0]);
        return this;
    }

    public Dialogue reset(Sender sender) {
        write(sender, next(sender), Packets.RST | Packets.ACK, new byte[0]);
        return this;
    }

    /** A packet with any flags. */
    public Dialogue write(Sender sender, int sequence, int flags, byte[] payload) {
        var began = sender == Sender.INITIATOR;
        var acknowledged = (flags & Packets.ACK) == 0 ? 0 : began ? responderNext : initiatorNext;
        var segment = began
                ? Packets.tcp(initiator, initiatorPort, responder, responderPort, sequence, acknowledged, flags, payload)
                : Packets.tcp(responder, responderPort, initiator, initiatorPort, sequence, acknowledged, flags, payload);
        var source = began ? initiator : responder;
        var destination = began ? responder : initiator;
        var ip = source.length == 4
                ? Packets.ipv4(source, destination, 6, segment)
                : Packets.ipv6(source, destination, 6, segment);
        packets.add(new Stored(Packets.ethernet(source.length == 4 ? 0x0800 : 0x86dd, ip), nanos));
        nanos += STEP_NANOS;
        return this;
    }

    public int next(Sender sender) {
        return sender == Sender.INITIATOR ? initiatorNext : responderNext;
    }
}
