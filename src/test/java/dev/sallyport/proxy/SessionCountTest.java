package dev.sallyport.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.session.ClientRefusal;
import java.net.InetAddress;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Who is counted as one client. */
class SessionCountTest {

    private final SessionCount count = new SessionCount(new GatewaySettings.Limits(5, 2));

    @Test
    void ipv4_eachAddressIsAClient() {
        assertThat(count.enter(address("192.0.2.1"))).isNull();
        assertThat(count.enter(address("192.0.2.1"))).isNull();
        assertThat(count.enter(address("192.0.2.1"))).isEqualTo(ClientRefusal.TOO_MANY_SESSIONS_OF_CLIENT);
        assertThat(count.enter(address("192.0.2.2"))).isNull();
        assertThat(count.all()).isEqualTo(3);
    }

    @Test
    void ipv6_eachPrefixOf64BitsIsAClient() {
        assertThat(count.enter(address("2001:db8::1"))).isNull();
        assertThat(count.enter(address("2001:db8::ffff:0:2"))).isNull();
        assertThat(count.enter(address("2001:db8::3"))).isEqualTo(ClientRefusal.TOO_MANY_SESSIONS_OF_CLIENT);
        assertThat(count.enter(address("2001:db8:0:1::1"))).isNull();
        count.leave(address("2001:db8::1"));
        assertThat(count.enter(address("2001:db8::3"))).isNull();
    }

    @Test
    void refused_isNotCounted() {
        for (var i = 1; i <= 5; i++) {
            assertThat(count.enter(address("192.0.2." + i))).isNull();
        }
        assertThat(count.enter(address("192.0.2.9"))).isEqualTo(ClientRefusal.TOO_MANY_SESSIONS);
        assertThat(count.all()).isEqualTo(5);
        for (var i = 1; i <= 5; i++) {
            count.leave(address("192.0.2." + i));
        }
        assertThat(count.all()).isZero();
        assertThat(count.enter(address("192.0.2.9"))).isNull();
    }

    private static InetAddress address(String text) {
        return Objects.requireNonNull(Addresses.parse(text));
    }
}
