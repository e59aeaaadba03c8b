package dev.sallyport.session.conversations;

import dev.sallyport.ftp.FtpLine;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.conversations.Sent.Kind;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The transfer that waits until it is known which setup it will use, because a rule asks for its mode; the last line asked. */
final class HeldTransfer {

    private final Verdicts verdicts;
    private final AnswerOrder order;
    private @Nullable Sent sent;
    private @Nullable FtpLine line;

    HeldTransfer(Verdicts verdicts, AnswerOrder order) {
        this.verdicts = verdicts;
        this.order = order;
    }

    /** The client's next line came: nothing waits before it. @return whether this one waits, of which nothing is heard yet */
    boolean holds(FtpLine next, Sent as, EffectCounts tally) {
        Check.same(sent, null, "a transfer that waits, before the line behind it");
        var silent = tally.spoken() + tally.faults == 0 && tally.refusal == null;
        if (!silent || as.kind() != Kind.TRANSFER || !verdicts.asksForModes() || !order.setupPending()) {
            return false;
        }
        sent = as;
        line = next;
        return true;
    }

    @Nullable Sent waiting() {
        return sent;
    }

    boolean is(FtpLine forwarded) {
        return sent != null && Arrays.equals(forwarded.wire(), sent.wire());
    }

    /** It goes on, as far as the rules are concerned. */
    void allowed() {
        verdicts.allowed(Check.some(line, "the transfer that waited"));
        over();
    }

    void refused(SessionEvent.RuleDecided refusal) {
        verdicts.decided(Check.some(line, "the transfer that waited"), refusal);
        order.answeredHere();
        over();
    }

    /** A fault has been enforced; where it is that of the transfer, the rules have allowed it. */
    void faulty(String detail) {
        if (line != null && detail.strip().equals(line.text().strip())) {
            allowed();
        }
    }

    private void over() {
        sent = null;
        line = null;
    }
}
