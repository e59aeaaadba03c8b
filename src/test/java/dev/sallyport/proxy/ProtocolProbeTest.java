package dev.sallyport.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Side;
import dev.sallyport.proxy.ProtocolProbe.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProtocolProbeTest {

    private final ProtocolProbe probe = new ProtocolProbe();

    @ParameterizedTest
    @ValueSource(strings = {"220 (vsFTPd 3.0.3)\r\n", "220-Welcome to the FTP service\r\n", "120 FTP in 5 minutes\r\n", "220 ftp.example.org"})
    void greetingThatNamesFtp_isFtp(String greeting) {
        assertThat(server(greeting)).isEqualTo(Verdict.FTP);
        assertThat(probe.bytes(Side.SERVER)).isEqualTo(greeting.getBytes(ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "SSH-2.0-OpenSSH_9.2\r\n", "+OK POP3\r\n", "* OK IMAP\r\n", "220 mail.example.org ESMTP Postfix\r\n", "2200 ", "22x", "554 No\r\n",
        "\u0016\u0003\u0001"
    })
    void otherGreeting_isOther(String greeting) {
        assertThat(server(greeting)).isEqualTo(Verdict.OTHER);
    }

    @Test
    void clientThatSpeaksFirst_isOther() {
        assertThat(client("\u0016\u0003\u0001\u0002\u0000")).isEqualTo(Verdict.OTHER);
        assertThat(probe.bytes(Side.CLIENT)).hasSize(5);
    }

    @ParameterizedTest
    @CsvSource({
        "USER demo,FTP", "user demo,FTP", "AUTH TLS,FTP", "FEAT,FTP", "EHLO example.org,OTHER", "helo x,OTHER", "LHLO x,OTHER",
        "x y,OTHER", "CONNECT a:1,OTHER"
    })
    void greetingThatDoesNotTell_theFirstWordDecides(String line, Verdict verdict) {
        assertThat(server("220 Ready\r\n")).isEqualTo(Verdict.GREETING);
        assertThat(client(line + "\r\n")).isEqualTo(verdict);
    }

    @Test
    void segmentation_changesNothing() {
        for (var octet : "220-a\r\n220 ".split("")) {
            assertThat(server(octet)).isEqualTo(Verdict.UNDECIDED);
        }
        assertThat(server("b\r")).isEqualTo(Verdict.UNDECIDED);
        assertThat(server("\n")).isEqualTo(Verdict.GREETING);
        for (var letter : "USER".split("")) {
            assertThat(client(letter)).isEqualTo(Verdict.UNDECIDED);
        }
        assertThat(client(" ")).isEqualTo(Verdict.FTP);
        assertThat(probe.bytes(Side.CLIENT)).isEqualTo("USER ".getBytes(ISO_8859_1));
    }

    @Test
    void endlessGreeting_isOther() {
        assertThat(server("220-x\r\n".repeat(2_000))).isEqualTo(Verdict.OTHER);
    }

    private Verdict server(String bytes) {
        return probe.saw(Side.SERVER, bytes.getBytes(ISO_8859_1));
    }

    private Verdict client(String bytes) {
        return probe.saw(Side.CLIENT, bytes.getBytes(ISO_8859_1));
    }
}
