package dev.sallyport.ftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 5246 §6.2, §7.2.1; RFC 8446 §5; RFC 4217 §12.3. */
class TlsTunnelTest {

    private static final String HANDSHAKE = "16 03 01 00 02 aaaa";
    private static final String DATA = "17 03 03 00 03 bbbbbb";
    private static final String ALERT = "15 03 03 00 02 0100";
    private static final String HIDDEN_ALERT = "17 03 03 00 13 cccccccc cccccccc cccccccc cccccccc cccccc";
    private static final String CLEAR = "4e4f4f50 0d0a";

    private final TlsTunnel tunnel = new TlsTunnel();

    @ParameterizedTest
    @ValueSource(strings = {HANDSHAKE, ALERT, "14 03 03 00 01 01", "18 03 03 00 01 01", "16 03 00 00 00"})
    void records_ofEveryType_passInAnySegments(String record) {
        assertThat(takeByteByByte(Side.CLIENT, record + DATA)).isEqualTo(bytes(record + DATA).length);
        assertThat(tunnel.broken(Side.CLIENT) || tunnel.clear(Side.CLIENT)).isFalse();
        assertThat(take(Side.SERVER, record + DATA)).isEqualTo(bytes(record + DATA).length);
        assertThat(tunnel.broken(Side.SERVER) || tunnel.clear(Side.SERVER)).isFalse();
        assertThat(tunnel.over()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "a command instead of TLS,             4e4f4f50 0d0a,               0",
        "a command before data,                16030100 02aaaa 4e4f4f50,    7",
        "no type of a record,                  19030300 01aa,               0",
        "the hello of SSL 2 (RFC 6176),        802e01 0301,                 0",
        "another version,                      16020000 01aa,               1",
        "longer than any,                      17030348 01aa,               4",
    })
    void whatIsNoTls_breaksIt_andGoesNoFurther(String what, String sent, int taken) {
        assertThat(take(Side.CLIENT, sent)).as(what).isEqualTo(taken);
        assertThat(tunnel.broken(Side.CLIENT)).isTrue();
        assertThat(take(Side.CLIENT, HANDSHAKE)).isZero();
        assertThat(tunnel.broken(Side.SERVER)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {ALERT, HIDDEN_ALERT})
    void clearText_behindCloseNotifyOfBoth_isTheEnd(String closeNotify) {
        take(Side.CLIENT, HANDSHAKE + DATA + closeNotify);
        take(Side.SERVER, HANDSHAKE + DATA + closeNotify);
        assertThat(tunnel.over()).as("TLS may still go on").isFalse();
        assertThat(take(Side.CLIENT, CLEAR)).isZero();
        assertThat(tunnel.clear(Side.CLIENT)).isTrue();
        assertThat(tunnel.over()).isTrue();
    }

    @Test
    void clearText_ofBoth_isTheEnd() {
        assertThat(take(Side.CLIENT, DATA + CLEAR)).isEqualTo(8);
        assertThat(take(Side.SERVER, DATA)).isEqualTo(8);
        assertThat(tunnel.over()).isFalse();
        assertThat(take(Side.SERVER, CLEAR)).isZero();
        assertThat(tunnel.over()).isTrue();
    }

    @Test
    void clearText_ofOne_waitsForTheOther() {
        take(Side.SERVER, DATA + ALERT + DATA);
        take(Side.CLIENT, DATA + ALERT + CLEAR);
        assertThat(tunnel.over()).as("the server has gone on behind its alert").isFalse();
        take(Side.SERVER, ALERT.substring(0, 8));
        assertThat(tunnel.over()).as("in the middle of a record").isFalse();
        take(Side.SERVER, ALERT.substring(8));
        assertThat(tunnel.over()).isTrue();
    }

    @Test
    void clearText_isAnnounced_byCloseNotifyRightBeforeIt() {
        take(Side.CLIENT, DATA + ALERT);
        assertThat(tunnel.announced(Side.CLIENT)).as("nothing behind it").isFalse();
        take(Side.CLIENT, CLEAR);
        assertThat(tunnel.announced(Side.CLIENT)).isTrue();
        take(Side.SERVER, DATA + HIDDEN_ALERT + DATA + CLEAR);
        assertThat(tunnel.announced(Side.SERVER)).as("an alert before other records").isFalse();
    }

    @Test
    void alert_beforeTlsStands_isNoEnd() {
        take(Side.SERVER, HANDSHAKE + ALERT);
        take(Side.CLIENT, DATA + CLEAR);
        assertThat(tunnel.over()).isFalse();
    }

    private int take(Side from, String hex) {
        var bytes = bytes(hex);
        return tunnel.take(from, bytes, bytes.length);
    }

    private int takeByteByByte(Side from, String hex) {
        var taken = 0;
        for (var b : bytes(hex)) {
            taken += tunnel.take(from, new byte[] {b}, 1);
        }
        return taken;
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
