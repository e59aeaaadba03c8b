package dev.sallyport.capture;

/**
 * One packet as the capture has it. There is one object for all packets: its bytes are those of the reader, and valid until the
 * next packet is read.
 */
public final class Packet {

    byte[] bytes = new byte[0];
    int offset;
    int length;
    int originalLength;
    long timeNanos;
    int linkType;
    long number;

    /** A packet that is in no file. @param bytes not to be changed as long as the packet is looked at */
    public Packet set(byte[] bytes, int originalLength, long timeNanos, int linkType) {
        this.bytes = bytes;
        this.offset = 0;
        this.length = bytes.length;
        this.originalLength = originalLength;
        this.timeNanos = timeNanos;
        this.linkType = linkType;
        return this;
    }

    /** Where its bytes are, {@link #length} of them from {@link #offset} on. */
    public byte[] bytes() {
        return bytes;
    }

    public int offset() {
        return offset;
    }

    /** How many bytes were captured. */
    public int length() {
        return length;
    }

    /** How many bytes it had: more than {@link #length} where the capture cut it off. */
    public int originalLength() {
        return originalLength;
    }

    /** When it was captured, in nanoseconds since 1970. */
    public long timeNanos() {
        return timeNanos;
    }

    /** How its first bytes are to be read: a LINKTYPE_ value of tcpdump.org. */
    public int linkType() {
        return linkType;
    }

    /** Its number in the file, from 1. */
    public long number() {
        return number;
    }
}
