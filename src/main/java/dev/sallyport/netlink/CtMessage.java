package dev.sallyport.netlink;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Messages of connection tracking, written and read (linux/netfilter/nfnetlink_conntrack.h). All numbers are in network order. */
final class CtMessage {
    static final int IPCTNL_MSG_CT_NEW = 0;
    static final int IPCTNL_MSG_CT_GET = 1;
    static final int IPCTNL_MSG_CT_DELETE = 2;

    static final int CTA_MARK = 8;
    static final int CTA_MARK_MASK = 21;
    static final int CTA_ZONE = 18;
    static final int CTA_ID = 12;
    static final int CTA_PROTOINFO = 4;
    static final int CTA_PROTOINFO_TCP = 1;
    static final int CTA_PROTOINFO_TCP_STATE = 1;

    private static final int CTA_TUPLE_ORIG = 1;
    private static final int CTA_TUPLE_REPLY = 2;
    private static final int CTA_STATUS = 3;
    private static final int CTA_TIMEOUT = 7;
    private static final int CTA_COUNTERS_ORIG = 9;
    private static final int CTA_COUNTERS_REPLY = 10;
    private static final int CTA_TIMESTAMP = 20;

    private static final int CTA_TUPLE_IP = 1;
    private static final int CTA_TUPLE_PROTO = 2;
    private static final int CTA_IP_V4_SRC = 1;
    private static final int CTA_IP_V4_DST = 2;
    private static final int CTA_IP_V6_SRC = 3;
    private static final int CTA_IP_V6_DST = 4;
    private static final int CTA_PROTO_NUM = 1;
    private static final int CTA_PROTO_SRC_PORT = 2;
    private static final int CTA_PROTO_DST_PORT = 3;
    private static final int CTA_COUNTERS_PACKETS = 1;
    private static final int CTA_COUNTERS_BYTES = 2;
    private static final int CTA_TIMESTAMP_START = 1;
    private static final int CTA_TIMESTAMP_STOP = 2;

    private CtMessage() {}

    static int type(int message) {
        return Protocol.type(Protocol.SUBSYSTEM_CONNTRACK, message);
    }

    static int family(FlowTuple tuple) {
        return tuple.ipv4() ? Protocol.NFPROTO_IPV4 : Protocol.NFPROTO_IPV6;
    }

    static void original(MessageWriter writer, FlowTuple tuple) {
        long start = writer.nest(CTA_TUPLE_ORIG);
        long ip = writer.nest(CTA_TUPLE_IP);
        writer.bytes(tuple.ipv4() ? CTA_IP_V4_SRC : CTA_IP_V6_SRC, tuple.source().getAddress());
        writer.bytes(tuple.ipv4() ? CTA_IP_V4_DST : CTA_IP_V6_DST, tuple.destination().getAddress());
        writer.endNest(ip);
        long protocol = writer.nest(CTA_TUPLE_PROTO);
        writer.oneByte(CTA_PROTO_NUM, tuple.protocol());
        writer.networkShort(CTA_PROTO_SRC_PORT, tuple.sourcePort());
        writer.networkShort(CTA_PROTO_DST_PORT, tuple.destinationPort());
        writer.endNest(protocol);
        writer.endNest(start);
    }

