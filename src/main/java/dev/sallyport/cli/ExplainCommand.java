package dev.sallyport.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.config.GatewayRules;
import dev.sallyport.config.rules.RuleFile;
import dev.sallyport.config.yaml.ConfigurationException;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Parsed;
import dev.sallyport.proxy.HostClock;
import dev.sallyport.rules.DataMode;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Directory;
import dev.sallyport.rules.Match;
import dev.sallyport.rules.Question;
import dev.sallyport.rules.RuleSet;
import dev.sallyport.rules.RuleText;
import dev.sallyport.rules.SessionFacts;
import dev.sallyport.rules.TlsState;
import dev.sallyport.rules.WallClock;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sallyport explain}: which rule decides about a command, and why those above it do not. */
@picocli.CommandLine.Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Says which rule decides about a command, and why those above it do not. Nothing has to run, nothing is counted.",
            "What no rule asks for need not be said."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the command is allowed", "1:it is refused", "2:wrong usage, or the rules have mistakes"})
final class ExplainCommand implements Callable<Integer> {

    private static final InetAddress NOBODY = Addresses.of(new byte[4]);

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init")
    private Source source;

    static final class Source {
        @Option(names = "--rules", paramLabel = "FILE", description = "The rule set.")
        private @Nullable Path rules;

        @Option(names = "--config", paramLabel = "FILE", description = "The rule set of a gateway of this configuration.")
        private @Nullable Path configuration;
    }

    @Option(names = "--gateway", paramLabel = "NAME", description = "The gateway that the client calls.")
    private String gateway = "";

    @Option(names = "--from", paramLabel = "ADDRESS", converter = FormConverter.OfAddress.class, description = "The client.")
    private @Nullable InetAddress client;

    @Option(names = "--to", paramLabel = "ADDRESS", converter = FormConverter.OfAddress.class, description = "The server.")
    private @Nullable InetAddress server;

    @Option(names = "--user", paramLabel = "NAME", description = "Who has logged in.")
    private @Nullable String user;

    @Option(names = "--before-login", description = "Nobody has logged in yet.")
    private boolean beforeLogin;

    @Option(names = "--directory", paramLabel = "PATH", description = "The working directory; without it, it is not known.")
    private @Nullable String directory;

    @Option(
            names = "--mode",
            paramLabel = "PASV|PORT|...",
            description = "Of a transfer, the command that has set up its data connection: ${COMPLETION-CANDIDATES}.")
    private @Nullable DataMode mode;

    @Option(
            names = "--tls",
            paramLabel = "plain|cleared",
            converter = FormConverter.OfTlsState.class,
            description = "cleared: encrypted until CCC, so that the login was not seen (plain).")
    private TlsState tls = TlsState.PLAIN;

    @Option(
            names = "--at",
            paramLabel = "DAY HH:MM",
            converter = FormConverter.OfMoment.class,
            description = "The time in the rule set's zone, such as \"mon 14:30\" (now).")
    private @Nullable Integer minuteOfWeek;

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
        var text = rules();
        var command = command();
        refuseWhatIsMissing(text, command);
        var rules = RuleSet.compile(text, null);
        var question = new Question();
        question.ask(command, workingDirectory(), Objects.requireNonNullElse(mode, DataMode.NONE), 0);
        var explanation = rules.explain(facts(), question, clock());
        var shown = new ExplanationText(text, line, explanation);
        var out = spec.commandLine().getOut();
        if (json) {
            out.println(shown.json());
        } else {
            shown.lines(all).forEach(out::println);
        }
        return explanation.decision() instanceof Decision.Allow ? Sallyport.GOOD : Sallyport.FAILED;
    }

    private RuleText rules() throws CommandFailure {
        if (source.rules != null) {
            try {
                return RuleFile.read(source.rules).text();
            } catch (ConfigurationException wrong) {
                throw RuleFiles.failure(wrong.getMessage().lines().toList());
            }
        }
        var file = Objects.requireNonNull(source.configuration);
        var configuration = CheckCommand.read(file);
        var names = configuration.rules().keySet();
        if (gateway.isEmpty() && names.size() == 1) {
            gateway = names.iterator().next();
        }
        GatewayRules chosen = configuration.rules().get(gateway);
        if (chosen == null) {
            throw new CommandFailure(
                    Sallyport.WRONG_USAGE,
                    (gateway.isEmpty() ? "there are several gateways" : "there is no gateway '" + gateway + "'")
                            + " in " + file + ": name one with --gateway, " + String.join(" or ", names.stream().sorted().toList()) + ".");
        }
        return RuleFiles.read(configuration).orFail().of(chosen);
    }

    /** A guess in place of what a rule asks for would explain another case than the one that is meant. */
    private void refuseWhatIsMissing(RuleText text, Command command) {
        require("--from", client, asked(text, match -> !match.from().isEmpty()), "who the client is");
        require("--to", server, asked(text, match -> !match.to().isEmpty()), "which server it is");
        require("--gateway", gateway.isEmpty() ? null : gateway, asked(text, match -> !match.gateways().isEmpty()), "which gateway it is");
        var unseen = beforeLogin || tls == TlsState.CLEARED;
        require("--user", unseen ? "" : user, asked(text, match -> !match.users().isEmpty()), "who has logged in");
        var transfers = command.verb().transfers();
        require("--mode", mode, transfers && asked(text, match -> !match.modes().isEmpty()), "how the data connection is set up");
    }

    private void require(String option, @Nullable Object given, boolean asked, String what) {
        if (asked && given == null) {
            throw new ParameterException(spec.commandLine(), "the rules ask " + what + ": say it with " + option + ".");
        }
    }

    private static boolean asked(RuleText text, Predicate<Match> by) {
        return text.rules().stream().flatMap(rule -> Stream.concat(Stream.of(rule.match()), rule.unless().stream())).anyMatch(by);
    }

    private SessionFacts facts() {
        return new SessionFacts(
                Objects.requireNonNullElse(client, NOBODY), Objects.requireNonNullElse(server, NOBODY), gateway,
                wire(Objects.requireNonNullElse(user, "")), tls == TlsState.PLAIN, !beforeLogin, tls);
    }

    private WallClock clock() {
        if (minuteOfWeek == null) {
            return new HostClock();
        }
        int minute = minuteOfWeek;
        return (_, _) -> minute;
    }

    private Command command() {
        if (Command.parse(FtpLine.of(wire(line))) instanceof Parsed.Value<Command>(var command)) {
            return command;
        }
        throw new ParameterException(
                spec.commandLine(),
                "'" + line + "' is no command, so no rule is asked: write it as a client would send it, such as \"STOR a.txt\".");
    }

    private Directory workingDirectory() {
        var path = directory;
        if (path == null) {
            return Directory.UNKNOWN;
        }
        var known = Directory.of(path.getBytes(UTF_8));
        if (!known.known()) {
            throw new ParameterException(
                    spec.commandLine(), "'" + path + "' is no working directory: write an absolute path without . and .., such as /pub.");
        }
        return known;
    }

    /** As it goes over the wire, one character for each byte. */
    private static String wire(String text) {
        return new String(text.getBytes(UTF_8), ISO_8859_1);
    }
}
