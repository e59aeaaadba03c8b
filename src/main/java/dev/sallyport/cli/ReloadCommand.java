package dev.sallyport.cli;

import dev.sallyport.admin.Reloaded;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sallyport reload}: has a running gateway take its rules and certificates anew. */
@Command(
        name = "reload",
        mixinStandardHelpOptions = true,
        description = {
            "Has a running gateway take its rules, checks and certificates anew, and the token and certificate of its HTTP",
            "side, all or none: with a mistake anywhere, what was in force stays. Sessions that run go by the new rules from",
            "their next command on."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the new rules are in force", "2:they have mistakes and the old ones stay, or no gateway answers"})
final class ReloadCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ControlOptions control;

    private ReloadCommand() {}

    @Override
    public Integer call() throws CommandFailure {
        var reply = control.ask("reload");
        var reloaded = ControlOptions.present(reply.answer().reloaded());
        var mistakes = reloaded.mistakes();
        if (control.json()) {
            control.out().println(reply.json());
        } else if (mistakes != null) {
            throw new CommandFailure(Sallyport.WRONG_USAGE, sentence(mistakes));
        } else {
            tell(reloaded);
        }
        return mistakes == null ? Sallyport.GOOD : Sallyport.WRONG_USAGE;
    }

    private void tell(Reloaded reloaded) {
        var out = control.out();
        for (var gateway : ControlOptions.present(reloaded.gateways())) {
            out.println(gateway.gateway() + " goes by '" + gateway.rules() + "' now, "
                    + (gateway.count() == 1 ? "1 rule." : gateway.count() + " rules."));
        }
        if (reloaded.notice() != null) {
            out.println(reloaded.notice());
        }
    }

    private static String sentence(List<String> mistakes) {
        return (mistakes.size() == 1 ? "there is a mistake" : "there are " + mistakes.size() + " mistakes")
                + "; the rules that were in force stay." + System.lineSeparator()
                + String.join(System.lineSeparator(), mistakes);
    }
}
