package dev.sallyport.capture;

import dev.sallyport.capture.Records.Damage;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A capture file, read from its first packet to its last: pcap and pcapng, each also compressed by gzip. Reads on its own,
 * not through libpcap: that costs a call into native code for each packet.
 */
public final class CaptureFile implements Closeable {

    private static final int GZIP = 0x1f8b;
    /** A pcap file with more before each packet, as some patched libpcap wrote it in the nineties. */
    private static final int PATCHED = 0xa1b2cd34;

    private static final String MEND = "What stands before it was read; capture anew, or save what can be saved with pcapfix.";

    private final Path path;
    private final Counted raw;
    private final ByteInput input;
    private final Records records;
    private final long size;
    private long packets;

    private CaptureFile(Path path, Counted raw, ByteInput input, Records records, long size) {
        this.path = path;
        this.raw = raw;
        this.input = input;
        this.records = records;
        this.size = size;
    }

    /** @throws CaptureException when there is no such file, it cannot be read, or it is no capture */
    public static CaptureFile open(Path path) throws CaptureException {
        try {
            if (Files.isDirectory(path)) {
                throw new CaptureException(path + " is a folder: name the captures in it.");
            }
            var raw = new Counted(Files.newInputStream(path));
            try {
                return open(path, raw);
            } catch (IOException failed) {
                raw.close();
                throw failed;
            }
        } catch (CaptureException told) {
            throw told;
        } catch (NoSuchFileException absent) {
            throw new CaptureException("there is no file " + path + ".", absent);
        } catch (EOFException | ZipException damaged) {
            throw new CaptureException(path + " is no capture: what gzip compressed is damaged from the beginning.", damaged);
        } catch (IOException failed) {
            throw new CaptureException("cannot read " + path + ": " + failed.getMessage() + ".", failed);
        }
    }

    private static CaptureFile open(Path path, Counted raw) throws IOException {
        var buffered = new BufferedInputStream(raw, 64 << 10);
        buffered.mark(2);
        var compressed = (buffered.read() << 8 | buffered.read()) == GZIP;
        buffered.reset();
        var input = new ByteInput(compressed ? new GZIPInputStream(buffered, 64 << 10) : buffered);
        if (input.have(4) < 4) {
            throw new CaptureException(path + " is no capture: it " + (input.have(1) == 0 ? "is empty." : "has fewer than four bytes."));
        }
        var magic = input.intAt(0);
        try {
            return new CaptureFile(path, raw, input, records(input, magic, path), Files.isRegularFile(path) ? Files.size(path) : 0);
        } catch (Damage _) {
            throw new CaptureException(path + " ends within its header: no packet was written to it.");
        }
    }

    private static Records records(ByteInput input, int magic, Path path) throws IOException, Damage {
        if (magic == PcapngRecords.SECTION) {
            return new PcapngRecords(input);
        }
        if (magic == PATCHED || Integer.reverseBytes(magic) == PATCHED) {
            throw new CaptureException(path + " has the packets of a patched libpcap: make a usual one of it with 'editcap "
                    + path + " usual.pcapng'.");
        }
        var little = Integer.reverseBytes(magic);
        if (little == PcapRecords.MICROSECONDS || little == PcapRecords.NANOSECONDS) {
            input.littleEndian(true);
        } else if (magic != PcapRecords.MICROSECONDS && magic != PcapRecords.NANOSECONDS) {
            throw new CaptureException(path + " is no capture: it begins with "
                    + HexFormat.ofDelimiter(" ").formatHex(ByteBuffer.allocate(4).putInt(magic).array())
                    + ". pcap, pcapng and either compressed by gzip are read; 'editcap' makes one of many other formats.");
        }
        return new PcapRecords(input);
    }

    /**
     * Reads the next packet.
     *
     * @return false behind the last
     * @throws CaptureException when the file cannot be read further: the packets before this are good
     */
    public boolean next(Packet packet) throws CaptureException {
        try {
            if (!records.next(packet)) {
                return false;
            }
            packets++;
            return true;
        } catch (Damage damage) {
            throw new CaptureException(damage.cutOff ? cutOff() : path + " is damaged at " + place() + ": " + damage.getMessage()
                    + ". " + MEND, damage);
        } catch (EOFException early) {
            throw new CaptureException(cutOff(), early);
        } catch (ZipException damaged) {
            throw new CaptureException(path + " is damaged at " + place() + ": " + damaged.getMessage() + ". " + MEND, damaged);
        } catch (IOException failed) {
            throw new CaptureException(
                    "cannot read " + path + " further than " + place() + ": " + failed.getMessage() + ".", failed);
        }
    }

    private String cutOff() {
        return path + " is cut off at " + place() + ": the disk was full, the file is still being written, or it was copied in part."
                + " What stands before it was read.";
    }

    /** {@code packet 17, byte 4,096}; of what is compressed, the byte of what comes out. */
    private String place() {
        return String.format(Locale.ROOT, "packet %,d, byte %,d", packets + 1, input.offset());
    }

    /** How many bytes of the file were read. */
    public long position() {
        return raw.count;
    }

    /** How many bytes the file has; 0 where that is not known. */
    public long size() {
        return size;
    }

    @Override
    public void close() throws IOException {
        input.close();
    }

    /** Counts what is read. */
    private static final class Counted extends FilterInputStream {

        private long count;

        Counted(InputStream from) {
            super(from);
        }

        @Override
        public int read() throws IOException {
            var read = super.read();
            count += read < 0 ? 0 : 1;
            return read;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            var read = super.read(bytes, offset, length);
            count += Math.max(0, read);
            return read;
        }
    }
}
