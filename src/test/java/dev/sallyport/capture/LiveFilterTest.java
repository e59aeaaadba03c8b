package dev.sallyport.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.peers.Requirements;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pcap4j.core.BpfProgram;
import org.pcap4j.core.BpfProgram.BpfCompileMode;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.Pcaps;
import org.pcap4j.packet.namednumber.DataLinkType;

/** What the kernel lets through, by libpcap's own judgement of packets. */
class LiveFilterTest {

    private static final byte[] CLIENT = Packets.address("192.0.2.10");
    private static final byte[] SERVER = Packets.address("198.51.100.20");
    private static final byte[] CLIENT6 = Packets.address("2001:db8:c::10");
    private static final byte[] SERVER6 = Packets.address("2001:db8:5::20");
    /** Far from where the sample is. */
    private static final int MIDDLE = 0x0180_0000;

    private static final int DATA_PORT = 50_000;

    @BeforeAll
    static void needsLibpcap() {
        // It comes with this.
        Requirements.program("tcpdump");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void controlConnections_pass_whole_withTagsToo(int tags) throws Exception {
        for (var from : List.of(21, 2_121, DATA_PORT)) {
            for (var six : List.of(false, true)) {
                var expected = from != DATA_PORT;
                assertThat(passes(false, tagged(tags, segment(six, from, 40_000, MIDDLE, Packets.ACK)))).isEqualTo(expected);
                assertThat(passes(false, tagged(tags, segment(six, 40_000, from, MIDDLE, Packets.ACK)))).isEqualTo(expected);
                assertThat(passes(true, tagged(tags, segment(six, 40_000, from, MIDDLE, Packets.ACK)))).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Packets.SYN, Packets.SYN | Packets.ACK, Packets.FIN | Packets.ACK, Packets.RST, Packets.RST | Packets.ACK})
    void beginnings_andEnds_ofAnyConnection_pass(int flags) throws Exception {
        for (var six : List.of(false, true)) {
            assertThat(passes(false, tagged(0, segment(six, DATA_PORT, 40_000, MIDDLE, flags)))).isTrue();
        }
    }

    /** So the largest transfer is counted: what passes is never as far apart as sequence numbers may be. */
    @Test
    void data_passesAtTheBeginningOfEach16MiB() throws Exception {
        for (var six : List.of(false, true)) {
            for (var at = 0L; at < 1L << 32; at += 64 << 10) {
                assertThat(passes(false, tagged(0, segment(six, DATA_PORT, 40_000, (int) at, Packets.ACK))))
                        .as("at %x", at).isEqualTo(at % (16 << 20) < 128 << 10);
            }
        }
    }

    @Test
    void whatHidesItsPorts_passes_andWhatIsNoTcp_doesNot() throws Exception {
        var segment = Packets.tcp(CLIENT, 40_000, SERVER, DATA_PORT, MIDDLE, 0, Packets.ACK, new byte[16]);
        assertThat(passes(false, Packets.ethernet(0x0800, Packets.ipv4(CLIENT, SERVER, 6, 7, 0x2000, segment)))).isTrue();
        assertThat(passes(false, Packets.ethernet(0x0800, Packets.ipv4(CLIENT, SERVER, 6, 7, 2, new byte[16])))).isTrue();
        assertThat(passes(false, Packets.ethernet(0x0800, Packets.ipv4(CLIENT, SERVER, 4, Packets.ipv4(CLIENT, SERVER, 6, segment)))))
                .isTrue();
        assertThat(passes(false, Packets.ethernet(0x86dd, Packets.ipv6(CLIENT6, SERVER6, 0, new byte[40])))).isTrue();
        assertThat(passes(false, Packets.ethernet(0x0800, Packets.ipv4(CLIENT, SERVER, 17, new byte[40])))).isFalse();
        assertThat(passes(false, Packets.ethernet(0x86dd, Packets.ipv6(CLIENT6, SERVER6, 17, new byte[40])))).isFalse();
        assertThat(passes(false, Packets.ethernet(0x0806, new byte[40]))).isFalse();
    }

    /** Links without VLANs: there the second is taken. */
    @Test
    void everyKindOfLink_knowsOneOfThem() throws Exception {
        for (var link : List.of(DataLinkType.RAW, DataLinkType.LINUX_SLL, DataLinkType.EN10MB)) {
            compile(LiveFilter.expressions(Set.of(21), false).getLast(), link).free();
        }
    }

    private static byte[] segment(boolean six, int from, int to, int sequence, int flags) {
        return six
                ? Packets.ipv6(CLIENT6, SERVER6, 6, Packets.tcp(CLIENT6, from, SERVER6, to, sequence, 1, flags, new byte[100]))
                : Packets.ipv4(CLIENT, SERVER, 6, Packets.tcp(CLIENT, from, SERVER, to, sequence, 1, flags, new byte[100]));
    }

    private static byte[] tagged(int tags, byte[] datagram) {
        var type = Packets.number((datagram[0] >> 4 & 0xf) == 4 ? 0x0800 : 0x86dd);
        var payload = Packets.concat(type, datagram);
        for (var i = 0; i < tags; i++) {
            payload = Packets.concat(Packets.number(i == tags - 1 && tags > 1 ? 0x88a8 : 0x8100), Packets.number(5 + i), payload);
        }
        return Packets.concat(new byte[12], payload);
    }

    private static final BpfProgram SOME = compiled(false);
    private static final BpfProgram ALL = compiled(true);

    private static boolean passes(boolean everything, byte[] frame) {
        return (everything ? ALL : SOME).applyFilter(frame, frame.length, frame.length);
    }

    private static BpfProgram compiled(boolean everything) {
        try {
            return compile(LiveFilter.expressions(Set.of(21, 2_121), everything).getFirst(), DataLinkType.EN10MB);
        } catch (PcapNativeException wrong) {
            throw new AssertionError(wrong);
        }
    }

    private static BpfProgram compile(String expression, DataLinkType link) throws PcapNativeException {
        return Pcaps.compileFilter(65_535, link, expression, BpfCompileMode.OPTIMIZE, (Inet4Address) InetAddress.getLoopbackAddress());
    }
}
