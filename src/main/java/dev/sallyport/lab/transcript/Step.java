package dev.sallyport.lab.transcript;

import dev.sallyport.ftp.Side;
import dev.sallyport.rules.RuleSet;
import dev.sallyport.session.Input;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.RangeId;
import java.time.Duration;

/** One thing that happens in a transcript. Pinholes are named by their number within the session, from 1. */
public sealed interface Step {

    /** {@code C: NOOP}, {@code S: 200 OK}: bytes from one side. */
    record Bytes(Side from, byte[] bytes) implements Step {}

    /**
     * {@code D: hold 1}, {@code D: hold range 1}: the data path does not answer on its own when this is asked for;
     * {@code D: keep range 1}: nor when the range is closed.
     */
    record Hold(Record door) implements Step {}

    /** What moves through a range, in {@link Hold}. */
    record DataOf(RangeId range) {}

    /**
     * {@code D: opened 1 50001}, {@code D: opened range 1}, {@code D: refused 1 no-free-port},
     * {@code D: refused range 1 no-free-port}: so the data path answers, now or else when it is asked.
     *
     * @param door a {@link PinholeId} or a {@link RangeId}
     */
    record Answered(Record door, Input answer) implements Step {}

    /**
     * What happens to a pinhole that was asked for: {@code D: connected 1}, {@code D: connected 1 198.51.100.20:4711},
     * {@code D: stranger 1 192.0.2.66:4000}, {@code D: other-port 1 198.51.100.20:4000},
     * {@code D: closed 1 to-client=10 to-server=0 closed}; to a range, {@code D: moved range 1},
     * {@code D: moved range 1 to-client=10 to-server=0}, {@code D: lost range 1}, {@code D: ended range 1}; and what happens to the
     * session: {@code E: stop}, {@code E: kill}, {@code E: server connected}, {@code E: unreachable REASON}, {@code E: not ftp, pass},
     * {@code E: not ftp, refuse}.
     */
    record Happens(Input input) implements Step {}

    /** {@code E: client eof}, {@code E: server reset}: the side's output ends. */
    record Ends(Side side, boolean reset) implements Step {}

    /** {@code E: reload FILE}: other rules are in force, for the session too from its next command on. */
    record Reloads(RuleSet rules) implements Step {}

    /** {@code T: 30s}: time passes. */
    record Passes(Duration time) implements Step {}
}
