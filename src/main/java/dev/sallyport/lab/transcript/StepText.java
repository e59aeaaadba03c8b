package dev.sallyport.lab.transcript;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.Side;
import dev.sallyport.rules.RuleSet;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.EndReason;
import dev.sallyport.session.Input;
import dev.sallyport.session.Moved;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.PinholeRefusal;
import dev.sallyport.session.RangeId;
import dev.sallyport.session.TlsFailure;
import dev.sallyport.session.TlsPeer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The lines of a transcript that say what goes in. All methods throw {@link IllegalArgumentException} on anything else. */
final class StepText {

    private static final String RANGE = "hold range N, opened range N, refused range N REASON, moved range N,"
            + " moved range N to-client=BYTES to-server=BYTES, keep range N, lost range N, ended range N";

    private static final Pattern SECURED = Pattern.compile("(client|server) secured .+");
    private static final Pattern NOT_SECURED = Pattern.compile("(client|server) not-secured \\S+");

    private StepText() {}

    /** @param rules reads the rules of a file */
    static Step step(String line, Scenario scenario, Function<String, RuleSet> rules) {
        if (line.length() < 2 || line.charAt(1) != ':') {
            throw new IllegalArgumentException("a line that goes in begins with C:, S:, D:, E: or T:");
        }
        var rest = line.length() > 2 && line.charAt(2) == ' ' ? line.substring(3) : line.substring(2);
        return switch (line.charAt(0)) {
            case 'C' -> new Step.Bytes(Side.CLIENT, ByteText.line(rest));
            case 'S' -> new Step.Bytes(Side.SERVER, ByteText.line(rest));
            case 'D' -> data(rest.strip().split(" +"), scenario);
            case 'E' -> event(rest.strip(), scenario, rules);
            case 'T' -> new Step.Passes(Values.time(rest.strip()));
            default -> throw new IllegalArgumentException("a line that goes in begins with C:, S:, D:, E: or T:");
        };
    }

    private static Step data(String[] words, Scenario scenario) {
        if (words.length > 1 && words[1].equals("range")) {
            return range(words);
        }
        var pinhole = words.length > 1 ? Values.number(words[1]) : 0;
        var id = new PinholeId(TranscriptRunner.SESSION, pinhole);
        return switch (words[0] + " " + words.length) {
            case "hold 2" -> new Step.Hold(id);
            case "opened 3" -> new Step.Answered(id, new Input.PinholeOpened(id, new Port(Values.number(words[2]))));
            case "dialed 3" -> new Step.Answered(id, new Input.PinholeOpened(id, new Port(Values.number(words[2])), true));
            case "refused 3" -> new Step.Answered(
                    id, new Input.PinholeRefused(id, Values.named(PinholeRefusal.class, words[2])));
            case "connected 2" -> new Step.Happens(new Input.DataOpened(id, usualSource(scenario.server())));
            case "connected 3" -> new Step.Happens(new Input.DataOpened(id, Values.endpoint(words[2])));
            case "stranger 3" -> new Step.Happens(
                    new Input.DataRefused(id, Values.endpoint(words[2]), Fault.DATA_FROM_STRANGER));
            case "other-port 3" -> new Step.Happens(
                    new Input.DataRefused(id, Values.endpoint(words[2]), Fault.DATA_FROM_OTHER_PORT));
            case "reached 2" -> new Step.Happens(new Input.DataReached(id));
            case "whole 2" -> new Step.Happens(new Input.DataWhole(id));
            case "closed 5" -> new Step.Happens(new Input.DataClosed(
                    id, new Moved(count(words[2], "to-client="), count(words[3], "to-server=")), Values.named(DataEnd.class, words[4])));
            default -> throw new IllegalArgumentException(
                    "a data path's line is one of: hold N, opened N PORT, dialed N PORT, refused N REASON, connected N,"
                            + " connected N ADDRESS:PORT, stranger N ADDRESS:PORT, other-port N ADDRESS:PORT,"
                            + " reached N, whole N, closed N to-client=BYTES to-server=BYTES HOW, or of a range: " + RANGE);
        };
    }

