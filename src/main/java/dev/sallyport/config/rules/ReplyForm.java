package dev.sallyport.config.rules;

import dev.sallyport.config.yaml.Form;
import dev.sallyport.ftp.FtpLine;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The reply of a rule that refuses: {@code 550 Read-only.}
 *
 * <pre>
 * reply = ( "4" / "5" ) 2DIGIT SP 1*printable   ; one line of RFC 959 §4.2, US-ASCII
 * </pre>
 */
final class ReplyForm {

    private static final Pattern REPLY = Pattern.compile("[45][0-9]{2} .*[^ ].*");
    private static final Pattern ANY_CODE = Pattern.compile("([0-9]{3})([ -].*)?");
    private static final String EXAMPLE = "such as '550 Read-only.'";

    static final Form<FtpLine> REPLY_LINE = Form.of(
            "one line with a code from 400 to 599, a space and a text, " + EXAMPLE, ReplyForm::read).because(ReplyForm::why);

    private ReplyForm() {}

    private static @Nullable FtpLine read(String text) {
        return text.length() <= RuleForms.LONGEST_TEXT && printable(text) && REPLY.matcher(text).matches()
                ? FtpLine.of(text)
                : null;
    }

    private static @Nullable String why(String text) {
        var unprintable = unprintable(text);
        if (unprintable != null) {
            return unprintable;
        }
        var matcher = ANY_CODE.matcher(text);
        if (!matcher.matches()) {
            return "has no code: a refusal begins with one from 400 to 599, " + EXAMPLE + ".";
        }
        var code = matcher.group(1);
        if (code.charAt(0) != '4' && code.charAt(0) != '5') {
            return "is no refusal: " + code + " is not from 400 to 599; write one that is, " + EXAMPLE + ".";
        }
        return matcher.group(2) instanceof String rest && rest.charAt(0) == '-'
                ? "begins a reply of many lines: write one line, with a space behind the code."
                : "has no text behind the code: write one, " + EXAMPLE + ".";
    }

    /** Whether all of it is US-ASCII that shows on paper, or a space. */
    static boolean printable(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c <= '~');
    }

    /** What is wrong with the text's characters or their number; null when nothing is. */
    static @Nullable String unprintable(String text) {
        if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
            return "has more than one line: write one.";
        }
        if (!printable(text)) {
            return "has characters that are not printable ASCII, which old clients may not show: leave them out.";
        }
        return text.length() > RuleForms.LONGEST_TEXT
                ? "is longer than " + RuleForms.LONGEST_TEXT + " characters: write less."
                : null;
    }
}
