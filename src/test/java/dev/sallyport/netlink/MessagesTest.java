package dev.sallyport.netlink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Messages written and read; what is cut or wrong is told as such. */
class MessagesTest {

    private final byte[] bytes = new byte[512];
    private final MessageWriter writer = new MessageWriter(MemorySegment.ofArray(bytes));

    @Test
    void attributes_ofEachKind_readAsWritten() throws Exception {
        writer.begin(0x0a0c, Protocol.NLM_F_ACK, 77, Protocol.NFPROTO_INET, 10);
        writer.oneByte(1, 0xfe).networkShort(2, 0xfffe).networkInt(3, 0x80000001).networkLong(4, -2).hostInt(5, -3);
        long nest = writer.nest(6);
        writer.bytes(1, "abc\0".getBytes(UTF_8));
        writer.bytes(2, new byte[] {1, 2, 3});
        writer.endNest(nest);
        writer.end();

        var reader = reader(writer.length());
        assertThat(reader.next()).isTrue();
        assertThat(reader.type()).isEqualTo(0x0a0c);
        assertThat(reader.flags()).isEqualTo(Protocol.NLM_F_ACK | Protocol.NLM_F_REQUEST);
        assertThat(reader.sequence()).isEqualTo(77);
        assertThat(reader.family()).isEqualTo(Protocol.NFPROTO_INET);
        var attributes = reader.attributes();
        assertThat(next(attributes).oneByte()).isEqualTo(0xfe);
        assertThat(next(attributes).networkShort()).isEqualTo(0xfffe);
        assertThat(next(attributes).networkInt()).isEqualTo(0x80000001);
        assertThat(next(attributes).networkLong()).isEqualTo(-2);
        assertThat(next(attributes).hostInt()).isEqualTo(-3);
        var nested = next(attributes).nested();
        assertThat(next(nested).string()).isEqualTo("abc");
        assertThat(next(nested).bytes()).containsExactly(1, 2, 3);
        assertThat(nested.next()).isFalse();
        assertThat(attributes.next()).isFalse();
        assertThat(reader.next()).isFalse();
    }

