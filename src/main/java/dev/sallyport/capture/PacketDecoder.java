package dev.sallyport.capture;

import java.util.Map;
import java.util.TreeMap;

/**
 * Finds the TCP segment in a packet: Ethernet with any number of VLAN tags, Linux cooked capture, raw IP and loopback; IPv4 and
 * IPv6 with extension headers, one in the other too; fragments of both. What an end host would not take is not taken either: a
 * datagram that says to be longer than its packet was.
 *
 * <p>Checksums of IP are not looked at: network cards fill them in behind whoever captures.
 */
public final class PacketDecoder {

    /** What was in a packet. */
    public enum Found {
        TCP,
        /** A fragment of a datagram that is not whole yet. */
        FRAGMENT,
        /** Anything else. */
        OTHER,
        /** It contradicts itself. */
        MALFORMED,
        /** Too little of it was captured. */
        CUT_OFF,
        /** Nobody here knows how such a frame begins. */
        UNKNOWN_LINK
    }

    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;

    private static final int TCP = 6;
    private static final int IPV4_WITHIN = 4;
    private static final int IPV6_WITHIN = 41;

    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int AUTHENTICATION = 51;
    private static final int DESTINATION = 60;
    private static final int MOBILITY = 135;

    /** More tags, extension headers, and datagrams within each other nobody has. */
    private static final int MOST_LAYERS = 16;

    private static final long MAPPED = 0xffffL << 32;

    private final Fragments fragments = new Fragments();
    private final Map<Integer, Long> unknownLinks = new TreeMap<>();

    // ---- The packet at hand ----

    private byte[] bytes = new byte[0];
    /** Where what was captured ends, and where the packet ended before it was cut off. */
    private int end;
    private int originalEnd;
    private int layers;

    /** @param segment is filled in when the answer is {@link Found#TCP} */
    public Found decode(Packet packet, TcpSegment segment) {
        bytes = packet.bytes;
        end = packet.offset + packet.length;
        originalEnd = (int) Math.min(packet.offset + (long) packet.originalLength, Integer.MAX_VALUE);
        layers = 0;
        segment.timeNanos = packet.timeNanos;
        var at = packet.offset;
        return switch (Link.of(packet.linkType)) {
            case ETHERNET -> typed(at + 12, at + 14, segment);
            case LINUX_COOKED -> typed(at + 14, at + 16, segment);
            case LINUX_COOKED_2 -> typed(at, at + 20, segment);
            case RAW, RAW_OF_BSD, RAW_OF_OPENBSD, RAW_IPV4, RAW_IPV6 -> ip(at, segment);
            case LOOPBACK, LOOPBACK_OF_OPENBSD -> ip(at + 4, segment);
            case null -> {
                // No more kinds are counted than a hostile capture could make a list of.
                if (unknownLinks.size() < MOST_LAYERS || unknownLinks.containsKey(packet.linkType)) {
                    unknownLinks.merge(packet.linkType, 1L, Long::sum);
                }
                yield Found.UNKNOWN_LINK;
            }
        };
    }

    /** How many packets had frames of kinds that are not understood, by LINKTYPE_ value. */
    public Map<Integer, Long> unknownLinks() {
        return unknownLinks;
    }

    /** How many datagrams had fragments that overlap with different content: somebody wants to be read in two ways. */
    public long fragmentConflicts() {
        return fragments.conflicts();
    }

    /** How many datagrams never became whole. */
    public long fragmentsLost() {
        return fragments.lost();
    }

    /** The Ethernet type, with VLAN tags before it (IEEE 802.1Q, 802.1ad): each a type, and two bytes in front of the next. */
    private Found typed(int typeAt, int begin, TcpSegment segment) {
        var at = begin;
        if (at > end) {
            return cutOff(at);
        }
        var type = number(typeAt);
        while (type == 0x8100 || type == 0x88a8 || type == 0x9100) {
            if (at + 4 > end) {
                return cutOff(at + 4);
            }
            if (++layers > MOST_LAYERS) {
                return Found.MALFORMED;
            }
            type = number(at + 2);
            at += 4;
        }
        return type == IPV4 || type == IPV6 ? ip(at, segment) : Found.OTHER;
    }

    private Found ip(int at, TcpSegment segment) {
        if (at >= end) {
            return cutOff(at + 1);
        }
        return switch (bytes[at] >> 4 & 0xf) {
            case 4 -> ipv4(at, segment);
            case 6 -> ipv6(at, segment);
            default -> Found.OTHER;
        };
    }

