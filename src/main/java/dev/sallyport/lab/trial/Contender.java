package dev.sallyport.lab.trial;

import dev.sallyport.lab.host.Child;
import dev.sallyport.lab.host.Children;
import dev.sallyport.lab.host.LabFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** What stands between clients and servers. */
public sealed interface Contender {

    /** One word for tables and for JSON. */
    String name();

    /** Whether the run is about it, and not only for comparison. */
    default boolean tried() {
        return true;
    }

    /** Puts it in its place; returns when it is at work. @return why it cannot be had on this host */
    Optional<String> install(Children children, TrialNetwork network, String id) throws LabFailure;

    /**
     * The packaged program.
     *
     * @param launcher what starts it
     * @param dataPath {@code kernel} or {@code relay}
     */
    record Sallyport(Path launcher, String dataPath, boolean tried) implements Contender {
        private static final Duration START = Duration.ofSeconds(60);

        /** For a few seconds of life, code that is compiled soon is worth more than code that runs fast. */
        private static final String SOON = "-XX:TieredStopAtLevel=1 ";

        @Override
        public String name() {
            return "sallyport";
        }

        @Override
        public Optional<String> install(Children children, TrialNetwork network, String id) throws LabFailure {
            Path configuration = children.file(id + "-gateway.yaml", SallyportPlace.configuration(network, dataPath));
            Child child = children.start(id + "-gateway",
                    network.gateway.command(java.util.List.of(
                            "env", "SALLYPORT_JAVA_OPTS=" + (SOON + Objects.requireNonNullElse(System.getenv("SALLYPORT_JAVA_OPTS"), "")),
                            launcher.toString(), "run", "--config", configuration.toString())));
            child.awaitLine("Ready:", START);
            return Optional.empty();
        }
    }

    /** A ruleset of the user's. @param file what {@code nft -f} takes */
    record OwnRuleset(Path file) implements Contender {
        @Override
        public String name() {
            return "ruleset";
        }

        @Override
        public Optional<String> install(Children children, TrialNetwork network, String id) throws LabFailure {
            try {
                network.gateway.run("", "nft", "-f", file.toString());
                return Optional.empty();
            } catch (LabFailure e) {
                throw LabFailure.beforeStart(String.valueOf(e.getMessage()));
            }
        }
    }

    /** Sallyport on a host that has a ruleset of the user's already. */
    record Beside(OwnRuleset ruleset, Sallyport sallyport) implements Contender {
        @Override
        public String name() {
            return "sallyport+ruleset";
        }

        @Override
        public Optional<String> install(Children children, TrialNetwork network, String id) throws LabFailure {
            ruleset.install(children, network, id);
            return sallyport.install(children, network, id);
        }
    }

    /** A filter that knows ports and connections, and nothing of FTP: the control port is open to clients, all else shut. */
    record PlainFilter() implements Contender {
        @Override
        public String name() {
            return "none";
        }

        @Override
        public boolean tried() {
            return false;
        }

        @Override
        public Optional<String> install(Children children, TrialNetwork network, String id) throws LabFailure {
            network.gateway.run(PlainRules.filter(network), "nft", "-f", "-");
            return Optional.empty();
        }
    }

    /** The same with Linux's own inspection of the control connection. */
    record KernelHelper() implements Contender {
        @Override
        public String name() {
            return "kernel-helper";
        }

        @Override
        public boolean tried() {
            return false;
        }

        @Override
        public Optional<String> install(Children children, TrialNetwork network, String id) throws LabFailure {
            try {
                network.gateway.run(PlainRules.HELPER, "nft", "-c", "-f", "-");
            } catch (LabFailure e) {
                return Optional.of("this kernel has no FTP helper (nf_conntrack_ftp): " + e.getMessage());
            }
            network.gateway.run(PlainRules.filter(network) + PlainRules.HELPER, "nft", "-f", "-");
            return Optional.empty();
        }
    }
}
