package dev.sallyport.lab.bench.traffic;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes packets to a pcap file (pcap-savefile(5)), Ethernet frames with right checksums, each some time after the one before. */
final class CaptureWriter implements Closeable {

    static final int TCP = 6;
    static final int UDP = 17;

    private static final int MAGIC = 0xa1b2c3d4;
    private static final int ETHERNET = 1;
    private static final int RECORD_HEADER = 16;
    private static final int MOST_FRAME = 1_514;
    private static final long MICROS_BETWEEN = 97;
    /** 1 March 2026. */
    private static final long START_SECONDS = 1_772_323_200;

    private final FileChannel file;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
    private long micros;
    private long packets;
    private long written;

    CaptureWriter(Path path) throws IOException {
        file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        buffer.order(ByteOrder.LITTLE_ENDIAN).putInt(MAGIC).putShort((short) 2).putShort((short) 4).putLong(0).putInt(262_144)
                .putInt(ETHERNET);
        buffer.order(ByteOrder.BIG_ENDIAN);
    }

    long packets() {
        return packets;
    }

    /** How long the file is by now. */
    long bytes() {
        return written + buffer.position();
    }

    /** @param header that of TCP or UDP, its checksum zero @param checksumAt where that stands in it */
    void packet(Host from, Host to, int protocol, byte[] header, int headerLength, int checksumAt, byte[] payload, int at, int length)
            throws IOException {
        if (buffer.remaining() < RECORD_HEADER + MOST_FRAME) {
            drain();
        }
        var four = from.address().length == 4;
        var datagram = headerLength + length;
        var frame = 14 + (four ? 20 : 40) + datagram;
        micros += MICROS_BETWEEN;
        packets++;
        buffer.order(ByteOrder.LITTLE_ENDIAN).putInt((int) (START_SECONDS + micros / 1_000_000)).putInt((int) (micros % 1_000_000))
                .putInt(frame).putInt(frame).order(ByteOrder.BIG_ENDIAN);
        ethernet(from, to, four);
        if (four) {
            ipv4(from, to, protocol, datagram);
        } else {
            buffer.putInt(6 << 28).putShort((short) datagram).put((byte) protocol).put((byte) 62).put(from.address()).put(to.address());
        }
        var begin = buffer.position();
        buffer.put(header, 0, headerLength).put(payload, at, length);
        var pseudo = sum(buffer, begin - 2 * from.address().length, begin) + protocol + datagram;
        buffer.putShort(begin + checksumAt, checksum(pseudo + sum(buffer, begin, begin + datagram)));
    }

    /** Hosts have hardware addresses after their own, locally administered. */
    private void ethernet(Host from, Host to, boolean four) {
        for (var host : new Host[] {to, from}) {
            var address = host.address();
            buffer.putShort((short) 0x0200).put(address, address.length - 4, 4);
        }
        buffer.putShort((short) (four ? 0x0800 : 0x86dd));
    }

    /** RFC 791 §3.1. */
    private void ipv4(Host from, Host to, int protocol, int datagram) {
        var begin = buffer.position();
        buffer.putShort((short) 0x4500).putShort((short) (20 + datagram)).putShort((short) packets).putShort((short) 0x4000)
                .put((byte) 62).put((byte) protocol).putShort((short) 0).put(from.address()).put(to.address());
        buffer.putShort(begin + 10, checksum(sum(buffer, begin, begin + 20)));
    }

    private static long sum(ByteBuffer bytes, int from, int to) {
        var sum = 0L;
        var at = from;
        // The sum of larger words folds to that of smaller ones (RFC 1071 §2).
        for (; at + 4 <= to; at += 4) {
            sum += Integer.toUnsignedLong(bytes.getInt(at));
        }
        for (; at + 2 <= to; at += 2) {
            sum += Short.toUnsignedInt(bytes.getShort(at));
        }
        return at < to ? sum + ((bytes.get(at) & 0xff) << 8) : sum;
    }

    private static short checksum(long sum) {
        var folded = sum;
        while (folded > 0xffff) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (short) ~folded;
    }

    private void drain() throws IOException {
        buffer.flip();
        written += buffer.remaining();
        while (buffer.hasRemaining()) {
            file.write(buffer);
        }
        buffer.clear();
    }

    @Override
    public void close() throws IOException {
        try (file) {
            drain();
        }
    }
}
