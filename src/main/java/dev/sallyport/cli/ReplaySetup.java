package dev.sallyport.cli;

import dev.sallyport.config.rules.RuleFile;
import dev.sallyport.ftp.Port;
import dev.sallyport.lab.replay.Replay;
import dev.sallyport.lab.replay.ReplayedGateway;
import dev.sallyport.proxy.GatewaySettings;
import dev.sallyport.proxy.ServerChoice;
import dev.sallyport.rules.Armed;
import dev.sallyport.rules.RuleSet;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.TlsPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which gateway a capture goes before, in the options of a command. It is taken to be transparent, with every port free. */
final class ReplaySetup {

    private static final SessionPolicy USUAL = SessionPolicy.DEFAULT;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--rules", paramLabel = "FILE", description = "The rule set (that of a gateway that names none).")
    private @Nullable Path rules;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "A gateway of this configuration: its rules and checks, ports, networks, limits, and what it does about TLS.")
    private @Nullable Path configuration;

    @Option(names = "--gateway", paramLabel = "NAME", description = "Which of them, where there are several.")
    private String gateway = "";

    @Option(names = "--port", paramLabel = "PORT", split = ",", description = "Where servers listen (21, or as the configuration has it).")
    private Set<Integer> ports = Set.of();

    @Option(names = "--any-port", description = "Know a control connection by its conversation too, whatever its port.")
    private boolean anyPort;

    /** Whether a rule set is named, and not by a configuration. */
    boolean namesRules() {
        return rules != null;
    }

    void refuseWhatContradicts() {
        if (rules != null && configuration != null) {
            throw wrong("--rules and --config both say which rules: give one of them.");
        }
        if (!gateway.isEmpty() && configuration == null) {
            throw wrong("--gateway is one of a configuration: give --config too.");
        }
        for (var port : ports) {
            if (port < 1 || port > 65_535) {
                throw wrong("a port is 1 to 65535, not " + port + ".");
            }
        }
    }

    /** @throws CommandFailure when the configuration or the rules have mistakes */
    Chosen chosen() throws CommandFailure {
        if (configuration != null) {
            var chosen = ConfiguredGateway.of(configuration, gateway);
            return new Chosen(chosen.armed(), chosen.rules(), chosen);
        }
        return new Chosen(rules == null ? RuleFiles.standard() : RuleFiles.alone(rules), rules, null);
    }

    /** The same gateway under other rules. */
    Chosen chosen(Path otherRules) throws CommandFailure {
        var armed = RuleFiles.alone(otherRules);
        if (configuration == null) {
            return new Chosen(armed, otherRules, null);
        }
        var chosen = ConfiguredGateway.of(configuration, gateway);
        return new Chosen(new Armed(armed.rules(), armed.checks().with(chosen.checks()), 0), otherRules, chosen);
    }

    /**
     * What a capture goes before.
     *
     * @param file of the rules; null: those of a gateway that names none
     * @param gateway null: none of a configuration
     */
    record Chosen(Armed armed, @Nullable Path file, @Nullable ConfiguredGateway gateway) {

        RuleSet rules() {
            return armed.rules();
        }

        /** The rule set as it is written. */
        byte[] text() throws IOException {
            return file == null ? RuleFile.standardText() : Files.readAllBytes(file);
        }
    }

    Replay.Settings settings(Chosen chosen, boolean transcripts) {
        var from = chosen.gateway;
        if (from == null) {
            return new Replay.Settings(replayed(chosen.armed), ports.isEmpty() ? Set.of(21) : ports, anyPort, transcripts);
        }
        var settings = from.settings();
        return new Replay.Settings(
                replayed(settings, chosen.armed), ports.isEmpty() ? ports(settings) : ports,
                anyPort || settings.interception().everyPort(), transcripts);
    }

    /** TLS passes unseen: a gateway that denies it would have ended what there is to see. */
    private static ReplayedGateway replayed(Armed armed) {
        return new ReplayedGateway("", new SessionPolicy(
                null, null, USUAL.clientSourcePort(), TlsPolicy.PASSTHROUGH, armed, USUAL.limits(), USUAL.timeouts()), List.of(), List.of());
    }

    private static ReplayedGateway replayed(GatewaySettings settings, Armed armed) {
        var policy = settings.policy();
        return new ReplayedGateway(
                settings.name(),
                new SessionPolicy(
                        null, null, policy.clientSourcePort(), unended(policy.tls()), policy.passiveRanges(), armed, policy.limits(),
                        policy.timeouts()),
                settings.interception().clients(),
                settings.server() instanceof ServerChoice.Original(var allowed) ? allowed : List.of());
    }

    /** Where a gateway ends TLS itself the capture has it as it was on the wire. */
    private static TlsPolicy unended(TlsPolicy tls) {
        return tls instanceof TlsPolicy.Ended ? TlsPolicy.PASSTHROUGH : tls;
    }

    /** Where clients connect, and where the server listens: a capture may be of either. */
    private static Set<Integer> ports(GatewaySettings settings) {
        var called = settings.interception().called(settings.listen()).stream().map(place -> place.port().number());
        var server = settings.server() instanceof ServerChoice.Fixed(var fixed) ? Stream.of(fixed.port()) : Stream.<Port>of();
        return Stream.concat(called, server.map(Port::number)).collect(Collectors.toSet());
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }
}