    /** RFC 791 §3.1. */
    private Found ipv4(int at, TcpSegment segment) {
        if (at + 20 > end) {
            return cutOff(at + 20);
        }
        var header = (bytes[at] & 0xf) * 4;
        // A card that cuts large datagrams into packets is handed some without a length.
        var total = number(at + 2) == 0 ? originalEnd - at : number(at + 2);
        if (header < 20 || total < header || at + total > originalEnd) {
            return Found.MALFORMED;
        }
        segment.sourceHigh = 0;
        segment.sourceLow = MAPPED | word(at + 12);
        segment.destinationHigh = 0;
        segment.destinationLow = MAPPED | word(at + 16);
        ends(at + total);
        if (at + header > end) {
            return Found.CUT_OFF;
        }
        var protocol = bytes[at + 9] & 0xff;
        var fragment = number(at + 6);
        return (fragment & 0x3fff) == 0
                ? within(protocol, at + header, segment)
                : fragment(number(at + 4), protocol, at + header, (fragment & 0x1fff) * 8, (fragment & 0x2000) != 0, segment);
    }

    /** RFC 8200 §3. */
    private Found ipv6(int at, TcpSegment segment) {
        if (at + 40 > end) {
            return cutOff(at + 40);
        }
        var payload = number(at + 4);
        if (at + 40 + payload > originalEnd) {
            return Found.MALFORMED;
        }
        segment.sourceHigh = word(at + 8) << 32 | word(at + 12);
        segment.sourceLow = word(at + 16) << 32 | word(at + 20);
        segment.destinationHigh = word(at + 24) << 32 | word(at + 28);
        segment.destinationLow = word(at + 32) << 32 | word(at + 36);
        if (payload > 0) {
            ends(at + 40 + payload);
        }
        return within(bytes[at + 6] & 0xff, at + 40, segment);
    }

    /** What is in a datagram: extension headers one behind the other (RFC 8200 §4), another datagram, or TCP. */
    private Found within(int protocol, int begin, TcpSegment segment) {
        var at = begin;
        var next = protocol;
        while (true) {
            var was = at;
            switch (next) {
                case TCP -> {
                    return tcp(at, segment);
                }
                case HOP_BY_HOP, ROUTING, DESTINATION, MOBILITY, AUTHENTICATION -> {
                    if (at + 2 > end) {
                        return cutOff(at + 2);
                    }
                    // In units of eight bytes less one; of four bytes less two for AH (RFC 4302 §2.2).
                    var units = bytes[at + 1] & 0xff;
                    at += next == AUTHENTICATION ? (units + 2) * 4 : (units + 1) * 8;
                    next = bytes[was] & 0xff;
                }
                case FRAGMENT -> {
                    if (at + 8 > end) {
                        return cutOff(at + 8);
                    }
                    var offset = number(at + 2);
                    next = bytes[at] & 0xff;
                    if ((offset & 0xfff9) != 0) {
                        return fragment((int) word(at + 4), next, at + 8, offset & 0xfff8, (offset & 1) != 0, segment);
                    }
                    // A datagram in one piece (RFC 6946).
                    at += 8;
                }
                case IPV4_WITHIN, IPV6_WITHIN -> {
                    return ++layers > MOST_LAYERS ? Found.MALFORMED : ip(at, segment);
                }
                default -> {
                    return Found.OTHER;
                }
            }
            if (++layers > MOST_LAYERS) {
                return Found.MALFORMED;
            }
        }
    }

    private Found fragment(int identification, int protocol, int at, int offset, boolean more, TcpSegment segment) {
        if (at > end || originalEnd > end) {
            return Found.CUT_OFF;
        }
        var whole = fragments.add(segment, identification, protocol, bytes, at, end - at, offset, more);
        if (whole == null) {
            return Found.FRAGMENT;
        }
        bytes = whole;
        end = whole.length;
        originalEnd = end;
        return ++layers > MOST_LAYERS ? Found.MALFORMED : within(protocol, 0, segment);
    }

    /** RFC 9293 §3.1. */
    private Found tcp(int at, TcpSegment segment) {
        if (at + 20 > end) {
            return cutOff(at + 20);
        }
        var payloadAt = at + (bytes[at + 12] >> 4 & 0xf) * 4;
        if (payloadAt < at + 20 || payloadAt > originalEnd) {
            return Found.MALFORMED;
        }
        segment.bytes = bytes;
        segment.headerAt = at;
        segment.sourcePort = number(at);
        segment.destinationPort = number(at + 2);
        segment.sequence = (int) word(at + 4);
        segment.acknowledged = (int) word(at + 8);
        segment.flags = bytes[at + 13];
        // Where options are cut off nothing stands behind them.
        segment.payloadAt = Math.min(payloadAt, end);
        segment.payloadLength = Math.max(0, end - payloadAt);
        segment.cut = originalEnd - payloadAt - segment.payloadLength;
        return Found.TCP;
    }

    /** The datagram ends here: what stands behind it in its frame fills that up. */
    private void ends(int at) {
        originalEnd = at;
        end = Math.min(end, at);
    }

    /** What was to be there up to this place is not. */
    private Found cutOff(int needed) {
        return needed <= originalEnd ? Found.CUT_OFF : Found.MALFORMED;
    }

    private int number(int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }

    private long word(int at) {
        return (long) number(at) << 16 | number(at + 2);
    }
}
