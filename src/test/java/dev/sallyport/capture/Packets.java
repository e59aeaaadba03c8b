package dev.sallyport.capture;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** Packets and capture files, byte by byte. */
public final class Packets {

    public static final int FIN = 1;
    public static final int SYN = 2;
    public static final int RST = 4;
    public static final int ACK = 16;

    public static final int ETHERNET = 1;
    public static final int RAW = 101;

    /** A packet of a file. @param original how long it was; its length where nothing is cut off */
    public record Stored(byte[] bytes, int original, long nanos) {
        public Stored(byte[] bytes, long nanos) {
            this(bytes, bytes.length, nanos);
        }
    }

    private Packets() {}

    public static byte[] address(String literal) {
        try {
            return InetAddress.getByName(literal).getAddress();
        } catch (UnknownHostException notOne) {
            throw new AssertionError(notOne);
        }
    }

    /** A TCP segment with a right checksum. */
    public static byte[] tcp(
            byte[] source, int sourcePort, byte[] destination, int destinationPort, int sequence, int acknowledged, int flags,
            byte[] payload) {
        var segment = ByteBuffer.allocate(20 + payload.length)
                .putShort((short) sourcePort).putShort((short) destinationPort).putInt(sequence).putInt(acknowledged)
                .put((byte) 0x50).put((byte) flags).putShort((short) 8_192).putInt(0).put(payload).array();
        var whole = concat(source, destination, new byte[] {0, 6, (byte) (segment.length >> 8), (byte) segment.length}, segment);
        var sum = 0L;
        for (var i = 0; i < whole.length; i += 2) {
            sum += (whole[i] & 0xff) << 8 | (i + 1 < whole.length ? whole[i + 1] & 0xff : 0);
        }
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        segment[16] = (byte) (~sum >> 8);
        segment[17] = (byte) ~sum;
        return segment;
    }

    public static byte[] ipv4(byte[] source, byte[] destination, int protocol, byte[] payload) {
        return ipv4(source, destination, protocol, 0, 0, payload);
    }

    /** @param fragment the flags and the offset in units of eight bytes */
    public static byte[] ipv4(byte[] source, byte[] destination, int protocol, int identification, int fragment, byte[] payload) {
        return ByteBuffer.allocate(20 + payload.length)
                .put((byte) 0x45).put((byte) 0).putShort((short) (20 + payload.length)).putShort((short) identification)
                .putShort((short) fragment).put((byte) 64).put((byte) protocol).putShort((short) 0).put(source).put(destination)
                .put(payload).array();
    }

    public static byte[] ipv6(byte[] source, byte[] destination, int next, byte[] payload) {
        return ByteBuffer.allocate(40 + payload.length)
                .putInt(0x6000_0000).putShort((short) payload.length).put((byte) next).put((byte) 64).put(source).put(destination)
                .put(payload).array();
    }

    public static byte[] ethernet(int type, byte[] payload) {
        return concat(new byte[12], number(type), payload);
    }

    public static byte[] number(int value) {
        return new byte[] {(byte) (value >> 8), (byte) value};
    }

    public static byte[] concat(byte[]... parts) {
        var whole = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(whole::writeBytes);
        return whole.toByteArray();
    }

    // ---- Files ----

    public static byte[] pcap(ByteOrder order, boolean nanoseconds, int linkType, List<Stored> packets) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(24).order(order)
                .putInt(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0)
                .putInt(262_144).putInt(linkType).array());
        for (var packet : packets) {
            out.writeBytes(ByteBuffer.allocate(16).order(order)
                    .putInt((int) (packet.nanos / 1_000_000_000)).putInt((int) (packet.nanos % 1_000_000_000 / (nanoseconds ? 1 : 1_000)))
                    .putInt(packet.bytes.length).putInt(packet.original).array());
            out.writeBytes(packet.bytes);
        }
        return out.toByteArray();
    }

    /** A block of a pcapng file. */
    public static byte[] block(ByteOrder order, int type, byte[] body) {
        var padded = body.length + 3 & ~3;
        return ByteBuffer.allocate(12 + padded).order(order).putInt(type).putInt(12 + padded).put(body)
                .position(8 + padded).putInt(12 + padded).array();
    }

    public static byte[] section(ByteOrder order) {
        return block(order, 0x0a0d0d0a, ByteBuffer.allocate(16).order(order)
                .putInt(0x1a2b3c4d).putShort((short) 1).putShort((short) 0).putLong(-1).array());
    }

    /** @param options whole, with their padding and end */
    public static byte[] describedInterface(ByteOrder order, int linkType, byte... options) {
        return block(order, 1, ByteBuffer.allocate(8 + options.length).order(order)
                .putShort((short) linkType).putShort((short) 0).putInt(0).put(options).array());
    }

    public static byte[] enhanced(ByteOrder order, int of, long ticks, byte[] packet) {
        return block(order, 6, ByteBuffer.allocate(20 + packet.length).order(order)
                .putInt(of).putInt((int) (ticks >>> 32)).putInt((int) ticks).putInt(packet.length).putInt(packet.length).put(packet)
                .array());
    }
}
