package dev.sallyport.lab.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What nft and tcpdump print, as they print it. */
class ReadersTest {
    private static final String CHAINS = """
            table inet filter {
            	chain other {
            	}
            	chain forward {
            		type filter hook forward priority filter; policy drop;
            	}
            }
            table inet late {
            	chain guard {
            		type filter hook forward priority 10; policy accept;
            	}
            }
            """;

    private static final String PACKET = "packet: iif \"inside\" oif \"outside\" ether saddr 46:6a:b9:a7:9e:96"
            + " ether daddr 7e:1d:d1:8a:e6:1f ip saddr 192.0.2.10 ip daddr 198.51.100.20 ip dscp cs0 ip ecn not-ect ip ttl 63"
            + " ip id 35073 ip protocol tcp ip length 60 tcp sport 32872 tcp dport 22 tcp flags == syn tcp window 64240 \n";

    @Test
    void rule_ofAChainThatWasJumpedTo_dropped() {
        assertThat(drops(CHAINS, """
                trace id c63510b5 inet filter forward %s\
                trace id c63510b5 inet filter forward rule tcp dport 22 jump other (verdict jump other)
                trace id c63510b5 inet filter other rule tcp dport 22 counter packets 7 bytes 420 drop comment "no (ssh)" (verdict drop)
                """.formatted(PACKET))).singleElement().satisfies(drop -> {
                    assertThat(drop.packet()).hasToString("192.0.2.10:32872 > 198.51.100.20:22 SYN");
                    assertThat(drop.place()).isEqualTo("chain inet filter other, from inet filter forward (hook forward, priority filter),"
                            + " rule \"tcp dport 22 counter drop comment \"no (ssh)\"\"");
                    assertThat(drop.hook()).isEqualTo("forward");
                    assertThat(drop.in() + " " + drop.out()).isEqualTo("inside outside");
                });
    }

    @Test
    void policy_afterAnotherChainAccepted() {
        assertThat(drops(CHAINS, """
                trace id 1 inet filter forward %1$strace id 1 inet filter forward rule tcp dport 22 accept (verdict accept)
                trace id 1 inet late guard %1$strace id 1 inet late guard policy drop\s
                """.formatted(PACKET))).singleElement().satisfies(drop -> {
                    assertThat(drop.place()).isEqualTo("chain inet late guard (hook forward, priority 10), its policy drop");
                    assertThat(drop.accepted()).containsExactly("chain inet filter forward by \"tcp dport 22 accept\"");
                });
    }

    @Test
    void id_usedAgain_isAnotherPacket() {
        assertThat(drops(CHAINS, """
                trace id 1 netdev sallyport_lab from_inside %1$s\
                trace id 1 inet filter forward %1$s\
                trace id 1 inet filter forward rule tcp dport 22 accept (verdict accept)
                trace id 1 netdev sallyport_lab from_inside %1$strace id 1 inet late guard %1$strace id 1 inet late guard policy drop
                """.formatted(PACKET))).singleElement().satisfies(drop -> assertThat(drop.accepted()).isEmpty());
    }

    @Test
    void everyAcceptedPacket_isNoDrop() {
        assertThat(drops(CHAINS, """
                trace id 1 inet filter forward %1$strace id 1 inet filter forward verdict continue\s
                trace id 1 inet filter forward policy accept meta mark 0x000000d4\s
                """.formatted(PACKET))).isEmpty();
    }

    @Test
    void translation_isKnownInBothDirections() {
        var reader = new TraceReader(CHAINS, _ -> {});
        reader.line("trace id 1 netdev sallyport_lab from_inside " + PACKET.strip());
        reader.line("trace id 1 inet sallyport_lab after " + PACKET.strip().replace("192.0.2.10", "198.51.100.1").replace("32872", "1024"));
        var client = new Flow("192.0.2.10", 32872, "198.51.100.20", 22);
        var firewall = new Flow("198.51.100.1", 1024, "198.51.100.20", 22);
        assertThat(reader.untranslated())
                .isEqualTo(Map.of(firewall, client, firewall.reversed(), client.reversed()));
    }

    @Test
    void lossOfTraceEvents_andOfPackets_isCounted() {
        var reader = new TraceReader(CHAINS, _ -> {});
        reader.line("# ERROR: We lost some netlink events!");
        assertThat(reader.losses()).isEqualTo(1);
        assertThat(Stream.of("7 packets captured", "9 packets received by filter", "2 packets dropped by kernel",
                "1 packet dropped by interface").mapToInt(LegReader::unseen)).containsExactly(0, 0, 2, 1);
    }

    private static List<Drop> drops(String chains, String trace) {
        var drops = new ArrayList<Drop>();
        var reader = new TraceReader(chains, drops::add);
        trace.lines().forEach(reader::line);
        return drops;
    }

    @Test
    void legs_tellFlagsAndWhatIsSaid() {
        assertThat("""
                IP 192.0.2.10.59522 > 198.51.100.20.21: Flags [S], seq 4184011171, win 64240, options [mss 1460], length 0
                IP6 2001:db8:5::20.21 > 2001:db8:c::10.59522: Flags [P.], seq 1:21, ack 2, win 63, length 20: FTP: 220 (vsFTPd 3.0.3)
                IP 198.51.100.20.20 > 192.0.2.10.4000: Flags [R.], seq 0, ack 4184011172, win 0, length 0
                IP6 2001:db8:c::10 > ff02::1:ff00:1: ICMP6, neighbor solicitation, who has 2001:db8:c::1, length 32
                """.lines().flatMap(line -> LegReader.packet(line).stream()).map(Packet::toString)).containsExactly(
                "192.0.2.10:59522 > 198.51.100.20:21 SYN",
                "[2001:db8:5::20]:21 > [2001:db8:c::10]:59522 ACK 220 (vsFTPd 3.0.3)",
                "198.51.100.20:20 > 192.0.2.10:4000 RST ACK",
                "2001:db8:c::10 > ff02::1:ff00:1 ICMP6, neighbor solicitation, who has 2001:db8:c::1");
    }
}
