package dev.sallyport.config.rules;

import dev.sallyport.config.yaml.Form;
import dev.sallyport.config.yaml.Located;
import dev.sallyport.config.yaml.Problems;
import dev.sallyport.config.yaml.Section;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Verb;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Outcome.Action;
import dev.sallyport.rules.limit.Rate;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a rule does, or what is done where no rule matches. What is wrong is among the problems, and counts as left out. */
final class OutcomeSection {

    private final Problems problems;

    OutcomeSection(Problems problems) {
        this.problems = problems;
    }

    /** Of commands that no rule matches. */
    Outcome ofDefaults(Section section) {
        var action = action(section);
        var reply = reply(section, action);
        return outcome(action, reply, section.optional("log", Form.yesOrNo()), null, 0);
    }

    /** @param verbs the rule's commands; empty: every one */
    Outcome ofRule(Section section, Set<Verb> verbs) {
        var action = action(section);
        var reply = reply(section, action);
        var log = section.optional("log", Form.yesOrNo());
        var rate = section.optional("rate", RateForm.RATE);
        var size = size(section, action, verbs);
        return outcome(action, reply, log, rate == null ? null : rate.value(), size);
    }

    /** Null when it is missing or wrong. */
    private static @Nullable Action action(Section section) {
        var action = section.required("action", RuleForms.ACTION);
        return action == null ? null : action.value();
    }

    private @Nullable FtpLine reply(Section section, @Nullable Action action) {
        var reply = section.optional("reply", ReplyForm.REPLY_LINE);
        if (action == Action.ALLOW && section.has("reply")) {
            section.refuse("reply", "'reply' goes with deny or close; here it says allow.");
            return null;
        }
        if (reply != null && action == Action.DENY && reply.value().text().startsWith("421")) {
            problems.add(reply, "421 says that the connection ends, and deny lets it go on: write action: close, or another code.");
        }
        return reply == null ? null : reply.value();
    }

    /** 0 when there is none. */
    private static long size(Section section, @Nullable Action action, Set<Verb> verbs) {
        var size = section.optional("size", Form.bytes());
        if (size == null) {
            return 0;
        }
        if (action == Action.DENY || action == Action.CLOSE) {
            section.refuse("size", "'size' goes with allow: allow files up to that size, and larger ones are refused.");
            return 0;
        }
        if (!verbs.isEmpty() && verbs.stream().noneMatch(OutcomeSection::movesFile)) {
            section.refuse("size", "'size' goes with downloads and uploads; none of these commands moves a file.");
        }
        return size.value();
    }

    private static boolean movesFile(Verb verb) {
        return verb.role() == Verb.Role.DOWNLOAD || verb.role() == Verb.Role.UPLOAD;
    }

    private static Outcome outcome(
            @Nullable Action action, @Nullable FtpLine reply, @Nullable Located<Boolean> log, @Nullable Rate rate, long mostBytes) {
        if (action == null) {
            return Outcome.ALLOW;
        }
        var logged = log == null ? action != Action.ALLOW : log.value();
        return new Outcome(action, reply, logged, rate, mostBytes);
    }
}
