package dev.sallyport.netlink;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/** The sets and maps that the tests fill: what a gateway's table has. */
final class FirewallTable {
    static final String NAME = "door";
    static final NftSet PIN_4 = set("pin4");
    static final NftSet PIN_6 = set("pin6");
    static final NftSet ID_4 = set("id4");
    static final NftSet DNAT_4 = set("dnat4");
    static final NftSet DNAT_6 = set("dnat6");
    static final NftSet SNAT_4 = set("snat4");
    /** Has room for three. */
    static final NftSet SMALL = set("small");

    static final Duration LIFE = Duration.ofSeconds(600);

    static final String SCRIPT =
            """
            table inet door {
              counter used {
              }
              counter strangers {
              }
              set pin4 { type ipv4_addr . ipv4_addr . inet_service; flags dynamic,timeout; timeout 30s; size 65535
                limit rate 1/day burst 1 packets
              }
              set pin6 { type ipv6_addr . ipv6_addr . inet_service; flags dynamic,timeout; timeout 30s; size 65535
                limit rate 1/day burst 1 packets
              }
              map id4 { type ipv4_addr . ipv4_addr . inet_service : mark; flags timeout; timeout 30s; size 65535
              }
              map dnat4 { type ipv4_addr . ipv4_addr . inet_service : ipv4_addr . inet_service; flags timeout
              }
              map dnat6 { type ipv6_addr . ipv6_addr . inet_service : ipv6_addr . inet_service; flags timeout
              }
              map snat4 { type mark : ipv4_addr; flags timeout; timeout 30s
              }
              set small { type mark; flags timeout; timeout 30s; size 3
              }
              chain out { type filter hook output priority filter
                tcp dport 5000-5999 counter name strangers
                tcp dport 4000-4999 counter name used
                ct state new tcp dport 4000-4999 ct mark set 0x80000007
              }
            }
            """;

    private FirewallTable() {}

    static NftSet set(String name) {
        return new NftSet(NAME, name);
    }

    /** 192.0.2.1 . 198.51.100.1 . {@code port}. */
    static NftValue key4(int port) {
        return NftValue.of(address("192.0.2.1")).address(address("198.51.100.1")).port(port);
    }

    static NftValue key6(int port) {
        return NftValue.of(address("2001:db8::1")).address(address("2001:db8::2")).port(port);
    }

    static NftChange.Add pin4(int port) {
        return new NftChange.Add(PIN_4, key4(port), LIFE);
    }

    static NftChange.Add id4(int port, int mark) {
        return new NftChange.Add(ID_4, key4(port), NftValue.ofMark(mark), LIFE);
    }

    static NftChange.Add small(int mark) {
        return new NftChange.Add(SMALL, NftValue.ofMark(mark), LIFE);
    }

    static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException noLiteral) {
            throw new IllegalArgumentException(noLiteral);
        }
    }
}
