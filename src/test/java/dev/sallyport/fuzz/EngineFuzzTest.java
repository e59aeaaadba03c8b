package dev.sallyport.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/**
 * The input is a session as a script. Its first byte chooses the setting, see {@link FuzzedSession}, and a second one, if it is no
 * backquote, TLS that the gateway ends, see {@link FuzzedTls}. Then a backquote and a
 * letter say what happens; what follows it, up to the next backquote, is what it takes:
 *
 * <pre>
 * `C bytes   the client sends      `c the client ends its output     `x the client resets
 * `S bytes   the server sends      `s the server ends its output     `y the server resets
 * `P         the client sends PASS and a secret, on a line of its own
 * `o `r      the data path opens, or refuses, the range or the pinhole that was asked for last
 * `d `e      a pinhole's connection comes, a data connection ends
 * `u `f      TLS that begins stands, or that ends is gone; it fails, or breaks; of the server when an odd number of bytes follows
 * `w         the server has sent all of a protected data connection
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
        var second = input.length > 1 && input[1] != MARK;
        var session = new FuzzedSession(input[0], second ? FuzzedTls.drawn(input[1]) : null);
        for (var at = second ? 2 : 1; at < input.length; ) {
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
