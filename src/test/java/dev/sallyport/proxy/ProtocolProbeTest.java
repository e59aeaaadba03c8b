package dev.sallyport.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Side;
import dev.sallyport.proxy.ProtocolProbe.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProtocolProbeTest {

    private final ProtocolProbe probe = new ProtocolProbe();

    @ParameterizedTest
    @ValueSource(strings = {
        "220 (vsFTPd 3.0.3)\r\n", "220-Welcome to the FTP service\r\n", "120 FTP in 5 minutes\r\n", "220 ftp.example.org"})
    void greetingThatNamesFtp_isFtp(String greeting) {
        assertThat(server(greeting)).isEqualTo(Verdict.FTP);
        assertThat(probe.take(Side.SERVER)).isEqualTo(greeting.getBytes(ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "SSH-2.0-OpenSSH_9.2\r\n", "+OK POP3\r\n", "* OK IMAP\r\n", "2200 ", "22x", "554 No\r\n",
        "\u0016\u0003\u0001"
    })
    void otherGreeting_isOther(String greeting) {
        assertThat(server(greeting)).isEqualTo(Verdict.OTHER);
        assertThat(probe.mayPass()).isTrue();
    }

    @Test
    void greetingThatNamesSmtp_tellsNothing() {
        for (var greeting : List.of(
                "220 ftp.example.org ESMTP Postfix\r\n", "220 mail.example.org ESMTP Postfix\r\n",
                "220-Welcome to ACME\r\n220-Mail by SMTP goes elsewhere\r\n220 Ready\r\n")) {
            assertThat(new ProtocolProbe().saw(Side.SERVER, greeting.getBytes(ISO_8859_1))).isEqualTo(Verdict.GREETING);
        }
        assertThat(new ProtocolProbe().saw(Side.SERVER, "220 smtp.example.org ready\r\n".getBytes(ISO_8859_1)))
                .isEqualTo(Verdict.GREETING);
    }

    /** Lines within a greeting are free text: a client that speaks into it must not be asked before its end. */
    @Test
    void greetingOfSeveralLines_endsAtItsCodeAndASpace() {
        assertThat(server("220-Welcome\r\nThe server logs all\r\n")).isEqualTo(Verdict.UNDECIDED);
        assertThat(server(" 22  \r\n220\r\n")).isEqualTo(Verdict.UNDECIDED);
        assertThat(server("221 no\r\n220 Ready")).isEqualTo(Verdict.UNDECIDED);
        assertThat(server("\r\n")).isEqualTo(Verdict.GREETING);
    }

    @Test
    void answerThatIsNoReply_provesNoMail() {
        server("220 Ready\r\n");
        probe.take(Side.SERVER);
        client("EHLO example.org\r\n");
        probe.line();
        assertThat(server("Be nice.\r\n220 Ready\r\n")).isEqualTo(Verdict.OTHER);
        assertThat(probe.mayPass()).isFalse();
    }

    @Test
    void clientThatSpeaksFirst_isOther() {
        assertThat(client("\u0016\u0003\u0001\u0002\u0000")).isEqualTo(Verdict.OTHER);
        assertThat(probe.unheard()).isTrue();
        assertThat(probe.take(Side.CLIENT)).hasSize(5);
    }

    @Test
    void clientThatSpeaksIntoTheGreeting_isWatchedOn_orNotLetThrough() {
        server("22");
        assertThat(client("GET /")).isEqualTo(Verdict.OTHER);
        assertThat(probe.unheard()).as("it may yet greet as FTP does").isTrue();
        var late = new ProtocolProbe();
        late.saw(Side.SERVER, "220-a\r\n".getBytes(ISO_8859_1));
        assertThat(late.saw(Side.CLIENT, "GET /".getBytes(ISO_8859_1))).isEqualTo(Verdict.OTHER);
        assertThat(late.unheard()).isFalse();
        assertThat(late.mayPass()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "USER demo,FTP", "user demo,FTP", "AUTH TLS,FTP", "FEAT,FTP", "EHLO example.org,MAIL", "helo x,MAIL", "LHLO x,MAIL",
        "x y,OTHER", "CONNECT a:1,OTHER"
    })
    void greetingThatDoesNotTell_theFirstWordDecides(String line, Verdict verdict) {
        assertThat(server("220 Ready\r\n")).isEqualTo(Verdict.GREETING);
        assertThat(client(line + "\r\n")).isEqualTo(verdict);
        assertThat(probe.mayPass()).as("the server may speak FTP all the same").isFalse();
    }

    @Test
    void serverThatTakesTheFirstLineOfMail_speaksMail() {
        server("220 Ready\r\n");
        probe.take(Side.SERVER);
        assertThat(client("EHLO example.org\r\nMAIL FROM:<a@example.org>\r\n")).isEqualTo(Verdict.MAIL);
        assertThat(probe.line()).as("nothing else reaches it").isEqualTo("EHLO example.org\r\n".getBytes(ISO_8859_1));
        for (var octet : "250".split("")) {
            assertThat(server(octet)).isEqualTo(Verdict.UNDECIDED);
        }
        assertThat(server("-example.net\r\n")).isEqualTo(Verdict.OTHER);
        assertThat(probe.mayPass()).isTrue();
        assertThat(probe.take(Side.CLIENT)).isEqualTo("MAIL FROM:<a@example.org>\r\n".getBytes(ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"500 What?\r\n", "502-Not here\r\n502 ok\r\n", "530 Please login with USER and PASS.\r\n", "220 Ready\r\n"})
    void serverThatRefusesTheFirstLineOfMail_speaksFtpWithWhoeverGoesOn(String refusal) {
        server("220 Ready\r\n");
        probe.take(Side.SERVER);
        client("EHLO example.org\r\nUSER a\r\n");
        probe.line();
        assertThat(server(refusal)).isEqualTo(Verdict.MAIL_REFUSED);
        assertThat(probe.take(Side.SERVER)).isEqualTo(refusal.getBytes(ISO_8859_1));
        assertThat(probe.again()).isEqualTo(Verdict.FTP);
        assertThat(probe.mayPass()).isFalse();
    }

    @Test
    void serverWithoutExtensions_isAskedOnceMore() {
        server("220 Ready\r\n");
        probe.take(Side.SERVER);
        client("EHLO example.org\r\n");
        probe.line();
        server("500 What?\r\n");
        probe.take(Side.SERVER);
        assertThat(probe.again()).isEqualTo(Verdict.UNDECIDED);
        assertThat(client("HELO example.org\r\n")).isEqualTo(Verdict.MAIL);
        probe.line();
        assertThat(server("250 example.net\r\n")).isEqualTo(Verdict.OTHER);
        assertThat(probe.mayPass()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"EHLO\r\n", "EHLO a\n", "EHLO a\rUSER b\r\n", "EHLO a\0USER b\r\n", "EHLO \u00ff\u00f4\r\n"})
    void lineOfMailThatMayHideAnother_isNotSentUnseen(String line) {
        server("220 Ready\r\n");
        assertThat(client(line)).isEqualTo(Verdict.FTP);
    }

    @Test
    void greetingAnnounced_isAwaited() {
        assertThat(server("120 Soon\r\n")).isEqualTo(Verdict.UNDECIDED);
        assertThat(server("220 Now\r\n")).isEqualTo(Verdict.GREETING);
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
        assertThat(probe.take(Side.CLIENT)).isEqualTo("USER ".getBytes(ISO_8859_1));
    }

    @Test
    void endlessGreeting_isOther() {
        assertThat(server("220-x\r\n".repeat(2_000))).isEqualTo(Verdict.OTHER);
        assertThat(probe.mayPass()).as("it begins as one of FTP does").isFalse();
    }

    private Verdict server(String bytes) {
        return probe.saw(Side.SERVER, bytes.getBytes(ISO_8859_1));
    }

    private Verdict client(String bytes) {
        return probe.saw(Side.CLIENT, bytes.getBytes(ISO_8859_1));
    }
}
