package dev.sallyport.session.conversations;

import dev.sallyport.ftp.Fault;
import dev.sallyport.session.Effect;
import dev.sallyport.session.SessionEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How often each kind of effect occurs. */
final class EffectCounts {
    int toServer;
    int toClient;
    int replies;
    int passiveReplies;
    int opens;
    int holds;
    int closes;
    int faults;
    int tooEarly;
    int others;
    /** What a rule that refuses says. */
    SessionEvent.@Nullable RuleDecided refusal;

    EffectCounts(List<Effect> effects) {
        for (var effect : effects) {
            switch (effect) {
                case Effect.ForwardToServer _ -> toServer++;
                case Effect.ForwardToClient _ -> toClient++;
                case Effect.ReplyToClient(var line) -> {
                    replies++;
                    passiveReplies += line.text().endsWith(Fault.PASSIVE_REPLY_WITHOUT_COMMAND.text()) ? 1 : 0;
                }
                case Effect.OpenPinhole _ -> opens++;
                case Effect.Close _ -> closes++;
                case Effect.AnswerTelnet _, Effect.EndOutput _, Effect.BecomeOpaque _, Effect.Secure _,
                        Effect.Unsecure _ -> others++;
                case Effect.Publish(SessionEvent.LoginHeld _) -> holds++;
                case Effect.Publish(SessionEvent.RuleDecided decided) when Verdicts.refuses(decided) -> refusal = decided;
                case Effect.Publish(SessionEvent.FaultSeen seen) -> {
                    faults += seen.enforced() ? 1 : 0;
                    tooEarly += seen.enforced() && seen.fault() == Fault.COMMAND_AHEAD_OF_REPLY ? 1 : 0;
                }
                case Effect.Publish _, Effect.SetDeadline _, Effect.ClosePinhole _, Effect.CutData _, Effect.SecureData _, Effect.OpenRange _,
                        Effect.CloseRange _ -> {}
            }
        }
    }

    int spoken() {
        return toServer + toClient + replies + opens + closes + others;
    }
}
