package dev.sallyport.netlink;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Walks the messages of a datagram: {@code over(length); while (next()) …}. Whatever the bytes are, nothing but
 * {@link MalformedMessageException} comes of them.
 */
final class MessageReader {
    private static final int ERRNO_BYTES = 4;

    // enum nlmsgerr_attrs
    private static final int NLMSGERR_ATTR_MSG = 1;
    private static final int NLMSGERR_ATTR_OFFS = 2;

    private final MemorySegment memory;
    private long limit;
    private long next;
    private long start;
    private long end;

    MessageReader(MemorySegment memory) {
        this.memory = memory;
    }

    /** Begins again, at the beginning of the memory. */
    void over(long length) {
        limit = Math.min(length, memory.byteSize());
        next = 0;
    }

    boolean next() throws MalformedMessageException {
        if (next >= limit) {
            return false;
        }
        if (limit - next < MessageWriter.HEADER_BYTES) {
            throw new MalformedMessageException("A message's header is cut");
        }
        long length = Integer.toUnsignedLong(memory.get(JAVA_INT_UNALIGNED, next));
        if (length < MessageWriter.HEADER_BYTES || length > limit - next) {
            throw new MalformedMessageException("A message is said to have " + length + " bytes");
        }
        start = next;
        end = start + length;
        next = Math.min(limit, start + ((length + 3) & ~3L));
        return true;
    }

    int type() {
        return Short.toUnsignedInt(memory.get(JAVA_SHORT_UNALIGNED, start + 4));
    }

    int flags() {
        return Short.toUnsignedInt(memory.get(JAVA_SHORT_UNALIGNED, start + 6));
    }

    int sequence() {
        return memory.get(JAVA_INT_UNALIGNED, start + 8);
    }

    /** Those behind the nfgenmsg. */
    AttributeReader attributes() throws MalformedMessageException {
        return attributes(MessageWriter.HEADER_BYTES + MessageWriter.GENERIC_BYTES);
    }

    /** NFPROTO_… of the nfgenmsg. */
    int family() throws MalformedMessageException {
        attributes();
        return Byte.toUnsignedInt(memory.get(JAVA_BYTE, start + MessageWriter.HEADER_BYTES));
    }

    /** The rtm_type of a rtmsg (linux/rtnetlink.h), RTN_…. */
    int routeType() throws MalformedMessageException {
        attributes(MessageWriter.HEADER_BYTES + MessageWriter.ROUTE_BYTES);
        return Byte.toUnsignedInt(memory.get(JAVA_BYTE, start + MessageWriter.HEADER_BYTES + 7));
    }

    /** The error number of an NLMSG_ERROR or NLMSG_DONE, positive; 0 for an acknowledgement. */
    int errno() throws MalformedMessageException {
        attributes(MessageWriter.HEADER_BYTES + ERRNO_BYTES);
        return -memory.get(JAVA_INT_UNALIGNED, start + MessageWriter.HEADER_BYTES);
    }

    /** An NLMSG_ERROR with what the kernel says of it. */
    KernelError error(String operation) throws MalformedMessageException {
        int request = MessageWriter.HEADER_BYTES + ERRNO_BYTES;
        attributes(request + MessageWriter.HEADER_BYTES);
        @Nullable String message = null;
        int offset = -1;
        if ((flags() & Protocol.NLM_F_ACK_TLVS) != 0) {
            long repeated = (flags() & Protocol.NLM_F_CAPPED) != 0
                    ? MessageWriter.HEADER_BYTES
                    : Integer.toUnsignedLong(memory.get(JAVA_INT_UNALIGNED, start + request));
            var attributes = attributes(request + ((repeated + 3) & ~3L));
            while (attributes.next()) {
                switch (attributes.type()) {
                    case NLMSGERR_ATTR_MSG -> message = attributes.string();
                    case NLMSGERR_ATTR_OFFS -> offset = attributes.hostInt();
                    default -> {}
                }
            }
        }
        return new KernelError(operation, errno(), message, offset);
    }

    private AttributeReader attributes(long offset) throws MalformedMessageException {
        if (end - start < offset) {
            throw new MalformedMessageException("A message of type " + type() + " has only " + (end - start) + " bytes");
        }
        return new AttributeReader(memory, start + offset, end);
    }
}
