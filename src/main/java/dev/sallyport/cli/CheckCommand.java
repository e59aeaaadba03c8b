package dev.sallyport.cli;

import dev.sallyport.config.Configuration;
import dev.sallyport.config.ConfigurationFile;
import dev.sallyport.config.yaml.ConfigurationException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sallyport check}: reads a configuration file and says all that is wrong with it. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Reads a configuration file and says all that is wrong with it.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the file is good", "2:it is not"})
final class CheckCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The configuration file.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    private CheckCommand() {}

    @Override
    public Integer call() throws CommandFailure {
        var configuration = read(file);
        RuleFiles.read(configuration).orFail();
        var out = spec.commandLine().getOut();
        out.println(file + " is good.");
        configuration.gateways().forEach(settings -> out.println("  " + RunningGateways.describe(settings)));
        return Sallyport.GOOD;
    }

    /** Reads the file or fails with everything that is wrong with it, a line for each. */
    static Configuration read(Path file) throws CommandFailure {
        try {
            return ConfigurationFile.read(file);
        } catch (ConfigurationException wrong) {
            var one = wrong.problems().size() == 1;
            throw new CommandFailure(
                    Sallyport.WRONG_USAGE,
                    (one ? "the configuration has a mistake." : "the configuration has " + wrong.problems().size() + " mistakes.")
                            + System.lineSeparator() + wrong.getMessage(),
                    wrong);
        }
    }
}
