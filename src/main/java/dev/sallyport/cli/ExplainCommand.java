package dev.sallyport.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Parsed;
import dev.sallyport.ftp.Verb;
import dev.sallyport.lab.explain.Consequence;
import dev.sallyport.lab.explain.DoorPorts;
import dev.sallyport.lab.explain.Rehearsal;
import dev.sallyport.lab.explain.Situation;
import dev.sallyport.lab.explain.Situation.Ends;
import dev.sallyport.proxy.GatewaySettings;
import dev.sallyport.proxy.GatewaySettings.Carrier;
import dev.sallyport.proxy.HostClock;
import dev.sallyport.rules.Armed;
import dev.sallyport.rules.DataMode;
import dev.sallyport.rules.Directory;
import dev.sallyport.rules.Match;
import dev.sallyport.rules.OwnAddresses;
import dev.sallyport.rules.Question;
import dev.sallyport.rules.RuleText;
import dev.sallyport.rules.SessionFacts;
import dev.sallyport.rules.TlsState;
import dev.sallyport.rules.WallClock;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.TlsPolicy;
import dev.sallyport.session.TlsPolicy.Ended;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sallyport explain}: which rule decides about a command, why those above it do not, and what comes of it. */
@picocli.CommandLine.Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Says which rule decides about a command, and why those above it do not;",
            "which check finds fault with it, what server and client are told, and which",
            "pinhole opens. Nothing has to run, nothing is counted. What nothing depends",
            "on need not be said; what comes before the command, such as the login, is",
            "taken to have been allowed."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the command is allowed", "1:it is refused", "2:wrong usage, or the rules have mistakes"})
final class ExplainCommand implements Callable<Integer> {

    private static final SessionPolicy USUAL = SessionPolicy.DEFAULT;
    /** TLS with the client alone: what the server is asked for itself is no matter of rules. */
    private static final TlsPolicy ENDED = new Ended(Ended.Client.OFFERED, Ended.Server.NONE, Ended.ClientData.ALLOW, Ended.ServerData.CLEAR);

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init")
    private Source source;

    static final class Source {
        @Option(names = "--rules", paramLabel = "FILE", description = "The rule set, under a gateway that neither end sees.")
        private @Nullable Path rules;

        @Option(names = "--config", paramLabel = "FILE", description = "A gateway of this configuration, and its rules.")
        private @Nullable Path configuration;
    }

    @Option(names = "--gateway", paramLabel = "NAME", description = "The gateway that the client calls.")
    private String gateway = "";

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ControlEnds ends;

    @Option(names = "--user", paramLabel = "NAME", description = "Who has logged in.")
    private @Nullable String user;

    @Option(names = "--before-login", description = "Nobody has logged in yet.")
    private boolean beforeLogin;

    @Option(names = "--directory", paramLabel = "PATH", description = "The working directory; without it, it is not known.")
    private @Nullable String directory;

    @Option(
            names = "--mode",
            paramLabel = "PASV|PORT|...",
            description = "Of a transfer, the command that has set up its data connection: ${COMPLETION-CANDIDATES} (EPSV).")
    private @Nullable DataMode mode;

    @Option(
            names = "--tls",
            paramLabel = "plain|encrypted|cleared",
            converter = FormConverter.OfTlsState.class,
            description = {
                "encrypted: with TLS that the gateway ends; cleared: with TLS that it lets pass, until CCC, so that the login was not",
                "seen (plain)."
            })
    private TlsState tls = TlsState.PLAIN;

    @Option(
            names = "--tls-subject",
            paramLabel = "NAME",
            description = "The subject of the certificate that the client has shown, as in RFC 2253: CN=printer-7,O=Example.")
    private @Nullable String subject;

    @Option(
            names = "--at",
            paramLabel = "DAY HH:MM",
            converter = FormConverter.OfMoment.class,
            description = "The time in the rule set's zone, such as \"mon 14:30\" (now).")
    private @Nullable Integer minuteOfWeek;

