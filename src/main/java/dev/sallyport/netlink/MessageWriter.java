package dev.sallyport.netlink;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Writes nfnetlink messages one after the other into memory that is used again and again.
 *
 * <pre>
 * nlmsghdr   u32 length | u16 type | u16 flags | u32 sequence | u32 port        host order  (linux/netlink.h)
 * nfgenmsg   u8 family | u8 version 0 | be16 resource                           network order (linux/netfilter/nfnetlink.h)
 * nlattr     u16 length | u16 type | payload | padding to 4                     host order, the payload as its kind says
 * </pre>
 *
 * What does not fit throws IndexOutOfBoundsException: ask {@link #room} before.
 */
final class MessageWriter {
    static final int HEADER_BYTES = 16;
    static final int GENERIC_BYTES = 4;
    static final int ROUTE_BYTES = 12;
    static final int ATTRIBUTE_BYTES = 4;

    static final ValueLayout.OfShort NETWORK_SHORT = JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfInt NETWORK_INT = JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfLong NETWORK_LONG = JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** NLA_F_NESTED. */
    private static final int NESTED = 0x8000;

    private final MemorySegment memory;
    private long end;
    private long message;

    MessageWriter(MemorySegment memory) {
        this.memory = memory;
    }

    MemorySegment memory() {
        return memory;
    }

    long length() {
        return end;
    }

    long room() {
        return memory.byteSize() - end;
    }

    void clear() {
        end = 0;
    }

    /** Forgets what was written behind {@code length}, where {@code last} was the last message begun. */
    void cut(long length, long last) {
        end = length;
        message = last;
    }

    /** Where the message begun last begins. */
    long last() {
        return message;
    }

    /** @param flags NLM_F_…; NLM_F_REQUEST is added */
    MessageWriter begin(int type, int flags, int sequence, int family, int resource) {
        message = end;
        memory.set(JAVA_SHORT_UNALIGNED, end + 4, (short) type);
        memory.set(JAVA_SHORT_UNALIGNED, end + 6, (short) (flags | Protocol.NLM_F_REQUEST));
        memory.set(JAVA_INT_UNALIGNED, end + 8, sequence);
        memory.set(JAVA_INT_UNALIGNED, end + 12, 0);
        memory.set(JAVA_BYTE, end + 16, (byte) family);
        memory.set(JAVA_BYTE, end + 17, (byte) 0);
        memory.set(NETWORK_SHORT, end + 18, (short) resource);
        end += HEADER_BYTES + GENERIC_BYTES;
        return this;
    }

    /** Makes the family's header as long as a rtmsg (linux/rtnetlink.h), where nothing but the family is set. */
    MessageWriter routeHeader() {
        memory.asSlice(end, ROUTE_BYTES - GENERIC_BYTES).fill((byte) 0);
        end += ROUTE_BYTES - GENERIC_BYTES;
        return this;
    }

    /** Adds flags to the message begun last. */
    void flag(int flags) {
        memory.set(JAVA_SHORT_UNALIGNED, message + 6, (short) (memory.get(JAVA_SHORT_UNALIGNED, message + 6) | flags));
    }

    void end() {
        memory.set(JAVA_INT_UNALIGNED, message, (int) (end - message));
    }

    /** Opens a nested attribute. @return what {@link #endNest} wants */
    long nest(int type) {
        long start = end;
        header(0, type | NESTED);
        return start;
    }

    void endNest(long start) {
        memory.set(JAVA_SHORT_UNALIGNED, start, (short) (end - start));
    }

    MessageWriter bytes(int type, byte[] payload) {
        header(payload.length, type);
        MemorySegment.copy(payload, 0, memory, JAVA_BYTE, end, payload.length);
        return pad(payload.length);
    }

    MessageWriter oneByte(int type, int value) {
        header(1, type);
        memory.set(JAVA_BYTE, end, (byte) value);
        return pad(1);
    }

    MessageWriter networkShort(int type, int value) {
        header(2, type);
        memory.set(NETWORK_SHORT, end, (short) value);
        return pad(2);
    }

    MessageWriter networkInt(int type, int value) {
        header(4, type);
        memory.set(NETWORK_INT, end, value);
        return pad(4);
    }

    MessageWriter networkLong(int type, long value) {
        header(8, type);
        memory.set(NETWORK_LONG, end, value);
        return pad(8);
    }

    MessageWriter hostInt(int type, int value) {
        header(4, type);
        memory.set(JAVA_INT_UNALIGNED, end, value);
        return pad(4);
    }

    private void header(int payload, int type) {
        memory.set(JAVA_SHORT_UNALIGNED, end, (short) (ATTRIBUTE_BYTES + payload));
        memory.set(JAVA_SHORT_UNALIGNED, end + 2, (short) type);
        end += ATTRIBUTE_BYTES;
    }

    /** The memory held something else before: padding is written, not skipped. */
    private MessageWriter pad(int payload) {
        end += payload;
        while ((end & 3) != 0) {
            memory.set(JAVA_BYTE, end++, (byte) 0);
        }
        return this;
    }
}
