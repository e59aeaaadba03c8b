package dev.sallyport.config.rules;

import static java.util.stream.Collectors.joining;

import dev.sallyport.config.yaml.Form;
import dev.sallyport.config.yaml.Similar;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.rules.DataMode;
import dev.sallyport.rules.Direction;
import dev.sallyport.rules.Glob;
import dev.sallyport.rules.Level;
import dev.sallyport.rules.Outcome.Action;
import dev.sallyport.rules.PathGlob;
import dev.sallyport.rules.TlsState;
import java.net.InetAddress;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the values of a rule set may be. */
final class RuleForms {

    private static final Pattern SET_NAME_TEXT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final Pattern RULE_NAME_TEXT = Pattern.compile("[a-z0-9][a-z0-9.-]{0,62}");
    private static final Pattern OWN_NAME_TEXT = Pattern.compile("[a-z][a-z0-9-]{0,62}");
    private static final Pattern FEATURE_TEXT = Pattern.compile("[A-Z][A-Z0-9]{0,15}");

    /** Longest text that a mask may put into a reply, and longest reply of a rule. */
    static final int LONGEST_TEXT = 400;

    /** For logs, metrics and answers. */
    static final Form<String> SET_NAME = matching(
            "a name of 1 to 63 letters, digits, dots, dashes or underscores, the first a letter or a digit", SET_NAME_TEXT);

    static final Form<String> RULE_NAME = matching(
            "a name of 1 to 63 lower-case letters, digits, dots or dashes, the first a letter or a digit", RULE_NAME_TEXT);

    /** Of a group or of networks: never to be mistaken for a command, an address, or a host. */
    static final Form<String> OWN_NAME =
            matching("a name of 1 to 63 lower-case letters, digits or dashes, the first a letter", OWN_NAME_TEXT);

    static final Form<ZoneId> ZONE = Form.of(
            "a time zone of the IANA database, such as Europe/Berlin or UTC", List.copyOf(ZoneId.getAvailableZoneIds()),
            text -> ZoneId.getAvailableZoneIds().contains(text) ? ZoneId.of(text) : null);

    /** How paths are compared. */
    enum PathCase { EXACT, IGNORE }

    static final Form<PathCase> PATH_CASE = Form.oneOf(PathCase.class);

    /** Whether the login is complete. */
    static final Form<Boolean> LOGIN = Form.of("before or after", List.of("before", "after"), text -> switch (text) {
        case "before" -> false;
        case "after" -> true;
        default -> null;
    });

    static final Form<Direction> DIRECTION = Form.oneOf(Direction.class);

    static final Form<TlsState> TLS = Form.oneOf(TlsState.class);

    static final Form<Glob> SUBJECT = glob(
            "the subject of a client's certificate or a pattern, such as \"CN=printer-*,O=Example\"", Glob::mistake, Glob::of);

    static final Form<Set<DataMode>> MODE = modes();

    static final Form<Glob> USER = glob("a user's name or a pattern, such as partner-*", Glob::mistake, Glob::of);

    static final Form<Glob> GATEWAY = glob("a gateway's name or a pattern, such as warehouse*", Glob::mistake, Glob::of);

    static final Form<Glob> ARGUMENT = glob("a pattern of whole arguments, such as \"CHMOD *\"", text -> {
        var plain = text.replaceAll("[ \\t\\x0B\\f]+", " ").strip();
        return plain.equals(text) ? Glob.mistake(text)
                : "never matches: arguments are asked about with one space between words and none around; write '" + plain + "'";
    }, Glob::of);

    static final Form<PathGlob> PATH = glob(
            "a pattern of paths that begins with / or **/, such as /pub/** or \"**/*.key\"", PathGlob::mistake, PathGlob::of);

    static final Form<Action> ACTION = Form.oneOf(Action.class).because(text -> meant(text, Map.of(
            "allow", Set.of("accept", "permit", "pass"), "deny", Set.of("block", "reject", "drop", "refuse"),
            "close", Set.of("disconnect", "end", "terminate", "kill")), "allow, deny or close"));

    static final Form<Level> LEVEL = Form.oneOf(Level.class).because(text -> meant(text, Map.of(
            "enforce", Set.of("on", "true", "yes", "deny"), "log", Set.of("warn"), "off", Set.of("false", "no")), "enforce, log or off"));

    static final Form<InetAddress> ONE_ADDRESS = Form.<InetAddress>of(
            "one IP address, such as 203.0.113.41", Addresses::parse)
            .because(text -> text.indexOf('/') > 0 && Addresses.parse(text.substring(0, text.indexOf('/'))) != null
                    ? "is a network: one address alone connects, such as '" + text.substring(0, text.indexOf('/')) + "'."
                    : null);

    /** A word that FEAT leaves out. */
    static final Form<String> FEATURE = Form.of(
            "refused, keep, or the first words of lines to hide besides, in upper case, such as MLST", List.of("refused", "keep"),
            text -> text.equals("refused") || text.equals("keep") || FEATURE_TEXT.matcher(text).matches() ? text : null)
            .because(text -> FEATURE_TEXT.matcher(text.toUpperCase(Locale.ROOT)).matches()
                            && Similar.to(text, List.of("refused", "keep")) == null
                    ? "is not upper case: write '" + text.toUpperCase(Locale.ROOT) + "'."
                    : null);

    private RuleForms() {}

    /** What a mask puts behind the code of a reply. */
    static Form<FtpLine> textOf(int code) {
        return Form.of(
                "a text of 1 to " + LONGEST_TEXT + " printable ASCII characters, such as 'FTP server ready.'",
                text -> !text.isBlank() && text.length() <= LONGEST_TEXT && ReplyForm.printable(text)
                                && !text.startsWith(code + " ")
                        ? FtpLine.of(code + " " + text)
                        : null)
                .because(text -> text.startsWith(code + " ")
                        ? "is given its code by the gateway: write the text alone, '" + text.substring(4).strip() + "'."
                        : ReplyForm.unprintable(text));
    }

    private static Form<String> matching(String allowed, Pattern pattern) {
        return Form.of(allowed, text -> pattern.matcher(text).matches() ? text : null);
    }

    /** @param mistake the end of a sentence that begins with the pattern */
    private static <T> Form<T> glob(
            String allowed, Function<String, @Nullable String> mistake, Function<String, T> made) {
        return Form.<T>of(allowed, text -> text.isEmpty() || mistake.apply(text) != null ? null : made.apply(text))
                .because(text -> text.isEmpty() ? null : mistake.apply(text) + ".");
    }

    private static Form<Set<DataMode>> modes() {
        var single = Arrays.stream(DataMode.values()).filter(mode -> mode != DataMode.NONE).map(Enum::name);
        var words = Stream.concat(Stream.of("active", "passive", "none"), single).toList();
        return Form.of(words.stream().limit(words.size() - 1).collect(joining(", ")) + " or " + words.getLast(), words,
                text -> words.contains(text)
                        ? switch (text) {
                            case "active" -> DataMode.ACTIVE;
                            case "passive" -> DataMode.PASSIVE;
                            default -> Set.of(DataMode.valueOf(text.toUpperCase(Locale.ROOT)));
                        }
                        : null);
    }

    /** For words of other firewalls. */
    private static @Nullable String meant(String text, Map<String, Set<String>> others, String allowed) {
        return others.entrySet().stream()
                .filter(entry -> entry.getValue().contains(text.toLowerCase(Locale.ROOT)))
                .findFirst()
                .map(entry -> "does not fit: did you mean '" + entry.getKey() + "'? Write " + allowed + ".")
                .orElse(null);
    }
}
