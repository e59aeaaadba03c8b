package dev.sallyport.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.ReplyReader;

/** The input is what a server sends. */
class ReplyReaderFuzzTest {

    private static final int MOST_LINES = 6;

    @FuzzTest
    void anyLine_hasItsPart_inABoundedReply(byte[] input) {
        var reader = new ReplyReader(MOST_LINES);
        var opening = "";
        var lines = 0;
        for (var line : Peer.lines(input)) {
            var within = reader.within();
            var text = line.text();
            switch (reader.read(line)) {
                case FIRST -> {
                    assertThat(within).isFalse();
                    opening = text.substring(0, 3);
                    lines = 1;
                    assertThat(text).matches("(?s)[1-6][0-9]{2}-.*");
                }
                case INNER -> {
                    assertThat(within).isTrue();
                    assertThat(text).doesNotStartWith(opening + " ");
                    assertThat(++lines).isLessThanOrEqualTo(MOST_LINES);
                }
                case LAST -> {
                    assertThat(within).isTrue();
                    assertThat(text).startsWith(opening + " ");
                    assertThat(++lines).isLessThanOrEqualTo(MOST_LINES);
                }
                case WHOLE -> {
                    assertThat(within).isFalse();
                    assertThat(text).matches("(?s)[1-6][0-9]{2}( .*)?");
                    assertThat(reader.code()).isEqualTo(Integer.parseInt(text.substring(0, 3)));
                }
                case MALFORMED -> {
                    assertThat(within).isFalse();
                    assertThat(text).doesNotMatch("(?s)[1-6][0-9]{2}([ -].*)?");
                    assertThat(ReplyReader.whatItIs(line).severity()).isEqualTo(Fault.Severity.ENDS_SESSION);
                    return;
                }
                case TOO_MANY -> {
                    assertThat(lines).isEqualTo(MOST_LINES);
                    return;
                }
            }
            if (reader.within()) {
                assertThat(reader.code()).isEqualTo(Integer.parseInt(opening));
            }
        }
    }
}
