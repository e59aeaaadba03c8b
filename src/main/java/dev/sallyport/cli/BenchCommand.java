package dev.sallyport.cli;

import picocli.CommandLine.Command;

/** {@code sallyport bench}: what the program costs on this machine, beside its peers, in one run. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures the gateway, and replay, on this machine, beside their peers, in one run.",
        subcommands = {BenchRelayCommand.class, BenchKernelCommand.class, BenchFtpsCommand.class, BenchReplayCommand.class},
        synopsisSubcommandLabel = "COMMAND")
final class BenchCommand {}
