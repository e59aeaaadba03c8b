package dev.sallyport.capture;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes packets to a file in the classic format of libpcap, with nanoseconds: see {@link PcapRecords}. */
public final class CaptureWriter implements Closeable {

    private static final int HEADER = 24;
    private static final int PACKET_HEADER = 16;
    private static final int UNKNOWN_LINK = -1;
    private static final int ETHERNET = 1;
    private static final long SECOND = 1_000_000_000;

    private final OutputStream to;
    private int linkType = UNKNOWN_LINK;
    private long bytes;

    private CaptureWriter(OutputStream to) {
        this.to = to;
    }

    /** Begins a file; one that is there is replaced. */
    public static CaptureWriter create(Path path) throws IOException {
        return new CaptureWriter(new BufferedOutputStream(Files.newOutputStream(path), 64 << 10));
    }

    /** How large the file has become, with what is not flushed yet. */
    public long bytes() {
        return bytes;
    }

    /** @return false when it does not fit in, since its frames begin in another way than those before it: a file has one kind */
    public boolean write(Packet packet) throws IOException {
        if (linkType == UNKNOWN_LINK) {
            begin(packet.linkType);
        }
        if (packet.linkType != linkType) {
            return false;
        }
        write(ByteBuffer.allocate(PACKET_HEADER).order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) (packet.timeNanos / SECOND)).putInt((int) (packet.timeNanos % SECOND)).putInt(packet.length)
                .putInt(packet.originalLength).array(), 0, PACKET_HEADER);
        write(packet.bytes, packet.offset, packet.length);
        return true;
    }

    private void begin(int link) throws IOException {
        linkType = link;
        write(ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN)
                .putInt(PcapRecords.NANOSECONDS).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0)
                .putInt(Records.MOST_PACKET_BYTES).putInt(link).array(), 0, HEADER);
    }

    private void write(byte[] from, int at, int length) throws IOException {
        to.write(from, at, length);
        bytes += length;
    }

    /** What was written can be read from the file. */
    public void flush() throws IOException {
        to.flush();
    }

    /** A file without packets is one too. */
    @Override
    public void close() throws IOException {
        if (linkType == UNKNOWN_LINK) {
            begin(ETHERNET);
        }
        to.close();
    }
}
