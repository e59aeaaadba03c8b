package dev.sallyport.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/**
 * The input is a session as a script. Its first byte chooses the setting, see {@link FuzzedSession}. Then a backquote and a
 * letter say what happens; what follows it, up to the next backquote, is what it takes:
 *
 * <pre>
 * `C bytes   the client sends      `c the client ends its output     `x the client resets
 * `S bytes   the server sends      `s the server ends its output     `y the server resets
 * `P         the client sends PASS and a secret, on a line of its own
 * `o `r      the data path opens, or refuses, the range or the pinhole that was asked for last
 * `d `e      a pinhole's connection comes, a data connection ends
 * `n         a connection that nobody expected comes
 * `t         time passes: a second, or as many as the next byte says
 * `q `k      the gateway stops, the operator ends the session
 * </pre>
 */
class EngineFuzzTest {

    private static final byte MARK = '`';

    @FuzzTest
    void anySession_keepsItsPromises(byte[] input) {
        if (input.length == 0 || Peer.text(input).contains(FuzzedSession.SECRET)) {
            return;
        }
        var session = new FuzzedSession(input[0]);
        for (var at = 1; at < input.length; ) {
            var end = at + 1;
            while (end < input.length && input[end] != MARK) {
                end++;
            }
            if (end - at >= 2) {
                session.happen((char) input[at + 1], Arrays.copyOfRange(input, at + 2, end));
            }
            at = end;
        }
        session.end();
    }
}
