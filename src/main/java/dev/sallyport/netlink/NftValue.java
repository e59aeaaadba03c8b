package dev.sallyport.netlink;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.StringJoiner;

/**
 * A key of a set or map, or what a map holds: fields one after the other, each padded to 4 bytes, as the kernel's registers
 * hold a concatenation. {@code NftValue.of(address).port(21)} is {@code ipv4_addr . inet_service}.
 */
public final class NftValue {

    /** NFT_DATA_VALUE_MAXLEN. */
    private static final int MAX_BYTES = 64;

    /** What {@link #kinds} is made of, for each field; 0 ends them. */
    private static final int ADDRESS4 = 1;

    private static final int ADDRESS6 = 2;
    private static final int PORT = 3;
    private static final int MARK = 4;
    private static final int KIND_BITS = 3;

    /** Nothing yet: where a concatenation that begins with a port begins. */
    public static final NftValue EMPTY = new NftValue(new byte[0], 0);

    private final byte[] bytes;
    /** What the fields are, the first in the lowest bits; 0 where that is not known. For {@link #toString} alone. */
    private final long kinds;

    private NftValue(byte[] bytes, long kinds) {
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("A value of nftables has at most " + MAX_BYTES + " bytes");
        }
        this.bytes = bytes;
        this.kinds = kinds;
    }

    static NftValue read(byte[] bytes) throws MalformedMessageException {
        if (bytes.length > MAX_BYTES) {
            throw new MalformedMessageException("A value of " + bytes.length + " bytes");
        }
        return new NftValue(bytes, 0);
    }

    /** {@code ipv4_addr} or {@code ipv6_addr}. */
    public static NftValue of(InetAddress address) {
        return EMPTY.address(address);
    }

    /** {@code mark}. */
    public static NftValue ofMark(int mark) {
        return EMPTY.mark(mark);
    }

    /** Then an {@code ipv4_addr} or {@code ipv6_addr}. */
    public NftValue address(InetAddress address) {
        var raw = address.getAddress();
        return new NftValue(appended(raw.length).put(raw).array(), kinds(raw.length == 4 ? ADDRESS4 : ADDRESS6));
    }

    /** Then an {@code inet_service}. @param port 0 to 65535 */
    public NftValue port(int port) {
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("No port: " + port);
        }
        return new NftValue(appended(4).putShort((short) port).array(), kinds(PORT));
    }

    /** Then a {@code mark}. */
    public NftValue mark(int mark) {
        return new NftValue(appended(4).order(ByteOrder.nativeOrder()).putInt(mark).array(), kinds(MARK));
    }

    /** Reads the fields in the order in which they were put. */
    public Fields fields() {
        return new Fields(bytes);
    }

    /** Not a copy. */
    byte[] bytes() {
        return bytes;
    }

    private ByteBuffer appended(int more) {
        return ByteBuffer.allocate(bytes.length + more).put(bytes);
    }

    /** With one more, behind those that are there: 16 at most, of 4 bytes each. */
    private long kinds(int next) {
        var used = Long.SIZE - Long.numberOfLeadingZeros(kinds);
        return kinds | (long) next << (used + KIND_BITS - 1) / KIND_BITS * KIND_BITS;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NftValue value && Arrays.equals(bytes, value.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /**
     * As nft writes it, {@code 192.0.2.1 . 4711}; one that was read in hexadecimal, a group for each 4 bytes: what its fields are
     * only the set knows.
     */
    @Override
    public String toString() {
        var text = new StringJoiner(kinds == 0 ? " " : " . ");
        try {
            var fields = fields();
            for (var rest = kinds; rest != 0; rest >>>= KIND_BITS) {
                text.add(switch ((int) rest & (1 << KIND_BITS) - 1) {
                    case ADDRESS4 -> fields.ipv4().getHostAddress();
                    case ADDRESS6 -> fields.ipv6().getHostAddress();
                    case PORT -> Integer.toString(fields.port());
                    default -> "0x%08x".formatted(fields.mark());
                });
            }
        } catch (MalformedMessageException impossible) {
            throw new AssertionError("these fields were put", impossible);
        }
        for (int at = 0; kinds == 0 && at < bytes.length; at += 4) {
            text.add(HexFormat.of().formatHex(bytes, at, Math.min(at + 4, bytes.length)));
        }
        return text.toString();
    }

    /** A walk over a value's fields. Whoever walks knows the set's type; a value that is too short is malformed. */
    public static final class Fields {
        private final ByteBuffer rest;

        private Fields(byte[] bytes) {
            rest = ByteBuffer.wrap(bytes);
        }

        public InetAddress ipv4() throws MalformedMessageException {
            return address(4);
        }

        public InetAddress ipv6() throws MalformedMessageException {
            return address(16);
        }

        /** 0 to 65535. */
        public int port() throws MalformedMessageException {
            int port = Short.toUnsignedInt(padded().order(ByteOrder.BIG_ENDIAN).getShort());
            rest.getShort();
            return port;
        }

        public int mark() throws MalformedMessageException {
            return padded().order(ByteOrder.nativeOrder()).getInt();
        }

        private InetAddress address(int length) throws MalformedMessageException {
            var raw = new byte[length];
            need(length).get(raw);
            try {
                return InetAddress.getByAddress(raw);
            } catch (UnknownHostException impossible) {
                throw new AssertionError("4 or 16 bytes are an address", impossible);
            }
        }

        private ByteBuffer padded() throws MalformedMessageException {
            return need(4);
        }

        private ByteBuffer need(int bytes) throws MalformedMessageException {
            if (rest.remaining() < bytes) {
                throw new MalformedMessageException("A value of " + rest.limit() + " bytes ends in a field");
            }
            return rest;
        }
    }
}
