package dev.sallyport.cli;

import picocli.CommandLine.Command;

/** {@code sallyport bench}: what the gateway costs on this machine, beside its peers, in one run. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures the gateway on this machine, beside its peers, in one run.",
        subcommands = {BenchRelayCommand.class, BenchKernelCommand.class},
        synopsisSubcommandLabel = "COMMAND")
final class BenchCommand {}
