package dev.sallyport.datapath.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.netlink.Flow;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PayloadTest {

    /** A SYN of 60 or 80 bytes, and packets of 52 or 72 with what they carry, as Linux sends them. */
    @ParameterizedTest
    @CsvSource({"192.0.2.1,60,52,40", "2001:db8::1,80,72,60"})
    void counted_packetsWithTimestamps_giveTheirPayload(String address, int syn, int other, int reset) {
        assertThat(bytes(address, 4, syn + 3 * other)).isZero();
        assertThat(bytes(address, 4, syn + 3 * other + 1)).isOne();
        assertThat(bytes(address, 50, syn + 49 * other + 65_537)).isEqualTo(65_537);
        assertThat(bytes(address, 5, syn + 3 * other + reset)).as("a reset behind an empty file").isZero();
    }

    /** A SYN of 52 bytes, then headers alone. */
    @Test
    void counted_packetsWithoutTimestamps_giveTheirPayload() {
        assertThat(bytes("192.0.2.1", 50, 52 + 49 * 40 + 10)).isEqualTo(22);
    }

    @Test
    void nothing_counted_isNothing() {
        assertThat(bytes("192.0.2.1", 0, 0)).isZero();
    }

    private static long bytes(String address, long packets, long bytes) {
        return Payload.bytes(new Flow.Count(packets, bytes), Objects.requireNonNull(Addresses.parse(address)));
    }
}
