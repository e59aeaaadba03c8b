package dev.sallyport.ftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {

    @ParameterizedTest
    @CsvSource({
        "198.51.100.0/24, 198.51.100.255, true",
        "198.51.100.0/24, 198.51.101.0, false",
        "198.51.100.128/25, 198.51.100.127, false",
        "198.51.100.128/25, 198.51.100.128, true",
        "198.51.100.0/23, 198.51.101.255, true",
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.6, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "2001:db8::/32, 2001:db8:ffff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::/0, 192.0.2.1, false"
    })
    void contains_whatHasThePrefix(String network, String address, boolean inside) {
        assertThat(Objects.requireNonNull(Network.parse(network)).contains(Objects.requireNonNull(Addresses.parse(address))))
                .isEqualTo(inside);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "/", "192.0.2.0/", "192.0.2.0/33", "192.0.2.1/24", "192.0.2.0/-1", "192.0.2.0/+8", "192.0.2.0/24/8", "2001:db8::/129",
        "2001:db8::1/64", "localhost/8", "192.0.2/24", "192.0.2.0/0024"
    })
    void malformed_isRefused(String text) {
        assertThat(Network.parse(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.0/24, 192.0.2.0/24", "2001:DB8:0::/32, 2001:db8::/32", "192.0.2.1/32, 192.0.2.1"})
    void text_isCanonical(String written, String canonical) {
        assertThat(Network.parse(written)).hasToString(canonical);
    }
}
