package dev.sallyport.rules;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Addresses;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForbiddenTest {

    private static final InetAddress PEER = address("192.0.2.10");
    private static final OwnAddresses OWN = address("203.0.113.1")::equals;

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "0.1.2.3", "127.0.0.1", "127.255.0.9", "169.254.169.254", "224.0.0.1", "239.1.2.3",
        "255.255.255.255", "203.0.113.1", "::", "::1", "fe80::1", "febf::9", "ff02::1", "fd00:ec2::254", "::ffff:169.254.169.254",
        "64:ff9b::169.254.169.254", "64:ff9b::7f00:1", "2002:a9fe:a9fe::1", "2002:cb00:7101::", "::127.0.0.1",
        "168.63.129.16", "100.100.100.200", "fd20:ce::254", "::ffff:168.63.129.16", "64:ff9b::168.63.129.16", "2002:6464:64c8::1",
        "64:ff9b:1::169.254.169.254", "64:ff9b:1:a9fe:a9:fe00::", "64:ff9b:1:1a9:fe:a9fe::", "64:ff9b:1:1:a9:fea9:fe00:0",
        "64:ff9b:1::203.0.113.1", "64:ff9b:1:7f00:0:100::", "2001:0:a9fe:a9fe::1", "2001:0:c633:6414:0:0:5601:5601",
        "2001:0:c633:6414:8000:63bf:34ff:8efe"})
    void addressThatNobodyHasAServerAt_isForbidden(String text) {
        assertThat(Forbidden.contains(address(text), PEER, OWN)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.10", "198.51.100.20", "10.0.0.1", "1.0.0.1", "128.0.0.1", "169.253.255.255", "169.255.0.0",
        "223.255.255.255", "203.0.113.2", "2001:db8::1", "fec0::1", "fe00::1", "fd00:ec2::253", "64:ff9b::192.0.2.1", "2002:c000:201::",
        "168.63.129.17", "100.100.100.201", "fd20:ce::253", "64:ff9b:1::192.0.2.1", "64:ff9b:1:c000:2:100::", "64:ff9b:1:1c0:0:201::",
        "64:ff9b:1:1:c0:2:100:0", "64:ff9b:2::169.254.169.254", "2001:0:c633:6414:8000:63bf:3fff:fdfe", "2001:1::7f00:1"})
    void anyOtherAddress_isNot(String text) {
        assertThat(Forbidden.contains(address(text), PEER, OWN)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "203.0.113.1"})
    void loopbackAndOwnAddresses_areAllowedToThePeerThatIsThere(String text) {
        assertThat(Forbidden.contains(address(text), address(text), OWN)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "169.254.169.254", "fe80::1", "224.0.0.1", "ff02::1"})
    void otherAddresses_areForbiddenToThePeerTheyBelongTo(String text) {
        assertThat(Forbidden.contains(address(text), address(text), OWN)).isTrue();
    }

    @Test
    void peerBehindATranslator_isNotWhatItsAddressMayEmbed() {
        var peer = address("64:ff9b:1:c07f:0:200::");
        assertThat(Forbidden.contains(peer, PEER, OWN)).isTrue();
        assertThat(Forbidden.contains(peer, peer, OWN)).isFalse();
    }

    private static InetAddress address(String text) {
        return requireNonNull(Addresses.parse(text));
    }
}
