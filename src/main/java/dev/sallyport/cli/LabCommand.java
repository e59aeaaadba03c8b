package dev.sallyport.cli;

import dev.sallyport.lab.host.LabFailure;
import dev.sallyport.lab.trial.ClientProgram;
import dev.sallyport.lab.trial.Contender;
import dev.sallyport.lab.trial.Family;
import dev.sallyport.lab.trial.Lab;
import dev.sallyport.lab.trial.LabSettings;
import dev.sallyport.lab.trial.LabSettings.InstalledServer;
import dev.sallyport.lab.trial.Outcome;
import dev.sallyport.lab.trial.ServerProgram;
import dev.sallyport.lab.trial.Topology;
import dev.sallyport.lab.trial.Trial;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sallyport lab}: real clients and servers on either side of a firewall; what works, and what stands in the way. */
@Command(
        name = "lab",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Tries a firewall with real FTP clients and servers: PORT, PASV, EPRT and EPSV over IPv4 and IPv6, a listing, a",
            "download and an upload each. Prints what works, and for what fails the chain and rule that dropped the packet,",
            "the last packet seen on each side, and what to change.",
            "The firewall is Sallyport, or a ruleset of yours. Everything happens in network namespaces, which are removed",
            "at the end. Clients are 192.0.2.0/24 and 2001:db8:c::/64, servers 198.51.100.0/24 and 2001:db8:5::/64 with",
            "passive ports 62000-62999, the virtual address is 203.0.113.1 and 2001:db8:f::1.",
            "Needs Linux, root, nft and tcpdump, a server and a client; deploy/peers brings them."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all works through Sallyport, or through the ruleset that was given; with --shell: the shell has ended",
            "1:something does not",
            "2:wrong usage, or this host lacks something"
        })
final class LabCommand implements Callable<Integer> {

    /** What is shown beside what is tried. */
    private enum Against {
        KERNEL_HELPER,
        NONE,
        SALLYPORT;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Who moves the bytes of a transfer. */
    private enum DataPath {
        KERNEL,
        RELAY;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final List<String> PROGRAMS = List.of("ip", "ss", "nsenter", "nft", "tcpdump", "bash");

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--topology", defaultValue = "routed",
            description = "Where the firewall stands: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private Topology topology;

    @Option(names = "--ruleset", paramLabel = "FILE", description = "What \"nft -f\" takes: tried in Sallyport's place.")
    private @Nullable Path ruleset;

    @Option(names = "--beside", description = "Try the ruleset together with Sallyport, which comes after it.")
    private boolean beside;

    @Option(names = "--against", split = ",", paramLabel = "WHAT",
            description = "Show beside it: kernel-helper (Linux's own, nf_conntrack_ftp), none (a plain packet filter), sallyport.")
    private List<Against> against = List.of();

