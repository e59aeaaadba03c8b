package dev.sallyport.cli;

import dev.sallyport.config.Configuration;
import dev.sallyport.config.ConfigurationFile;
import dev.sallyport.config.rules.RuleFile;
import dev.sallyport.config.yaml.ConfigurationException;
import dev.sallyport.config.yaml.ConfigurationException.Problem;
import dev.sallyport.rules.Check;
import dev.sallyport.rules.Lint;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sallyport check}: reads configurations and rule sets, and says all that is wrong with them. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Reads configurations and rule sets, and says all that is wrong with them.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:every file is good", "1:there are warnings, and --strict is given", "2:a file has mistakes"})
final class CheckCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "0..*", description = "Configurations and rule sets, told apart by their keys.")
    private List<Path> files = List.of();

    @Option(names = "--strict", description = "Ends with 1 when there are warnings.")
    private boolean strict;

    @Option(names = "--checks", description = "Prints the checks of conduct: default level, and the attack that justifies each.")
    private boolean checks;

    private CheckCommand() {}

    @Override
    public Integer call() {
        if (files.isEmpty() && !checks) {
            throw new ParameterException(spec.commandLine(), "name a file, a configuration or a rule set.");
        }
        if (checks) {
            printChecks();
        }
        return files.stream().mapToInt(this::check).max().orElse(Sallyport.GOOD);
    }

    private int check(Path file) {
        return check(file, RuleFile.isOne(file));
    }

    private int check(Path file, boolean rules) {
        try {
            return rules ? checkRules(file) : checkConfiguration(file);
        } catch (CommandFailure wrong) {
            Sallyport.say(spec.commandLine().getErr(), spec.commandLine(), wrong.getMessage());
            return wrong.exitCode();
        }
    }

    private int checkConfiguration(Path file) throws CommandFailure {
        var configuration = read(file);
        var out = spec.commandLine().getOut();
        out.println(file + " is good.");
        configuration.gateways().forEach(settings -> out.println("  " + GatewayLine.of(settings)));
        // Here and now, and for who asks: the gateway may run elsewhere, or as somebody else.
        var obstacles = Stream.concat(
                Stream.of(JournalPart.obstacle(configuration.log().settings()), TelemetryPart.obstacle(configuration.telemetry()))
                        .filter(Objects::nonNull),
                TlsPart.obstacles(configuration).stream()).toList();
        obstacles.forEach(obstacle -> spec.commandLine().getErr().println(file + ": warning: " + obstacle));
        var worst = !obstacles.isEmpty() && strict ? Sallyport.FAILED : Sallyport.GOOD;
        return configuration.rules().values().stream().flatMap(gateway -> Stream.ofNullable(gateway.file())).distinct().sorted()
                .mapToInt(rules -> Math.max(worst, check(rules, true))).max().orElse(worst);
    }

    private int checkRules(Path file) throws CommandFailure {
        var loaded = readRules(file);
        var text = loaded.text();
        var out = spec.commandLine().getOut();
        out.println(file + " is good.");
        var count = text.rules().size();
        out.println("  " + text.name() + ": " + count + (count == 1 ? " rule" : " rules") + ", otherwise "
                + text.otherwise().action().name().toLowerCase(Locale.ROOT));
        var findings = Lint.of(text).stream()
                .map(finding -> new Problem(finding.place().line(), finding.place().column(), finding.text()));
        var warnings = Stream.concat(loaded.warnings().stream(), findings)
                .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
                .toList();
        var err = spec.commandLine().getErr();
        for (var warning : warnings) {
            err.println(new Problem(warning.line(), warning.column(), "warning: " + warning.text()).in(file.toString()));
        }
        return strict && !warnings.isEmpty() ? Sallyport.FAILED : Sallyport.GOOD;
    }

    private void printChecks() {
        var table = new TextTable(
                TextTable.Column.text("CHECK"), TextTable.Column.text("DEFAULT"), TextTable.Column.text("ATTACK"));
        for (var check : Check.values()) {
            table.row(check.key(), check.usual().name().toLowerCase(Locale.ROOT), check.attack());
        }
        table.lines().forEach(spec.commandLine().getOut()::println);
    }

    /** Reads a configuration, or fails with everything that is wrong with it, a line for each. */
    static Configuration read(Path file) throws CommandFailure {
        try {
            return ConfigurationFile.read(file);
        } catch (ConfigurationException wrong) {
            throw failure("configuration", wrong);
        }
    }

    private static RuleFile.Loaded readRules(Path file) throws CommandFailure {
        try {
            return RuleFile.read(file);
        } catch (ConfigurationException wrong) {
            throw failure("rule set", wrong);
        }
    }

    private static CommandFailure failure(String what, ConfigurationException wrong) {
        var mistakes = wrong.problems().size() == 1 ? "a mistake" : wrong.problems().size() + " mistakes";
        return new CommandFailure(
                Sallyport.WRONG_USAGE, "the " + what + " has " + mistakes + "." + System.lineSeparator() + wrong.getMessage(), wrong);
    }
}