    static Flow flow(AttributeReader attributes) throws MalformedMessageException {
        @Nullable FlowTuple original = null;
        @Nullable FlowTuple reply = null;
        @Nullable TcpState state = null;
        Flow.@Nullable Count sent = null;
        Flow.@Nullable Count received = null;
        @Nullable Instant[] times = {null, null};
        @Nullable Duration timeout = null;
        int mark = 0;
        int zone = 0;
        int id = 0;
        int status = 0;
        while (attributes.next()) {
            switch (attributes.type()) {
                case CTA_TUPLE_ORIG -> original = tuple(attributes.nested());
                case CTA_TUPLE_REPLY -> reply = tuple(attributes.nested());
                case CTA_STATUS -> status = attributes.networkInt();
                case CTA_PROTOINFO -> state = tcpState(attributes.nested());
                case CTA_TIMEOUT -> timeout = Duration.ofSeconds(Integer.toUnsignedLong(attributes.networkInt()));
                case CTA_MARK -> mark = attributes.networkInt();
                case CTA_COUNTERS_ORIG -> sent = count(attributes.nested());
                case CTA_COUNTERS_REPLY -> received = count(attributes.nested());
                case CTA_ID -> id = attributes.networkInt();
                case CTA_ZONE -> zone = attributes.networkShort();
                case CTA_TIMESTAMP -> times(attributes.nested(), times);
                default -> {}
            }
        }
        if (original == null || reply == null) {
            throw new MalformedMessageException("A flow without its two tuples");
        }
        return new Flow(original, reply, mark, zone, id, status, state, sent, received, times[0], times[1], timeout);
    }

    private static FlowTuple tuple(AttributeReader attributes) throws MalformedMessageException {
        @Nullable InetAddress source = null;
        @Nullable InetAddress destination = null;
        int protocol = 0;
        int sourcePort = 0;
        int destinationPort = 0;
        while (attributes.next()) {
            var parts = attributes.nested();
            switch (attributes.type()) {
                case CTA_TUPLE_IP -> {
                    while (parts.next()) {
                        switch (parts.type()) {
                            case CTA_IP_V4_SRC, CTA_IP_V6_SRC -> source = address(parts);
                            case CTA_IP_V4_DST, CTA_IP_V6_DST -> destination = address(parts);
                            default -> {}
                        }
                    }
                }
                case CTA_TUPLE_PROTO -> {
                    while (parts.next()) {
                        switch (parts.type()) {
                            case CTA_PROTO_NUM -> protocol = parts.oneByte();
                            case CTA_PROTO_SRC_PORT -> sourcePort = parts.networkShort();
                            case CTA_PROTO_DST_PORT -> destinationPort = parts.networkShort();
                            default -> {}
                        }
                    }
                }
                default -> {}
            }
        }
        if (source == null || destination == null || source.getClass() != destination.getClass()) {
            throw new MalformedMessageException("A tuple without two addresses of one family");
        }
        return new FlowTuple(source, sourcePort, destination, destinationPort, protocol);
    }

    private static InetAddress address(AttributeReader attribute) throws MalformedMessageException {
        var bytes = attribute.bytes();
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException neither) {
            throw new MalformedMessageException("An address of " + bytes.length + " bytes");
        }
    }

    private static @Nullable TcpState tcpState(AttributeReader protocols) throws MalformedMessageException {
        while (protocols.next()) {
            if (protocols.type() == CTA_PROTOINFO_TCP) {
                var tcp = protocols.nested();
                while (tcp.next()) {
                    if (tcp.type() == CTA_PROTOINFO_TCP_STATE) {
                        return TcpState.of(tcp.oneByte());
                    }
                }
            }
        }
        return null;
    }

    private static Flow.Count count(AttributeReader attributes) throws MalformedMessageException {
        long packets = 0;
        long bytes = 0;
        while (attributes.next()) {
            switch (attributes.type()) {
                case CTA_COUNTERS_PACKETS -> packets = attributes.networkLong();
                case CTA_COUNTERS_BYTES -> bytes = attributes.networkLong();
                default -> {}
            }
        }
        return new Flow.Count(packets, bytes);
    }

    /** Start and stop, in nanoseconds since 1970. */
    private static void times(AttributeReader attributes, @Nullable Instant[] times) throws MalformedMessageException {
        while (attributes.next()) {
            switch (attributes.type()) {
                case CTA_TIMESTAMP_START -> times[0] = instant(attributes.networkLong());
                case CTA_TIMESTAMP_STOP -> times[1] = instant(attributes.networkLong());
                default -> {}
            }
        }
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(0, nanos);
    }
}
