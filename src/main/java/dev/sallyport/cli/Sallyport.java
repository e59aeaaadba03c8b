package dev.sallyport.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program. */
@Command(name = "sallyport", mixinStandardHelpOptions = true, subcommands = BenchCommand.class)
public final class Sallyport {
    private Sallyport() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Sallyport()).execute(args));
    }
}
