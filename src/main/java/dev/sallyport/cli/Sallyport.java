package dev.sallyport.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program. */
@Command(
        name = "sallyport",
        mixinStandardHelpOptions = true,
        description = "An FTP-aware firewall: one exact door for each FTP transfer.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all went well", "1:something failed at run time", "2:wrong usage or configuration"})
public final class Sallyport implements Runnable {

    static final int GOOD = 0;
    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;

    private static final List<Class<?>> COMMANDS = List.of(
            QuickstartCommand.class, RunCommand.class, CheckCommand.class, TestCommand.class, ReplayCommand.class, WatchCommand.class,
            RulesetCommand.class, SessionsCommand.class, PinholesCommand.class, KillCommand.class, RulesCommand.class, ReloadCommand.class,
            ExplainCommand.class, DoctorCommand.class, LabCommand.class, BenchCommand.class);

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private Sallyport() {}

    public static void main(String[] args) {
        // To look at all commands takes longer than many of them do.
        var named = COMMANDS.stream().filter(command -> args.length > 0 && args[0].equals(name(command))).toList();
        System.exit(commandLine(named.isEmpty() ? COMMANDS : named).execute(args));
    }

    private static String name(Class<?> command) {
        return command.getAnnotation(Command.class).name();
    }

    /** The command line without the process around it, for tests. */
    static CommandLine commandLine() {
        return commandLine(COMMANDS);
    }

    private static CommandLine commandLine(List<Class<?>> commands) {
        var commandLine = new CommandLine(new Sallyport());
        commands.forEach(command -> commandLine.addSubcommand(name(command), command));
        commandLine
                .setParameterExceptionHandler((wrong, args) -> wrongUsage(wrong))
                .setExecutionExceptionHandler(Sallyport::failed);
        tellVersion(commandLine);
        return commandLine;
    }

    /** Every command answers --version, and all alike. */
    private static void tellVersion(CommandLine command) {
        command.getCommandSpec().versionProvider(new Version());
        command.getSubcommands().values().forEach(Sallyport::tellVersion);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a command: "
                + String.join(", ", spec.subcommands().keySet()) + ".");
    }

    private static int wrongUsage(ParameterException wrong) {
        var command = wrong.getCommandLine();
        var err = command.getErr();
        say(err, command, String.valueOf(wrong.getMessage()));
        UnmatchedArgumentException.printSuggestions(wrong, err);
        err.println("'" + command.getCommandSpec().qualifiedName() + " --help' shows what there is.");
        return WRONG_USAGE;
    }

    private static int failed(Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
        if (failure instanceof CommandFailure expected) {
            say(command.getErr(), command, expected.getMessage());
            return expected.exitCode();
        }
        say(command.getErr(), command, "unexpected: " + failure);
        failure.printStackTrace(command.getErr());
        return FAILED;
    }

    static void say(PrintWriter err, CommandLine command, String text) {
        err.println(command.getCommandSpec().qualifiedName() + ": " + text);
    }

    /** As the manifest has it; without one {@code (not packaged)}. */
    static String version() {
        return Objects.requireNonNullElse(Sallyport.class.getPackage().getImplementationVersion(), "(not packaged)");
    }

    /** The version in the manifest, and the Java that runs it. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                "sallyport " + version() + ", Java " + Runtime.version()
            };
        }
    }
}
