package dev.sallyport.session;

import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Verb;
import dev.sallyport.rules.Masks;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts the rule set's words in place of those in which a server tells what it is, and leaves out of FEAT what the gateway
 * would refuse, so that clients do not try. Line by line: nothing is kept but what is to be done about the reply under way.
 *
 * <pre>
 * 220-ProFTPD 1.3.9                                      211-Features:
 * 220 at your service      →  220 FTP server ready.       AUTH TLS           →  211-Features:
 *                                                         REST STREAM            REST STREAM
 *                                                        211 End                211 End
 * </pre>
 */
final class Masking {

    /** What a client could not use where AUTH is refused (RFC 4217). */
    private static final Set<Verb> BEHIND_AUTH = EnumSet.of(Verb.AUTH, Verb.PBSZ, Verb.PROT, Verb.CCC);

    private static final FtpLine WAIT = FtpLine.of("120 Wait.");

    private final Conversation conversation;

    /** What stands for the whole reply under way; null: its own words. */
    private @Nullable FtpLine instead;
    /** What the features in the reply under way are judged by; null: it lists none. */
    private @Nullable Masks features;

    Masking(Conversation conversation) {
        this.conversation = conversation;
    }

    /** The server's greeting begins. */
    void greetingBegins(int code) {
        var banner = conversation.gatekeeper.text().masks().banner();
        instead = banner == null || code >= 400 ? null : code == 220 ? banner : WAIT;
        features = null;
    }

    /** A reply begins. The masks of that moment are for all of it. @param answered what it answers; null: nothing */
    void replyBegins(@Nullable Exchange answered, int code) {
        instead = null;
        features = null;
        if (answered == null || code < 200 || code >= 300) {
            return;
        }
        var masks = conversation.gatekeeper.text().masks();
        switch (answered.verb) {
            // RFC 959 §5.4: the same greeting, for the next user.
            case REIN -> instead = code == 220 ? masks.banner() : null;
            case SYST -> instead = masks.system();
            case HELP -> instead = masks.help();
            case FEAT -> features = masks;
            default -> {}
        }
    }

    /** What the client is sent when this line of the reply has come; null for nothing. */
    @Nullable FtpLine shown(FtpLine line) {
        var replies = conversation.replies;
        if (instead != null) {
            return replies.within() ? null : instead;
        }
        return features != null && replies.within() && replies.lines() > 1 && hides(features, line) ? null : line;
    }

    /** Features of our own, that stand behind the first line of the reply under way. */
    List<FtpLine> ours() {
        return features == null || !conversation.replies.within() ? List.of()
                : BEHIND_AUTH.stream()
                        .filter(verb -> conversation.legs.offers(verb) && !refusedByRules(verb))
                        .map(verb -> FtpLine.of(verb == Verb.AUTH ? " AUTH TLS" : " " + verb))
                        .toList();
    }

    /** RFC 2389 §3.2: a feature is a line of a blank and words. Some servers write code and hyphen instead of the blank. */
    private boolean hides(Masks masks, FtpLine line) {
        var start = line.length() > 3 && line.at(3) == '-' ? 4 : 0;
        while (start < line.length() && line.at(start) == ' ') {
            start++;
        }
        var end = start;
        while (end < line.length() && line.at(end) != ' ' && line.at(end) != ';') {
            end++;
        }
        var verb = Verb.of(line, start, end);
        // Where TLS ends here, what the server offers is not what the client may use.
        return conversation.policy.tls() instanceof TlsPolicy.Ended && BEHIND_AUTH.contains(verb)
                || masks.hideRefused() && refused(verb)
                || !masks.hidden().isEmpty() && masks.hidden().contains(line.text(start, end).toUpperCase(Locale.ROOT));
    }

    private boolean refused(Verb verb) {
        return switch (verb) {
            // A feature such as UTF8, which is no command.
            case UNKNOWN -> false;
            // RFC 3659 §7.8: the line promises both.
            case MLST -> refusedByRules(Verb.MLST) || refusedByRules(Verb.MLSD);
            default -> verb.role() == Verb.Role.UNSUPPORTED
                    || conversation.policy.tls() == TlsPolicy.DENY && BEHIND_AUTH.contains(verb)
                    || refusedByRules(verb);
        };
    }

    private boolean refusedByRules(Verb verb) {
        return conversation.gatekeeper.refusesAlways(verb);
    }
}
