package dev.sallyport.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Side;
import dev.sallyport.proxy.UnheardServer.Verdict;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnheardServerTest {

    private final UnheardServer server = new UnheardServer();

    @ParameterizedTest
    @ValueSource(strings = {
        "USER a", "user a", "GET / HTTP/1.1\r\nUSER a\r\n", "x\nUsEr\ta", "x\0USER a", " \u00f4USER a", "USER\r\n", "USER\u00a0a",
        "U\u00ff\u00f1SER a", "US\u00ff\u00fdAER a", "U\u0001SER a", "POST / HTTP/1.1\r\nHost: a\r\n\r\nPORT 1\rUSER a"
    })
    void lineThatLogsIn_waits_inAnySegmentation(String text) {
        assertThat(client(text)).isEqualTo(Verdict.HOLD);
        var slow = new UnheardServer();
        for (var octet : text.split("")) {
            slow.saw(Side.CLIENT, Unpooled.copiedBuffer(octet, ISO_8859_1));
        }
        assertThat(slow.holds()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "GET / HTTP/1.1\r\nUser-Agent: curl\r\n\r\n", "POST / HTTP/1.1\r\n\r\nuser=a&the user b", "{\"a\": 1,\n  \"user\": \"b\"}",
        "\u0016\u0003\u0001\u0002\u0000USERS", "USE R a\r\n", "NICK a\r\n", "superuser a\r\n", "X USER a\r\n"
    })
    void anythingElse_passes(String text) {
        assertThat(client(text)).isEqualTo(Verdict.PASS);
        assertThat(server.holds()).isFalse();
    }

    @Test
    void whatWaits_isKeptInItsOrder_andGoesOnWhenTheServerSpeaksSomethingElse() {
        assertThat(client("NICK a\r\n")).isEqualTo(Verdict.PASS);
        assertThat(client("USER a 0 * :a\r\n")).isEqualTo(Verdict.HOLD);
        assertThat(client("JOIN #b\r\n")).isEqualTo(Verdict.HOLD);
        assertThat(answer(":ir")).isEqualTo(Verdict.PASS);
        assertThat(answer("c.example.org")).isEqualTo(Verdict.OTHER);
        assertThat(server.held()).isEqualTo("USER a 0 * :a\r\nJOIN #b\r\n".getBytes(ISO_8859_1));
    }

    @Test
    void whatStandsBeforeTheLineThatLogsIn_passes() {
        var segment = Unpooled.copiedBuffer(" / HTTP/1.1\r\n\r\nUSER a\r\nPASS b\r\n", ISO_8859_1);
        assertThat(client("GET")).isEqualTo(Verdict.PASS);
        assertThat(server.saw(Side.CLIENT, segment)).isEqualTo(Verdict.HOLD);
        assertThat(segment.toString(ISO_8859_1)).isEqualTo(" / HTTP/1.1\r\n\r\n");
        assertThat(server.held()).isEqualTo("USER a\r\nPASS b\r\n".getBytes(ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"220 ", "220-Welcome\r\n", "120 Soon", "421 No"})
    void serverThatGreetsAsFtpDoes_isFoundOut_inAnySegmentation(String greeting) {
        assertThat(answer(greeting)).isEqualTo(Verdict.FTP);
        var slow = new UnheardServer();
        for (var octet : greeting.substring(0, 3).split("")) {
            assertThat(slow.saw(Side.SERVER, Unpooled.copiedBuffer(octet, ISO_8859_1))).isEqualTo(Verdict.PASS);
        }
        assertThat(slow.saw(Side.SERVER, Unpooled.copiedBuffer(greeting.substring(3), ISO_8859_1))).isEqualTo(Verdict.FTP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\n", "2200", "220x", "200 news\r\n", "SSH-2.0-x\r\n", "\u0016\u0003\u0003\u0000"})
    void serverThatAnswersOtherwise_isAnother(String answer) {
        assertThat(answer(answer)).isEqualTo(Verdict.OTHER);
    }

    private Verdict client(String text) {
        return server.saw(Side.CLIENT, Unpooled.copiedBuffer(text, ISO_8859_1));
    }

    private Verdict answer(String text) {
        return server.saw(Side.SERVER, Unpooled.copiedBuffer(text, ISO_8859_1));
    }
}
