package dev.sallyport.cli;

import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sallyport kill ID}: ends a session of a running gateway. */
@Command(
        name = "kill",
        mixinStandardHelpOptions = true,
        description = "Ends a session of a running gateway and cuts its data connections.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the session ends", "1:there is no such session", "2:wrong usage, or no gateway answers"})
final class KillCommand implements Callable<Integer> {

    private static final Pattern ID = Pattern.compile("[0-9a-z]{1,13}");

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ControlOptions control;

    @Parameters(paramLabel = "ID", description = "The session, as 'sallyport sessions' and the log name it.")
    @SuppressWarnings("NullAway.Init")
    private String id;

    private KillCommand() {}

    @Override
    public Integer call() throws CommandFailure {
        if (!ID.matcher(id).matches()) {
            throw new ParameterException(
                    spec.commandLine(), "'" + id + "' is no session's ID: write 1 to 13 digits and small letters, such as 2x7k3.");
        }
        var reply = control.ask("kill " + id);
        var missing = reply.answer().missing() != null;
        if (control.json()) {
            control.out().println(reply.json());
        } else if (missing) {
            throw new CommandFailure(Sallyport.FAILED, "there is no session " + id + ". 'sallyport sessions' lists those that are open.");
        } else {
            control.out().println("Session " + ControlOptions.present(reply.answer().killed()) + " ends.");
        }
        return missing ? Sallyport.FAILED : Sallyport.GOOD;
    }
}
