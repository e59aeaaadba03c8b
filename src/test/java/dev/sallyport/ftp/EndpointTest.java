package dev.sallyport.ftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointTest {

    private static final Port PORT = new Port(2100);
    private static final byte[] FOUR = {(byte) 192, 0, 2, 1};
    private static final byte[] SIX = {0x20, 0x01, 0x0d, (byte) 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5};
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, (byte) 192, 0, 2, 1};

    @ParameterizedTest
    @CsvSource({"192.0.2.1, 192.0.2.1:2100, true", "2001:DB8:0::5, [2001:db8::5]:2100, false", "::ffff:192.0.2.1, 192.0.2.1:2100, true"})
    void endpoint_isWrittenWithItsFamilysBrackets(String address, String written, boolean ipv4) throws UnknownHostException {
        var endpoint = new Endpoint(InetAddress.getByName(address), PORT);
        assertThat(endpoint).hasToString(written);
        assertThat(endpoint.ipv4()).isEqualTo(ipv4);
    }

    @Test
    void endpoint_ofAMappedAddress_isThatOfTheIpv4Address() throws UnknownHostException {
        var mapped = Inet6Address.getByAddress("name", MAPPED, 3);
        assertThat(mapped).as("the JDK keeps this one in sixteen bytes").isInstanceOf(Inet6Address.class);
        assertThat(new Endpoint(mapped, PORT)).isEqualTo(new Endpoint(InetAddress.getByAddress(FOUR), PORT));
        assertThat(Endpoint.unmapped(mapped)).isInstanceOf(Inet4Address.class);
    }

    @Test
    void endpoint_ofAScopedAndNamedAddress_hasNeither() throws UnknownHostException {
        var endpoint = new Endpoint(Inet6Address.getByAddress("name", SIX, 3), PORT);
        assertThat(endpoint.address()).hasToString("/2001:db8:0:0:0:0:0:5")
                .isInstanceOfSatisfying(Inet6Address.class, six -> assertThat(six.getScopeId()).isZero());
    }

    @Test
    void endpoint_ofASocketAddress_isReadAndGivenBack() throws UnknownHostException {
        var socketAddress = new InetSocketAddress(InetAddress.getByAddress(SIX), 990);
        var endpoint = Endpoint.of(socketAddress);
        assertThat(endpoint).hasToString("[2001:db8::5]:990");
        assertThat(endpoint.toSocketAddress()).isEqualTo(socketAddress);
    }

    @Test
    void withPort_keepsTheAddress() throws UnknownHostException {
        var endpoint = new Endpoint(InetAddress.getByAddress(FOUR), PORT);
        assertThat(endpoint.withPort(new Port(21))).hasToString("192.0.2.1:21");
    }
}