    @Option(
            names = "--reply",
            paramLabel = "LINE",
            description = "What the server answers, once for each line: \"227 Entering Passive Mode (10,0,0,20,195,80)\""
                    + " (what servers do as a rule).")
    private List<String> reply = List.of();

    @Option(names = "--all", description = "Show the rules about other commands too.")
    private boolean all;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Parameters(paramLabel = "COMMAND", description = "As the client would send it, in quotes: \"STOR a.txt\".")
    @SuppressWarnings("NullAway.Init")
    private String line;

    private ExplainCommand() {}

    @Override
    public Integer call() throws CommandFailure {
        var chosen = chosen();
        var rules = chosen.armed.rules();
        var command = command();
        refuseWhatIsMissing(rules.text(), command, chosen.settings);
        var situation = situation(chosen, command);
        var question = new Question();
        question.ask(command, workingDirectory(), Objects.requireNonNullElse(situation.mode(), DataMode.NONE), 0);
        var explanation = rules.explain(facts(situation), question, situation.clock());
        var consequences = new ConsequenceText(consequences(situation, command));
        var asked = !explanation.asked() || rules.hits().stream().anyMatch(hits -> hits.count() > 0);
        var shown = new ExplanationText(rules.text(), line, explanation, asked, consequences);
        var out = spec.commandLine().getOut();
        if (json) {
            out.println(shown.json());
        } else {
            shown.lines(all).forEach(out::println);
        }
        return shown.refused() ? Sallyport.FAILED : Sallyport.GOOD;
    }

    /** What a gateway goes by, and what else is known of it. @param settings null: it is one that neither end sees */
    private record Chosen(Armed armed, @Nullable GatewaySettings settings) {}

    private Chosen chosen() throws CommandFailure {
        if (source.rules != null) {
            return new Chosen(RuleFiles.alone(source.rules), null);
        }
        var chosen = ConfiguredGateway.of(Objects.requireNonNull(source.configuration), gateway);
        gateway = chosen.settings().name();
        return new Chosen(chosen.armed(), chosen.settings());
    }

    private Situation situation(Chosen chosen, Command command) {
        var settings = chosen.settings;
        var role = command.verb().role();
        var doors = role == Verb.Role.PASSIVE || role == Verb.Role.ACTIVE;
        var of = settings == null ? ends.transparent(doors) : ends.of(settings, doors);
        if (beforeLogin && tls == TlsState.CLEARED) {
            throw wrong("behind CCC somebody is taken to have logged in: give --before-login or --tls cleared, not both.");
        }
        if (subject != null && tls != TlsState.ENCRYPTED) {
            throw wrong("only a client with TLS shows a certificate: give --tls encrypted too.");
        }
        var policy = (settings == null ? USUAL : settings.policy()).withTls(tls(settings));
        var ports = settings == null
                ? new DoorPorts(true, GatewaySettings.SERVER_DATA_PORTS, GatewaySettings.SERVER_DATA_PORTS)
                : new DoorPorts(settings.carrier() == Carrier.KERNEL, settings.dataPorts(), settings.serverDataPorts());
        return new Situation(
                of, gateway, tls == TlsState.CLEARED ? "" : wire(Objects.requireNonNullElse(user, beforeLogin ? "" : "anonymous")),
                !beforeLogin,
                directory == null ? null : wire(directory), !command.verb().transfers() ? null : mode == null ? DataMode.EPSV : mode, tls, subject,
                policy.withRules(chosen.armed), ports, own(of), clock());
    }

