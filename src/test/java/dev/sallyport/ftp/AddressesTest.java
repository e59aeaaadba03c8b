package dev.sallyport.ftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses as text: RFC 4291 §2.2 in, RFC 5952 §4 out. */
class AddressesTest {

    @ParameterizedTest
    @CsvSource({
        // RFC 5952 §4.1, leading zeros; §4.3, lower case.
        "2001:0db8:0000:0000:0000:0000:0000:0001, 2001:db8::1",
        "2001:DB8:ABCD:EF01:2:3:4:5, 2001:db8:abcd:ef01:2:3:4:5",
        // §4.2.1, as short as possible; §4.2.2, one zero group alone stays.
        "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:db8::1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        // §4.2.3, the longest run, and the first of two as long.
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "0:0:1:0:0:0:0:0, 0:0:1::",
        "0:0:0:0:0:0:0:0, ::",
        "::, ::",
        "0:0:0:0:0:0:0:1, ::1",
        "1:0:0:0:0:0:0:0, 1::",
        "1:2:3:4:5:6:0:0, 1:2:3:4:5:6::",
        "0:0:3:4:5:6:7:8, ::3:4:5:6:7:8",
        "0:2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
        "fe80::1, fe80::1"
    })
    void ipv6_inEveryTextualForm_isWrittenInOne(String written, String canonical) {
        var address = Addresses.parse(written);
        assertThat(address).isInstanceOfSatisfying(Inet6Address.class, six -> {
            assertThat(Addresses.text(six, false)).isEqualTo(canonical);
            assertThat(Addresses.text(six, true)).isEqualTo("[" + canonical + "]");
        });
        assertThat(Addresses.parse(canonical)).isEqualTo(address);
    }

    @ParameterizedTest
    @CsvSource({
        "::ffff:192.0.2.1, 192.0.2.1", "::FFFF:192.0.2.1, 192.0.2.1", "::ffff:c000:201, 192.0.2.1",
        "0:0:0:0:0:ffff:c000:0201, 192.0.2.1", "0:0:0:0:0:ffff:255.255.255.255, 255.255.255.255"
    })
    void ipv4Mapped_isTheIpv4AddressThatItMeans(String written, String canonical) {
        assertThat(Addresses.parse(written)).isInstanceOfSatisfying(Inet4Address.class,
                four -> assertThat(Addresses.text(four, true)).isEqualTo(canonical));
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "0.0.0.0", "255.255.255.255", "1.20.30.4"})
    void ipv4_inDottedForm_isReadAndWritten(String text) {
        assertThat(Addresses.parse(text)).isInstanceOfSatisfying(Inet4Address.class, four -> {
            assertThat(Addresses.text(four, false)).isEqualTo(text);
            assertThat(Addresses.text(four, true)).isEqualTo(text);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", " ", ".", "1", "1.2", "1.2.3", "1.2.3.", ".1.2.3.4", "1.2.3.4.", "1.2.3.4.5", "1..3.4", "256.0.0.1", "1.2.3.256",
        "1.2.3.1000", "0001.2.3.4", "-1.2.3.4", "+1.2.3.4", "1.2.3.4 ", " 1.2.3.4", "0x1.2.3.4", "1,2,3,4", "3221225985",
        "\u0661.2.3.4", "1.2.3.4%eth0", "1.2.3.4/32"
    })
    void ipv4_inAnyOtherForm_isRefused(String text) {
        assertThat(Addresses.parse(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        ":", ":::", "1", "1:2", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "1::2::3", ":1::2", "1::2:", "12345::",
        "g::1", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3", "::1.2.3.256", "::ffff:1.2.3.4.5", ".::1", "[::1]", "::1]", "::1 ", " ::1",
        "::1/128", "00001::1", "::00001", "::ffff:0001.2.3.4", "\u0661::1", "\uff11::1", "::-1"
    })
    void ipv6_malformed_isRefused(String text) {
        assertThat(Addresses.parse(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fe80::1%eth0", "fe80::1%1", "fe80::1%", "fe80::1%lo", "::1%0"})
    void zoneId_isRefused(String text) {
        assertThat(Addresses.parse(text)).isNull();
    }

    /** Each name exists or would be asked for; a look-up that goes unanswered takes seconds. */
    @ParameterizedTest
    @ValueSource(strings = {
        "localhost", "localhost:", "ip6-localhost", "host.invalid", "a.b", "dead.beef", "dead.beef:1", "cafe", "cafe:", "beef.:",
        "a:b.cafe", "::dead.beef"
    })
    void hostName_isRefusedWithoutALookUp(String text) {
        assertTimeout(Duration.ofMillis(500), () -> assertThat(Addresses.parse(text)).isNull());
    }

    @Test
    void text_ofRandomAddresses_isReadBackAndIsNeverLongerThanTheJdks() throws UnknownHostException {
        var random = new Random(5952);
        for (var i = 0; i < 20_000; i++) {
            var bytes = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(bytes);
            for (var at = 0; at < bytes.length; at += 2) {
                if (random.nextInt(3) > 0) {
                    bytes[at] = 0;
                    bytes[at + 1] = (byte) random.nextInt(2);
                }
            }
            var address = InetAddress.getByAddress(bytes);
            var text = Addresses.text(address, false);
            assertThat(Addresses.parse(text)).as(text).isEqualTo(address);
            assertThat(text).hasSizeLessThanOrEqualTo(address.getHostAddress().length()).doesNotContain(":::");
        }
    }

    @Test
    void parse_leavesTheNameBehind() {
        assertThat(host(Addresses.parse("2001:db8::1"))).isEqualTo("2001:db8:0:0:0:0:0:1");
        assertThat(host(Addresses.parse("192.0.2.1"))).isEqualTo("192.0.2.1");
    }

    /** What the address says of itself without a look-up. */
    private static @Nullable String host(@Nullable InetAddress address) {
        return address == null ? null : address.toString().substring(address.toString().indexOf('/') + 1);
    }
}
