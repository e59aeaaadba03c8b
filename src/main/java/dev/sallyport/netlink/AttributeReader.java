package dev.sallyport.netlink;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * Walks the attributes between two offsets: {@code while (next()) switch (type())}. Whatever the bytes are, nothing but
 * {@link MalformedMessageException} comes of them.
 */
final class AttributeReader {

    /** Without NLA_F_NESTED and NLA_F_NET_BYTEORDER. */
    private static final int TYPE_MASK = 0x3fff;

    private final MemorySegment memory;
    private final long limit;
    private long next;
    private long payload;
    private int length;
    private int type;

    /** @param limit at most the memory's size */
    AttributeReader(MemorySegment memory, long from, long limit) {
        this.memory = memory;
        this.next = from;
        this.limit = limit;
    }

    boolean next() throws MalformedMessageException {
        if (next >= limit) {
            return false;
        }
        if (limit - next < MessageWriter.ATTRIBUTE_BYTES) {
            throw new MalformedMessageException("An attribute's header is cut");
        }
        int whole = Short.toUnsignedInt(memory.get(JAVA_SHORT_UNALIGNED, next));
        type = memory.get(JAVA_SHORT_UNALIGNED, next + 2) & TYPE_MASK;
        if (whole < MessageWriter.ATTRIBUTE_BYTES || whole > limit - next) {
            throw new MalformedMessageException("Attribute " + type + " is said to have " + whole + " bytes");
        }
        payload = next + MessageWriter.ATTRIBUTE_BYTES;
        length = whole - MessageWriter.ATTRIBUTE_BYTES;
        // The last one's padding may be missing.
        next = Math.min(limit, next + ((whole + 3) & ~3));
        return true;
    }

    int type() {
        return type;
    }

    AttributeReader nested() {
        return new AttributeReader(memory, payload, payload + length);
    }

    byte[] bytes() {
        return memory.asSlice(payload, length).toArray(JAVA_BYTE);
    }

    /** Up to the first NUL. */
    String string() {
        int end = 0;
        while (end < length && memory.get(JAVA_BYTE, payload + end) != 0) {
            end++;
        }
        return new String(memory.asSlice(payload, end).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
    }

    /** 0 to 255. */
    int oneByte() throws MalformedMessageException {
        return Byte.toUnsignedInt(memory.get(JAVA_BYTE, atLeast(1)));
    }

    /** 0 to 65535. */
    int networkShort() throws MalformedMessageException {
        return Short.toUnsignedInt(memory.get(MessageWriter.NETWORK_SHORT, atLeast(2)));
    }

    int networkInt() throws MalformedMessageException {
        return memory.get(MessageWriter.NETWORK_INT, atLeast(4));
    }

    long networkLong() throws MalformedMessageException {
        return memory.get(MessageWriter.NETWORK_LONG, atLeast(8));
    }

    int hostInt() throws MalformedMessageException {
        return memory.get(JAVA_INT_UNALIGNED, atLeast(4));
    }

    private long atLeast(int bytes) throws MalformedMessageException {
        if (length < bytes) {
            throw new MalformedMessageException("Attribute " + type + " has " + length + " bytes, not " + bytes);
        }
        return payload;
    }
}
