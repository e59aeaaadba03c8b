package dev.sallyport.cli;

import dev.sallyport.datapath.kernel.Ruleset;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sallyport ruleset}: prints what {@code run} installs in the kernel's packet filter. */
@Command(
        name = "ruleset",
        mixinStandardHelpOptions = true,
        description = {
            "Prints the nftables ruleset that 'run' installs for a configuration, and changes nothing.",
            "'sallyport ruleset --config FILE | nft -c -f -' checks it against this host's kernel."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:printed", "1:nothing of this configuration is in the kernel", "2:wrong usage or configuration"})
final class RulesetCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", required = true, description = "The configuration file.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    private RulesetCommand() {}

    @Override
    public Integer call() throws CommandFailure {
        var configuration = CheckCommand.read(file);
        KernelPart.refuseOwnUser(configuration);
        if (!KernelPart.needed(configuration)) {
            throw new CommandFailure(Sallyport.FAILED, "no gateway in " + file + " intercepts or has dataPath: kernel, "
                    + "so nothing is installed in the packet filter.");
        }
        var out = spec.commandLine().getOut();
        out.print(Ruleset.render(KernelPart.settings(configuration).ruleset()));
        out.flush();
        return Sallyport.GOOD;
    }
}
