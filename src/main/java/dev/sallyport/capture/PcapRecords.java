package dev.sallyport.capture;

import java.io.IOException;

/**
 * The classic format of libpcap (pcap-savefile(5)): a header of 24 bytes, then before each packet 16.
 *
 * <pre>
 * header = magic major minor zone accuracy snaplen linktype
 * packet = seconds fraction captured original *byte
 * </pre>
 *
 * The magic number tells the order of bytes, and whether fractions are micro- or nanoseconds.
 */
final class PcapRecords implements Records {

    static final int MICROSECONDS = 0xa1b2c3d4;
    static final int NANOSECONDS = 0xa1b23c4d;

    private static final int HEADER = 24;
    private static final int PACKET_HEADER = 16;
    /** Above the link type stands how long frames' checksums are. */
    private static final int LINK_TYPE = 0x03ff_ffff;

    private final ByteInput input;
    private final int nanosOfFraction;
    private final int linkType;

    /** @param input at the header, in the right order of bytes */
    PcapRecords(ByteInput input) throws IOException, Damage {
        this.input = input;
        if (input.have(HEADER) < HEADER) {
            throw Damage.cutOff();
        }
        nanosOfFraction = input.intAt(0) == NANOSECONDS ? 1 : 1_000;
        linkType = input.intAt(20) & LINK_TYPE;
        input.take(HEADER);
    }

    @Override
    public boolean next(Packet packet) throws IOException, Damage {
        var there = input.have(PACKET_HEADER);
        if (there < PACKET_HEADER) {
            if (there == 0) {
                return false;
            }
            throw Damage.cutOff();
        }
        var captured = input.intAt(8);
        if (captured < 0 || captured > MOST_PACKET_BYTES) {
            throw Damage.of("a packet of " + Integer.toUnsignedString(captured) + " bytes is none");
        }
        packet.timeNanos = Integer.toUnsignedLong(input.intAt(0)) * 1_000_000_000
                + Integer.toUnsignedLong(input.intAt(4)) * nanosOfFraction;
        packet.originalLength = Math.max(captured, input.intAt(12));
        if (input.have(PACKET_HEADER + captured) < PACKET_HEADER + captured) {
            throw Damage.cutOff();
        }
        packet.bytes = input.lend();
        packet.offset = input.at() + PACKET_HEADER;
        packet.length = captured;
        packet.linkType = linkType;
        input.take(PACKET_HEADER + captured);
        return true;
    }
}