    @Option(names = "--data-path", defaultValue = "kernel",
            description = "Of Sallyport: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private DataPath dataPath;

    @Option(names = "--server", split = ",", paramLabel = "NAME",
            description = "Real servers: ${COMPLETION-CANDIDATES} (the first that is there).")
    private List<ServerProgram> servers = List.of();

    @Option(names = "--client", split = ",", paramLabel = "NAME",
            description = "Real clients: ${COMPLETION-CANDIDATES} (all that are there).")
    private List<ClientProgram> clients = List.of();

    @Option(names = "--inside", defaultValue = "inside", paramLabel = "NAME",
            description = "The firewall's interface to clients, as the ruleset names it (${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private String inside;

    @Option(names = "--outside", defaultValue = "outside", paramLabel = "NAME",
            description = "The firewall's interface to servers (${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private String outside;

    @Option(names = "--seconds", defaultValue = "10", description = "A client that takes longer has failed (${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--shell", paramLabel = "SEAT",
            description = "Try nothing, but open a shell there: ${COMPLETION-CANDIDATES}.")
    private Lab.@Nullable Seat shell;

    @Option(names = "--launcher", description = "What starts Sallyport (deploy/sallyport beside what is running now).")
    private Path launcher = Launcher.besideThis();

    @Option(names = "--json", description = "Print one JSON object instead of the table.")
    private boolean json;

    private LabCommand() {}

    @Override
    public Integer call() throws CommandFailure {
        var out = spec.commandLine().getOut();
        try {
            var settings = settings();
            if (shell != null) {
                Lab.shell(settings, shell, line -> {
                    out.println(line);
                    out.flush();
                });
                return Sallyport.GOOD;
            }
            var trials = Lab.run(settings, progress());
            out.println(json ? LabReport.json(settings, trials) : LabReport.text(settings, trials));
            return trials.stream().filter(Trial::tried).allMatch(trial -> trial.outcomes().stream().allMatch(Outcome::works))
                    ? Sallyport.GOOD
                    : Sallyport.FAILED;
        } catch (LabFailure e) {
            throw new CommandFailure(e.isBeforeStart() ? Sallyport.WRONG_USAGE : Sallyport.FAILED, String.valueOf(e.getMessage()), e);
        }
    }

    /** A line on the terminal; nothing where there is no terminal. */
    private static Lab.Progress progress() {
        var console = System.console();
        return console == null || !console.isTerminal() ? (_, _) -> {} : (visits, all) -> {
            System.err.print("\r\033[K" + (visits < all ? visits + " of " + all + " visits" : ""));
            System.err.flush();
        };
    }

    private LabSettings settings() throws CommandFailure, LabFailure {
        if (beside && ruleset == null) {
            throw wrong("--beside is about a ruleset: say which with --ruleset.");
        }
        if (ruleset != null && !Files.isReadable(ruleset)) {
            throw wrong("there is no file " + ruleset + " to read.");
        }
        if (seconds < 1 || seconds > 600) {
            throw wrong("--seconds is between 1 and 600.");
        }
        for (var program : PROGRAMS) {
            if (!installed(program)) {
                throw wrong("this host lacks " + program + ": deploy/peers brings it.");
            }
        }
        return new LabSettings(topology, contenders(), found(), foundClients(), Family.here(), inside, outside, seconds);
    }

    private List<Contender> contenders() throws CommandFailure {
        var sallyport = new Contender.Sallyport(launcher, dataPath.toString(), ruleset == null);
        var contenders = new ArrayList<Contender>();
        if (ruleset == null) {
            contenders.add(sallyport);
        } else {
            var own = new Contender.OwnRuleset(ruleset);
            contenders.add(beside ? new Contender.Beside(own, sallyport) : own);
        }
        for (var other : against) {
            switch (other) {
                case KERNEL_HELPER -> contenders.add(new Contender.KernelHelper());
                case NONE -> contenders.add(new Contender.PlainFilter());
                case SALLYPORT -> {
                    if (ruleset == null) {
                        throw wrong("Sallyport is what is tried; --against sallyport goes with --ruleset.");
                    }
                    contenders.add(sallyport);
                }
            }
        }
        if (!Files.isExecutable(launcher) && (contenders.contains(sallyport) || beside)) {
            throw wrong("Sallyport's launcher is not at " + launcher + ": say where with --launcher.");
        }
        return contenders;
    }

    private List<InstalledServer> found() throws CommandFailure, LabFailure {
        var found = new ArrayList<InstalledServer>();
        for (var server : servers.isEmpty() ? List.of(ServerProgram.values()) : servers) {
            var program = server.find(launcher);
            if (program.isPresent()) {
                found.add(new InstalledServer(server, program.get()));
            } else if (!servers.isEmpty()) {
                throw wrong("this host lacks " + server + ": deploy/peers brings it.");
            }
        }
        if (found.isEmpty()) {
            throw wrong("this host has none of " + Arrays.toString(ServerProgram.values()) + ": deploy/peers brings them.");
        }
        return servers.isEmpty() ? found.subList(0, 1) : found;
    }

    private List<ClientProgram> foundClients() throws CommandFailure {
        var missing = clients.stream().filter(client -> !installed(client.toString())).findFirst();
        if (missing.isPresent()) {
            throw wrong("this host lacks " + missing.get() + ": deploy/peers brings it.");
        }
        var found = Stream.of(ClientProgram.values()).filter(client -> clients.isEmpty() || clients.contains(client))
                .filter(client -> installed(client.toString())).toList();
        if (found.isEmpty()) {
            throw wrong("this host has none of " + Arrays.toString(ClientProgram.values()) + ": deploy/peers brings them.");
        }
        return found;
    }

    private static boolean installed(String program) {
        return Stream.of(Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, program)).anyMatch(Files::isExecutable);
    }

    private static CommandFailure wrong(String sentence) {
        return new CommandFailure(Sallyport.WRONG_USAGE, sentence);
    }
}
