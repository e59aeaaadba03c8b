package dev.sallyport.rules;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Addresses;
import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForbiddenTest {

    private static final InetAddress PEER = address("192.0.2.10");
    private static final OwnAddresses OWN = address("203.0.113.1")::equals;

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "0.1.2.3", "127.0.0.1", "127.255.0.9", "169.254.169.254", "224.0.0.1", "239.1.2.3",
        "255.255.255.255", "203.0.113.1", "::", "::1", "fe80::1", "febf::9", "ff02::1", "fd00:ec2::254", "::ffff:169.254.169.254",
        "64:ff9b::169.254.169.254", "64:ff9b::7f00:1", "2002:a9fe:a9fe::1", "2002:cb00:7101::", "::127.0.0.1"})
    void addressThatNobodyHasAServerAt_isForbidden(String text) {
        assertThat(Forbidden.contains(address(text), PEER, OWN)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.10", "198.51.100.20", "10.0.0.1", "1.0.0.1", "128.0.0.1", "169.253.255.255", "169.255.0.0",
        "223.255.255.255", "203.0.113.2", "2001:db8::1", "fec0::1", "fe00::1", "fd00:ec2::253", "64:ff9b::192.0.2.1", "2002:c000:201::"})
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

    private static InetAddress address(String text) {
        return requireNonNull(Addresses.parse(text));
    }
}