    /** As much of a gateway's TLS as rules know of. */
    private TlsPolicy tls(@Nullable GatewaySettings settings) {
        var configured = settings == null ? null : settings.policy().tls();
        var ends = configured instanceof Ended(var client, _, _, _) && client != Ended.Client.NONE;
        return switch (tls) {
            case PLAIN -> ends ? ENDED : configured == TlsPolicy.PASSTHROUGH ? TlsPolicy.PASSTHROUGH : TlsPolicy.DENY;
            case ENCRYPTED -> {
                if (configured != null && !ends) {
                    throw wrong("the gateway " + gateway + " ends no TLS with clients, so it sees nothing that is encrypted: leave --tls out.");
                }
                yield ENDED;
            }
            case CLEARED -> {
                if (configured != null && configured != TlsPolicy.PASSTHROUGH) {
                    throw wrong("the gateway " + gateway + " lets no TLS pass, so no session of it is cleared: leave --tls out.");
                }
                yield TlsPolicy.PASSTHROUGH;
            }
        };
    }

    /** Those that are shown in place of an end that somebody does not see are not the gateway's. */
    private static OwnAddresses own(Ends of) {
        var own = Stream.of(of.called(), of.seen()).filter(end -> !end.equals(of.client()) && !end.equals(of.server()))
                .map(Endpoint::address).toList();
        return own::contains;
    }

    private List<Consequence> consequences(Situation situation, Command command) {
        try {
            return Rehearsal.of(situation, command.line(), reply.stream().map(each -> FtpLine.of(wire(each))).toList());
        } catch (IllegalArgumentException refused) {
            throw wrong("the data connection cannot be set up by " + situation.mode() + " here: " + refused.getMessage());
        }
    }

    /** A guess in place of what a rule asks for would explain another case than the one that is meant. */
    private void refuseWhatIsMissing(RuleText text, Command command, @Nullable GatewaySettings settings) {
        require("--from", ends.client(), asked(text, match -> !match.from().isEmpty()), "who the client is");
        require("--to", ends.serverKnown(settings) ? "" : null, asked(text, match -> !match.to().isEmpty()), "which server it is");
        require("--gateway", gateway.isEmpty() ? null : gateway, asked(text, match -> !match.gateways().isEmpty()), "which gateway it is");
        var unseen = beforeLogin || tls == TlsState.CLEARED;
        require("--user", unseen ? "" : user, asked(text, match -> !match.users().isEmpty()), "who has logged in");
        var transfers = command.verb().transfers();
        require("--mode", mode, transfers && asked(text, match -> !match.modes().isEmpty()), "how the data connection is set up");
    }

    private void require(String option, @Nullable Object given, boolean asked, String what) {
        if (asked && given == null) {
            throw wrong("the rules ask " + what + ": say it with " + option + ".");
        }
    }

    private static boolean asked(RuleText text, Predicate<Match> by) {
        return text.rules().stream().flatMap(rule -> Stream.concat(Stream.of(rule.match()), rule.unless().stream())).anyMatch(by);
    }

    private SessionFacts facts(Situation situation) {
        return new SessionFacts(
                situation.ends().client().address(), situation.ends().server().address(), gateway, situation.user(), tls != TlsState.CLEARED,
                !beforeLogin, tls, Objects.requireNonNullElse(subject, ""));
    }

    private WallClock clock() {
        if (minuteOfWeek == null) {
            return new HostClock();
        }
        int minute = minuteOfWeek;
        return (_, _) -> minute;
    }

    private Command command() {
        if (Command.parseAny(FtpLine.of(wire(line))) instanceof Parsed.Value<Command>(var command)) {
            return command;
        }
        throw wrong("'" + line + "' is no command, so no rule is asked: write it as a client would send it, such as \"STOR a.txt\".");
    }

    private Directory workingDirectory() {
        var path = directory;
        if (path == null) {
            return Directory.UNKNOWN;
        }
        var known = Directory.of(path.getBytes(UTF_8));
        if (!known.known()) {
            throw wrong("'" + path + "' is no working directory: write an absolute path without . and .., such as /pub.");
        }
        return known;
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }

    /** As it goes over the wire, one character for each byte. */
    private static String wire(String text) {
        return new String(text.getBytes(UTF_8), ISO_8859_1);
    }
}
