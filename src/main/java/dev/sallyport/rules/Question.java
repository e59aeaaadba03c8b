package dev.sallyport.rules;

import static dev.sallyport.rules.Glob.wire;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.DataAddress;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Parsed;
import dev.sallyport.ftp.Verb;
import java.net.InetAddress;
import java.time.ZoneId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A command that a verdict is asked for, and what is read out of it once a rule asks. Its memory is used again from command
 * to command; so it belongs to one thread.
 */
public final class Question {

    private static final int NOT_ASKED = -1;

    private final Paths paths = new Paths();
    private final Bytes argument = new Bytes();
    private final RulesLeft rulesLeft = new RulesLeft();
    private @Nullable Command command;
    private Directory directory = Directory.UNKNOWN;
    private DataMode connection = DataMode.NONE;
    private long nowNanos;
    private @Nullable InetAddress named;
    private @Nullable WallClock clock;

    // Worked out when a rule asks.
    private Paths.@Nullable Kind pathKind;
    private boolean windows;
    private boolean argumentRead;
    private boolean argumentClear;
    private @Nullable String userOfCommand;
    private int minute;

    /**
     * Makes this the question for one more command.
     *
     * @param directory the working directory when the server carries the command out
     * @param mode how the data connection of a transfer is set up; of no meaning for another command
     * @param nowNanos the session's clock
     */
    public void ask(Command newCommand, Directory newDirectory, DataMode mode, long newNowNanos) {
        command = newCommand;
        directory = newDirectory;
        connection = mode;
        nowNanos = newNowNanos;
        named = null;
        pathKind = null;
        argumentRead = false;
        userOfCommand = null;
        minute = NOT_ASKED;
    }

    /** Asks once more, now that the server's answer to a passive command names another address than its own. */
    public void thirdParty(InetAddress address) {
        named = address;
    }

    /** Whether the command's path is unknown for no other reason than that the working directory is. */
    public boolean lacksDirectory() {
        return pathKind == Paths.Kind.UNKNOWN && paths.lackedDirectory();
    }

    /**
     * The path that the command is about, one character for each byte.
     *
     * @param foldCase whether the server folds names as Windows does
     * @return null when there is none, or it cannot be told
     */
    public @Nullable String exactPath(boolean foldCase) {
        return path(foldCase) == Paths.Kind.EXACT ? new String(paths.array(), 0, paths.length(), ISO_8859_1) : null;
    }

    Command command() {
        return Objects.requireNonNull(command, "nothing was asked");
    }

    Verb verb() {
        return command().verb();
    }

    long nowNanos() {
        return nowNanos;
    }

    void at(WallClock newClock) {
        clock = newClock;
    }

    int minuteOfWeek(ZoneId zone) {
        if (minute == NOT_ASKED) {
            minute = Objects.requireNonNull(clock, "no clock").minuteOfWeek(zone, nowNanos);
        }
        return minute;
    }

    /** The minute that was asked for last. */
    int minuteOfWeek() {
        return minute;
    }

    /** What {@link #path(boolean)} answered last. */
    Paths.Kind path() {
        return pathKind == null ? Paths.Kind.UNKNOWN : pathKind;
    }

    /** What is known of the path; the path is in {@link #paths}. */
    Paths.Kind path(boolean foldCase) {
        if (pathKind == null || windows != foldCase) {
            windows = foldCase;
            pathKind = paths.resolve(command(), directory, foldCase);
        }
        return pathKind;
    }

    Paths paths() {
        return paths;
    }

    /** What {@link RuleIndex} answers in. */
    RulesLeft rulesLeft() {
        return rulesLeft;
    }

    Directory directory() {
        return directory;
    }

    /** The argument without blanks at its ends, each run of blanks in it one space: {@code SITE  CHMOD} hides no CHMOD. */
    Bytes argument() {
        if (!argumentRead) {
            argumentRead = true;
            argumentClear = true;
            argument.cut(0);
            var line = command().line();
            var pending = false;
            for (var i = command().argumentStart(); i < line.length(); i++) {
                var b = line.at(i);
                if (PathText.blank(b)) {
                    pending = argument.length() > 0;
                    continue;
                }
                if (pending) {
                    argument.add(' ');
                    pending = false;
                }
                argument.add(b);
                argumentClear &= clear(b);
                i += escape(line, i) ? 1 : 0;
            }
        }
        return argument;
    }

    /** Whether {@link #argument} is what every server reads: those of BSD's descent end it at its first CR or NUL. */
    boolean argumentClear() {
        argument();
        return argumentClear;
    }

    static boolean clear(int b) {
        return b != '\r' && b != 0;
    }

    /** RFC 854: of IAC IAC, the second is no byte of the text. */
    private static boolean escape(FtpLine line, int at) {
        return at + 1 < line.length() && line.at(at) == 0xff && line.at(at + 1) == 0xff;
    }

    /** Who it is about: with USER, whom that names. */
    String user(SessionFacts facts) {
        if (verb() != Verb.USER) {
            return facts.user();
        }
        if (userOfCommand == null) {
            userOfCommand = SessionFacts.stripped(command().argument());
        }
        return userOfCommand;
    }

    boolean userKnown(SessionFacts facts) {
        return verb() == Verb.USER ? SessionFacts.clear(user(facts)) : facts.userKnown();
    }

    /** Whether it is a USER that names somebody else than the session's facts do. */
    boolean namesAnother(Scope scope) {
        var facts = scope.facts();
        return verb() == Verb.USER && !(user(facts).equals(facts.user()) && userKnown(facts) == facts.userKnown());
    }

    byte[] userBytes(Scope scope) {
        return verb() == Verb.USER ? wire(user(scope.facts())) : scope.user();
    }

    /** How the command's data connection is set up; null when it has none. */
    @Nullable DataMode mode() {
        return verb().transfers() ? connection : DataMode.of(verb());
    }

    /** The address that the command, or the answer to it, names, when it is not the client's own; else null. */
    @Nullable InetAddress thirdParty(SessionFacts facts) {
        if (named != null) {
            return named;
        }
        var parsed = switch (verb()) {
            case PORT -> DataAddress.port(command().argument());
            case EPRT -> DataAddress.eprt(command().argument());
            case LPRT -> DataAddress.lprt(command().argument());
            default -> null;
        };
        return parsed instanceof Parsed.Value<Endpoint>(var endpoint) && !endpoint.address().equals(facts.client())
                ? endpoint.address()
                : null;
    }
}