    /** The bytes on a little-endian machine, which all of today's gateways are. */
    @Test
    void message_onTheWire_hasHeaderInHostOrderAndRestInNetworkOrder() {
        assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN);
        writer.begin(0x0102, Protocol.NLM_F_ACK, 3, Protocol.NFPROTO_IPV4, 0x0a0b);
        long nest = writer.nest(1);
        writer.networkShort(2, 21).hostInt(3, 0x11223344);
        writer.endNest(nest);
        writer.end();
        assertThat(HexFormat.of().formatHex(bytes, 0, (int) writer.length()))
                .isEqualTo("28000000" + "0201" + "0500" + "03000000" + "00000000" // header
                        + "02" + "00" + "0a0b" // nfgenmsg
                        + "1400" + "0180" // nest
                        + "0600" + "0200" + "0015" + "0000"
                        + "0800" + "0300" + "44332211");
    }

    @Test
    void padding_overOldBytes_isZero() {
        Arrays.fill(bytes, (byte) 0x55);
        writer.begin(1, 0, 0, 0, 0).oneByte(1, 9);
        writer.end();
        assertThat(HexFormat.of().formatHex(bytes, 20, 28)).isEqualTo("0500" + "0100" + "09" + "000000");
        assertThat(bytes[28]).isEqualTo((byte) 0x55);
    }

    @Test
    void flow_asTheKernelWritesIt_isRead() throws Exception {
        var flow = flow(writtenFlow());
        assertThat(flow.original()).isEqualTo(tuple());
        assertThat(flow.mark()).isEqualTo(0x80000007);
        assertThat(flow.zone()).isEqualTo(5);
        assertThat(flow.sent()).isEqualTo(new Flow.Count(4, 400));
        assertThat(flow.tcpState()).isEqualTo(TcpState.TIME_WAIT);
        assertThat(flow.start()).isEqualTo(Instant.ofEpochSecond(1_700_000_000, 5));
        assertThat(flow.received()).isNull();
        assertThat(flow.timeout()).isNull();
    }

    @Test
    void flow_cutAnywhere_isMalformed() throws Exception {
        int whole = writtenFlow();
        for (int length = 1; length < whole; length++) {
            int cut = length;
            assertThatThrownBy(() -> flow(cut)).as("cut to %d bytes", cut).isInstanceOf(MalformedMessageException.class);
            // Also when the header admits it; only between two attributes can a flow still be whole.
            writtenFlow();
            ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).putInt(0, cut);
            try {
                assertThat(flow(cut).original()).isEqualTo(tuple());
            } catch (MalformedMessageException expected) {
                assertThat(expected).hasMessageFindingMatch("cut|bytes|tuple");
            }
            writtenFlow();
        }
    }

    @Test
    void attributes_thatAreTooShortForTheirKind_areMalformed() throws Exception {
        writer.begin(1, 0, 0, 0, 0).bytes(1, new byte[0]);
        writer.end();
        var reader = reader(writer.length());
        assertThat(reader.next()).isTrue();
        var attribute = next(reader.attributes());
        assertThatThrownBy(attribute::oneByte).isInstanceOf(MalformedMessageException.class);
        assertThatThrownBy(attribute::networkShort).isInstanceOf(MalformedMessageException.class);
        assertThatThrownBy(attribute::networkInt).isInstanceOf(MalformedMessageException.class);
        assertThatThrownBy(attribute::networkLong).isInstanceOf(MalformedMessageException.class);
        assertThatThrownBy(attribute::hostInt).isInstanceOf(MalformedMessageException.class);
        assertThat(attribute.string()).isEmpty();
        assertThat(attribute.nested().next()).isFalse();
    }

    @Test
    void error_withTheKernelsMessage_isRead() throws Exception {
        var buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        buffer.putInt(64).putShort((short) Protocol.NLMSG_ERROR)
                .putShort((short) (Protocol.NLM_F_CAPPED | Protocol.NLM_F_ACK_TLVS)).putInt(9).putInt(0)
                .putInt(-Errno.ENOENT).put(new byte[16])
                .putShort((short) 12).putShort((short) 1).put("no such".getBytes(UTF_8)).put((byte) 0)
                .putShort((short) 8).putShort((short) 2).putInt(48);
        buffer.putInt(0, buffer.position());
        var reader = reader(buffer.position());
        assertThat(reader.next()).isTrue();
        var error = reader.error("find it");
        assertThat(error).isEqualTo(new KernelError("find it", Errno.ENOENT, "no such", 48));
        assertThat(error).hasToString("Cannot find it: ENOENT (no such)");
    }

    private int writtenFlow() {
        writer.clear();
        writer.begin(CtMessage.type(CtMessage.IPCTNL_MSG_CT_NEW), 0, 0, Protocol.NFPROTO_IPV6, 0);
        CtMessage.original(writer, tuple());
        int original = (int) writer.length();
        CtMessage.original(writer, tuple());
        MemorySegment.ofArray(bytes).set(ValueLayout.JAVA_SHORT_UNALIGNED, original + 2, (short) 0x8002);
        long info = writer.nest(4);
        long tcp = writer.nest(1);
        writer.oneByte(1, TcpState.TIME_WAIT.ordinal());
        writer.endNest(tcp);
        writer.endNest(info);
        long counters = writer.nest(9);
        writer.networkLong(1, 4).networkLong(2, 400);
        writer.endNest(counters);
        long times = writer.nest(20);
        writer.networkLong(1, 1_700_000_000_000_000_005L);
        writer.endNest(times);
        writer.networkShort(CtMessage.CTA_ZONE, 5).networkInt(CtMessage.CTA_MARK, 0x80000007);
        writer.end();
        return (int) writer.length();
    }

    private Flow flow(int length) throws MalformedMessageException {
        var reader = reader(length);
        assertThat(reader.next()).isTrue();
        return CtMessage.flow(reader.attributes());
    }

    private MessageReader reader(long length) {
        var reader = new MessageReader(MemorySegment.ofArray(bytes));
        reader.over(length);
        return reader;
    }

    private static AttributeReader next(AttributeReader attributes) throws MalformedMessageException {
        assertThat(attributes.next()).isTrue();
        return attributes;
    }

    private static FlowTuple tuple() {
        try {
            return FlowTuple.tcp(
                    InetAddress.getByName("2001:db8::1"), 40_000, InetAddress.getByName("2001:db8::2"), 50_000);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