    private static Step range(String[] words) {
        var id = new RangeId(TranscriptRunner.SESSION, words.length > 2 ? Values.number(words[2]) : 0);
        return switch (words[0] + " " + words.length) {
            case "hold 3" -> new Step.Hold(id);
            case "opened 3" -> new Step.Answered(id, new Input.RangeOpened(id));
            case "refused 4" -> new Step.Answered(
                    id, new Input.RangeRefused(id, Values.named(PinholeRefusal.class, words[3])));
            case "moved 3" -> new Step.Happens(Input.OpaqueMoved.MOVED);
            case "moved 5" -> new Step.Happens(new Input.RangeMoved(
                    id, new Moved(count(words[3], "to-client="), count(words[4], "to-server=")), 1, 0));
            case "keep 3" -> new Step.Hold(new Step.DataOf(id));
            case "lost 3" -> new Step.Happens(new Input.RangeLost(id));
            case "ended 3" -> new Step.Happens(new Input.RangeEnded(id));
            default -> throw new IllegalArgumentException("a data path's line of a range is one of: " + RANGE);
        };
    }

    private static Step event(String text, Scenario scenario, Function<String, RuleSet> rules) {
        var words = text.split(" +", 2);
        return switch (text) {
            case "client eof" -> new Step.Ends(Side.CLIENT, false);
            case "client reset" -> new Step.Ends(Side.CLIENT, true);
            case "server eof" -> new Step.Ends(Side.SERVER, false);
            case "server reset" -> new Step.Ends(Side.SERVER, true);
            case "server connected" -> new Step.Happens(new Input.ServerConnected(scenario.gatewayToServer(), scenario.server()));
            case "client secured" -> secured(Side.CLIENT, null);
            case "server secured" -> secured(Side.SERVER, null);
            case "client unsecured" -> new Step.Happens(new Input.Unsecured(Side.CLIENT));
            case "stop" -> new Step.Happens(new Input.StopRequested());
            case "not ftp, pass" -> new Step.Happens(new Input.NotFtp(true));
            case "not ftp, refuse" -> new Step.Happens(new Input.NotFtp(false));
            case "kill" -> new Step.Happens(new Input.KillRequested(EndReason.KILLED));
            default -> {
                if (words[0].equals("unreachable") && words.length == 2) {
                    yield new Step.Happens(new Input.ServerUnreachable(words[1]));
                }
                if (words[0].equals("reload") && words.length == 2) {
                    yield new Step.Reloads(rules.apply(words[1]));
                }
                if (SECURED.matcher(text).matches()) {
                    yield secured(side(words[0]), words[1].substring("secured ".length()));
                }
                if (NOT_SECURED.matcher(text).matches()) {
                    var reason = Values.named(TlsFailure.class, words[1].substring("not-secured ".length()));
                    yield new Step.Happens(new Input.SecureFailed(side(words[0]), reason, ""));
                }
                throw new IllegalArgumentException("an event is one of: client eof, client reset, server eof, server reset,"
                        + " client or server secured, perhaps with a SUBJECT, client unsecured, client or server not-secured REASON,"
                        + " server connected, unreachable REASON, reload FILE, stop, kill, not ftp, pass and not ftp, refuse");
            }
        };
    }

    private static Step secured(Side side, @Nullable String subject) {
        return new Step.Happens(new Input.Secured(side, new TlsPeer("TLSv1.3", "TLS_AES_128_GCM_SHA256", null, subject)));
    }

    private static Side side(String word) {
        return Values.named(Side.class, word);
    }

    /** Where a server's active data connection comes from (RFC 959 §3.2); nothing looks at a client's. */
    private static Endpoint usualSource(Endpoint server) {
        return server.withPort(new Port(Math.max(1, server.port().number() - 1)));
    }

    private static long count(String word, String prefix) {
        if (!word.startsWith(prefix)) {
            throw new IllegalArgumentException("expected " + prefix + "BYTES instead of " + word);
        }
        return Values.bytes(word.substring(prefix.length()));
    }
}
