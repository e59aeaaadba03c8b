package dev.sallyport.capture;

import java.util.Arrays;

/**
 * One packet as the capture has it. There is one object for all packets: its bytes are those of the reader, and valid until the
 * next packet is read.
 */
public final class Packet {

    /** Where its bytes are: {@link #length} of them, from {@link #offset} on. */
    byte[] bytes = new byte[0];
    int offset;
    /** How many bytes were captured. */
    int length;
    int originalLength;
    /** When it was captured, in nanoseconds since 1970. */
    long timeNanos;
    /** How its first bytes are to be read: a LINKTYPE_ value of tcpdump.org. */
    int linkType;

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

    /** What is in it now, to be kept. */
    public Packet copy() {
        return new Packet().set(Arrays.copyOfRange(bytes, offset, offset + length), originalLength, timeNanos, linkType);
    }

    /** How many bytes were captured. */
    public int length() {
        return length;
    }

    /** When it was captured, in nanoseconds since 1970. */
    public long timeNanos() {
        return timeNanos;
    }

    /** How many bytes it had: more than were captured where the capture cut it off. */
    public int originalLength() {
        return originalLength;
    }
}
