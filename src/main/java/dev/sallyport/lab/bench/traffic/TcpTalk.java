package dev.sallyport.lab.bench.traffic;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A TCP connection between two hosts: every second full segment is acknowledged, as real ones do. */
final class TcpTalk {

    static final int MOST_SEGMENT = 1_428;

    private static final int FIN = 1;
    private static final int SYN = 2;
    private static final int PUSH = 8;
    private static final int ACK = 16;
    private static final byte[] NOTHING = new byte[0];

    private final CaptureWriter to;
    private final Host[] hosts;
    private final int[] next;
    /** Twenty bytes and a timestamp (RFC 7323 §3.2). */
    private final ByteBuffer header = ByteBuffer.allocate(32);
    private int unacknowledged;
    private int ticks;

    /** @param first what their sequence numbers begin with, from which the other's follow */
    TcpTalk(CaptureWriter to, Host initiator, Host responder, int first) {
        this.to = to;
        this.hosts = new Host[] {initiator, responder};
        this.next = new int[] {first, first * 31};
    }

    void open() throws IOException {
        segment(0, SYN, NOTHING, 0, 0);
        segment(1, SYN | ACK, NOTHING, 0, 0);
        segment(0, ACK, NOTHING, 0, 0);
    }

    /** A line and its acknowledgement by the other end's next word. */
    void say(int who, byte[] bytes) throws IOException {
        segment(who, PUSH | ACK, bytes, 0, bytes.length);
    }

    /** One full segment, or what is left. @return how many bytes */
    int send(int who, byte[] bytes, int at, int length) throws IOException {
        var count = Math.min(length, MOST_SEGMENT);
        segment(who, ACK, bytes, at, count);
        if (++unacknowledged == 2) {
            unacknowledged = 0;
            segment(1 - who, ACK, NOTHING, 0, 0);
        }
        return count;
    }

    void close(int who) throws IOException {
        segment(who, FIN | ACK, NOTHING, 0, 0);
        segment(1 - who, FIN | ACK, NOTHING, 0, 0);
        segment(who, ACK, NOTHING, 0, 0);
    }

    /** RFC 9293 §3.1. */
    private void segment(int who, int flags, byte[] payload, int at, int length) throws IOException {
        header.clear().putShort((short) hosts[who].port()).putShort((short) hosts[1 - who].port()).putInt(next[who])
                .putInt((flags & ACK) == 0 ? 0 : next[1 - who]).put((byte) 0x80).put((byte) flags).putShort((short) 502).putInt(0)
                .putInt(0x0101_080a).putInt(++ticks).putInt(ticks);
        to.packet(hosts[who], hosts[1 - who], CaptureWriter.TCP, header.array(), 32, 16, payload, at, length);
        next[who] += length + ((flags & (SYN | FIN)) == 0 ? 0 : 1);
    }
}
