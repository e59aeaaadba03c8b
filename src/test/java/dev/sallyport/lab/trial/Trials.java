package dev.sallyport.lab.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.lab.host.LabFailure;
import dev.sallyport.peers.Requirements;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Labs as the tests hold them. */
final class Trials {
    static final Path LAUNCHER = Path.of(System.getProperty("lab.launcher", "deploy/sallyport")).toAbsolutePath();

    /** After which a client has failed: one that works takes far less, also on a busy machine, and for others it is not waited. */
    private static final int SECONDS = 40;

    /** Gateways that start together start slowly. */
    private static final ExecutorService LABS = Executors.newFixedThreadPool(4, Thread.ofPlatform().daemon().factory());

    private Trials() {}

    /** Skips the test where this host lacks something. */
    static void require() {
        Requirements.root("the lab's networks are made of namespaces");
        Stream.of("ip", "ss", "nft", "tcpdump", "curl", "lftp").forEach(Requirements::program);
    }

    static LabSettings settings(Topology topology, List<Contender> contenders, List<ClientProgram> clients, ServerProgram... servers)
            throws Exception {
        var found = new java.util.ArrayList<LabSettings.InstalledServer>();
        for (var server : servers) {
            Path program = server.find(LAUNCHER).orElse(null);
            found.add(new LabSettings.InstalledServer(
                    server, program == null ? Requirements.missing(server + "; deploy/peers brings it") : program));
        }
        return new LabSettings(topology, contenders, found, clients, Family.here(), "inside", "outside", SECONDS);
    }

    /** Begins to hold a lab. */
    static CompletableFuture<List<Trial>> begin(LabSettings settings) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return Lab.run(settings, (_, _) -> {});
            } catch (LabFailure e) {
                throw new CompletionException(e);
            }
        }, LABS);
    }

    static Contender sallyport() {
        return new Contender.Sallyport(LAUNCHER, "kernel", true);
    }

    /** All cells but these work, and these all fail. */
    static void assertFailing(Trial trial, Predicate<Cell> failing) {
        assertThat(trial.outcomes()).as(trial.contender()).isNotEmpty().allSatisfy(outcome ->
                assertThat(outcome.works()).as("%s, %s works: %s", trial.contender(), outcome.cell(), outcome.explanation())
                        .isEqualTo(!failing.test(outcome.cell())));
    }

    /** Why the cells fail that do. */
    static List<Explanation> explanations(Trial trial, Predicate<Cell> which) {
        return trial.outcomes().stream().filter(outcome -> which.test(outcome.cell()))
                .map(Outcome::explanation).filter(Objects::nonNull).toList();
    }

    static Contender ruleset(Path folder, String name, String rules) throws Exception {
        return new Contender.OwnRuleset(Files.writeString(folder.resolve(name + ".nft"), rules));
    }
}
