package dev.sallyport.capture;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The format of Wireshark (draft-ietf-opsawg-pcapng): blocks, each with its type before it and its length before and behind it.
 *
 * <pre>
 * section   = 0x0a0d0d0a length magic major minor size *option length      ; the order of bytes, and new interfaces
 * interface = 1 length linktype(2) reserved(2) snaplen *option length      ; numbered from 0
 * packet    = 6 length interface high low captured original *byte *option length
 *           / 2 length interface(2) drops(2) high low captured original *byte *option length    ; obsolete
 *           / 3 length original *byte length                               ; of interface 0, without a time
 * option    = code(2) length(2) *byte                                      ; all padded to four bytes
 * </pre>
 *
 * Everything else is passed over.
 */
final class PcapngRecords implements Records {

    static final int SECTION = 0x0a0d0d0a;

    private static final int INTERFACE = 1;
    private static final int OLD_PACKET = 2;
    private static final int SIMPLE_PACKET = 3;
    private static final int PACKET = 6;

    private static final int MAGIC = 0x1a2b3c4d;
    /** Type and length before a block's body. */
    private static final int BLOCK_HEADER = 8;
    /** The length behind it. */
    private static final int BLOCK_TRAILER = 4;

    private static final int OPTION_RESOLUTION = 9;
    private static final int OPTION_OFFSET = 14;

    /** A block that holds a packet, or describes an interface, is no larger: there may be comments in it. */
    private static final int MOST_BLOCK_BYTES = 16 << 20;
    /** Nobody has more, and each takes memory. */
    private static final int MOST_INTERFACES = 65_536;

    private record Interface(int linkType, int snapLength, Ticks ticks) {}

    private final ByteInput input;
    private final List<Interface> interfaces = new ArrayList<>();
    /** Of the packet before: a simple packet has none of its own. */
    private long lastNanos;

    /** @param input at the first section */
    PcapngRecords(ByteInput input) {
        this.input = input;
    }

    @Override
    public boolean next(Packet packet) throws IOException, Damage {
        for (var there = input.have(BLOCK_HEADER); there > 0; there = input.have(BLOCK_HEADER)) {
            if (there < BLOCK_HEADER) {
                throw Damage.cutOff();
            }
            if (input.intAt(0) == SECTION) {
                begin();
            }
            var type = input.intAt(0);
            var length = Integer.toUnsignedLong(input.intAt(4));
            if (length < BLOCK_HEADER + BLOCK_TRAILER || length % 4 != 0) {
                throw Damage.of("a block of " + length + " bytes is none");
            }
            var found = switch (type) {
                case INTERFACE, OLD_PACKET, SIMPLE_PACKET, PACKET -> block(type, whole(length), packet);
                default -> {
                    if (!input.skip(length)) {
                        throw Damage.cutOff();
                    }
                    yield false;
                }
            };
            if (found) {
                return true;
            }
        }
        return false;
    }

    /** A new section: what interfaces were told of is over. */
    private void begin() throws IOException, Damage {
        if (input.have(12) < 12) {
            throw Damage.cutOff();
        }
        input.littleEndian(true);
        if (input.intAt(8) != MAGIC) {
            input.littleEndian(false);
            if (input.intAt(8) != MAGIC) {
                throw Damage.of("a section does not say in which order its bytes are");
            }
        }
        interfaces.clear();
    }

    /** A block with everything in it lies in the buffer. @return its length */
    private int whole(long length) throws IOException, Damage {
        if (length > MOST_BLOCK_BYTES) {
            throw Damage.of("a block of " + length + " bytes is too large for a packet");
        }
        var size = (int) length;
        if (input.have(size) < size) {
            throw Damage.cutOff();
        }
        if (input.intAt(size - BLOCK_TRAILER) != size) {
            throw Damage.of("a block's length before and behind it differ");
        }
        return size;
    }

    private boolean block(int type, int length, Packet packet) throws Damage {
        var bodyEnd = length - BLOCK_TRAILER;
        var header = switch (type) {
            case INTERFACE -> 8;
            case SIMPLE_PACKET -> 4;
            default -> 20;
        };
        if (BLOCK_HEADER + header > bodyEnd) {
            throw Damage.of("a block of " + length + " bytes is too short for what it is");
        }
        if (type == INTERFACE) {
            describe(bodyEnd);
        } else {
            packet(type, BLOCK_HEADER + header, bodyEnd, packet);
        }
        input.take(length);
        return type != INTERFACE;
    }

    private void describe(int end) throws Damage {
        if (interfaces.size() == MOST_INTERFACES) {
            throw Damage.of("there are more than " + MOST_INTERFACES + " interfaces");
        }
        var ticks = Ticks.MICROSECONDS;
        for (var at = BLOCK_HEADER + 8; at + 4 <= end && input.shortAt(at) != 0; ) {
            var size = input.shortAt(at + 2);
            if (at + 4 + size > end) {
                throw Damage.of("an option of an interface is longer than its block");
            }
            switch (input.shortAt(at)) {
                case OPTION_RESOLUTION -> {
                    if (size != 1 || !Ticks.possible(input.byteAt(at + 4))) {
                        throw Damage.of("the resolution of an interface's times is none");
                    }
                    ticks = ticks.resolution(input.byteAt(at + 4));
                }
                case OPTION_OFFSET -> {
                    if (size != 8) {
                        throw Damage.of("the offset of an interface's times has " + size + " bytes, not 8");
                    }
                    ticks = ticks.offset(input.longAt(at + 4));
                }
                default -> {}
            }
            at += 4 + (size + 3 & ~3);
        }
        interfaces.add(new Interface(input.shortAt(BLOCK_HEADER), input.intAt(BLOCK_HEADER + 4), ticks));
    }

    private void packet(int type, int header, int end, Packet packet) throws Damage {
        var index = switch (type) {
            case SIMPLE_PACKET -> 0;
            case OLD_PACKET -> input.shortAt(BLOCK_HEADER);
            default -> input.intAt(BLOCK_HEADER);
        };
        if (index < 0 || index >= interfaces.size()) {
            throw Damage.of("a packet is of interface " + Integer.toUnsignedString(index) + ", and no such is described");
        }
        var from = interfaces.get(index);
        if (type == SIMPLE_PACKET) {
            packet.originalLength = Math.max(0, input.intAt(BLOCK_HEADER));
            packet.length = Math.min(packet.originalLength, end - header);
            if (from.snapLength > 0) {
                packet.length = Math.min(packet.length, from.snapLength);
            }
        } else {
            var high = Integer.toUnsignedLong(input.intAt(BLOCK_HEADER + 4));
            lastNanos = from.ticks.nanos(high << 32 | Integer.toUnsignedLong(input.intAt(BLOCK_HEADER + 8)));
            packet.length = input.intAt(BLOCK_HEADER + 12);
            if (packet.length < 0 || packet.length > end - header) {
                throw Damage.of("a packet of " + Integer.toUnsignedString(packet.length) + " bytes is larger than its block");
            }
            packet.originalLength = Math.max(packet.length, input.intAt(BLOCK_HEADER + 16));
        }
        packet.timeNanos = lastNanos;
        packet.bytes = input.lend();
        packet.offset = input.at() + header;
        packet.linkType = from.linkType;
    }
}
