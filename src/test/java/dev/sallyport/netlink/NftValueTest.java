package dev.sallyport.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class NftValueTest {

    private static final NftSet SET = new NftSet("t", "s");

    @Test
    void fields_ofAConcatenation_arePaddedTo4Bytes() throws Exception {
        var value = NftValue.of(InetAddress.getByName("192.0.2.1")).port(0x1234).address(InetAddress.getByName("2001:db8::1"));
        assertThat(NftValue.read(value.bytes())).hasToString("c0000201 12340000 20010db8 00000000 00000000 00000001").isEqualTo(value);
    }

    @Test
    void text_isWhatWasPut() throws Exception {
        var value = NftValue.of(InetAddress.getByName("192.0.2.1")).port(0).address(InetAddress.getByName("2001:db8::1")).mark(0x80000001);
        assertThat(value).hasToString("192.0.2.1 . 0 . 2001:db8:0:0:0:0:0:1 . 0x80000001");
        assertThat(NftValue.ofMark(7)).hasToString("0x00000007");
        assertThat(NftValue.EMPTY).hasToString("");
        var longest = NftValue.EMPTY;
        for (int port = 1; port <= 16; port++) {
            longest = longest.port(port);
        }
        assertThat(longest).hasToString("1 . 2 . 3 . 4 . 5 . 6 . 7 . 8 . 9 . 10 . 11 . 12 . 13 . 14 . 15 . 16");
    }

    @Test
    void fields_inTheOrderPut_readBack() throws Exception {
        var four = InetAddress.getByName("192.0.2.1");
        var six = InetAddress.getByName("2001:db8::1");
        var fields = NftValue.of(four).address(six).port(65_535).mark(0x80000001).fields();
        assertThat(fields.ipv4()).isEqualTo(four);
        assertThat(fields.ipv6()).isEqualTo(six);
        assertThat(fields.port()).isEqualTo(65_535);
        assertThat(fields.mark()).isEqualTo(0x80000001);
        assertThatThrownBy(fields::mark).isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void values_ofTheSameBytes_areEqual() {
        assertThat(NftValue.EMPTY.port(1).mark(2)).isEqualTo(NftValue.EMPTY.port(1).mark(2)).isNotEqualTo(NftValue.EMPTY.port(1));
    }

    @Test
    void mistakes_ofTheCaller_throw() {
        assertThatThrownBy(() -> NftValue.EMPTY.port(65_536)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NftSet("", "s")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NftSet("t", "s\0x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NftSet("t", "s".repeat(256))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NftChange.Add(SET, NftValue.ofMark(1), Duration.ofNanos(999_999)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(NftTransaction::of).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NftTransaction(
                        Collections.nCopies(NftTransaction.MAX_CHANGES + 1, new NftChange.Delete(SET, NftValue.ofMark(1)))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
