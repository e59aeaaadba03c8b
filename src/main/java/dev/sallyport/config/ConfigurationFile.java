package dev.sallyport.config;

import static java.util.stream.Collectors.toMap;

import dev.sallyport.config.yaml.ConfigurationException;
import dev.sallyport.config.yaml.Form;
import dev.sallyport.config.yaml.Problems;
import dev.sallyport.config.yaml.Section;
import dev.sallyport.config.yaml.YamlText;
import dev.sallyport.proxy.GatewaySettings;
import dev.sallyport.session.SessionPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a configuration file. Defaults are those of {@link SessionPolicy}, {@link GatewaySettings} and
 * {@link Configuration}; {@code deploy/sallyport.yaml} shows every key.
 */
public final class ConfigurationFile {

    private static final SessionPolicy POLICY = SessionPolicy.DEFAULT;
    /** Four MiB are far more than a thousand gateways need. */
    private static final YamlText TEXT = new YamlText("configuration", "deploy/sallyport.yaml", 4 << 20);

    private static final Form<Integer> COUNT = Form.integer(1, 10_000_000);
    private static final Form<Duration> SOME_TIME = Form.duration(Duration.ofMillis(1));
    private static final Form<Duration> ANY_TIME = Form.duration(Duration.ZERO);

    private final Path file;
    private final Problems problems;

    private ConfigurationFile(Path file, Problems problems) {
        this.file = file;
        this.problems = problems;
    }

    /** @throws ConfigurationException when the file cannot be read or anything in it is wrong; it then says all that is */
    public static Configuration read(Path file) throws ConfigurationException {
        return parse(file.toString(), TEXT.read(file));
    }

    /** @param file its name, for messages */
    static Configuration parse(String file, String text) throws ConfigurationException {
        var problems = new Problems(file);
        var root = TEXT.compose(text, problems);
        var configuration = new ConfigurationFile(Path.of(file), problems).configuration(new Section("", root, problems));
        problems.throwIfAny();
        return configuration;
    }

    private Configuration configuration(Section top) {
        var gatewaySections = top.sections("gateways", "- name: main");
        var limits = top.section("limits");
        var gatewayLimits = gatewayLimits(limits);
        var sessionLimits = sessionLimits(limits);
        limits.end();
        var timeouts = top.section("timeouts");
        var gatewayTimeouts = gatewayTimeouts(timeouts);
        var sessionTimeouts = sessionTimeouts(timeouts);
        var grace = timeouts.value("grace", ANY_TIME, Configuration.DEFAULT_GRACE);
        timeouts.end();
        var threads = top.value("threads", Form.integer(0, 1024), Configuration.DEFAULT_THREADS);
        var kernel = KernelOptions.read(top.section("kernel"), problems);
        var controlSocket = top.value("controlSocket", Forms.CONTROL_SOCKET, Configuration.DEFAULT_CONTROL_SOCKET);
        var telemetry = TelemetryOptions.read(top.section("telemetry"), problems, file);
        var log = LogOptions.read(top.section("log"), file);
        top.end();

        var gateways = new ArrayList<GatewayText>();
        for (var section : gatewaySections) {
            var gateway = GatewayText.read(section, problems, file, kernel.ownMark(), sessionLimits, sessionTimeouts);
            if (gateway != null) {
                gateways.add(gateway);
            }
        }
        var ports = new PortConflicts(gateways, telemetry, problems);
        ports.refuse();
        return new Configuration(
                gateways.stream().map(gateway -> gateway.settings(ports.forServers(gateway), gatewayLimits, gatewayTimeouts)).toList(),
                threads, grace,
                kernel, controlSocket, telemetry, log,
                gateways.stream().collect(toMap(gateway -> gateway.name().value(), gateway -> gateway.rules(file), (first, _) -> first)),
                tls(gateways));
    }

    private static Map<String, TlsOptions> tls(List<GatewayText> gateways) {
        var all = new HashMap<String, TlsOptions>();
        for (var gateway : gateways) {
            var ended = gateway.tls().ended();
            if (ended != null) {
                all.put(gateway.name().value(), ended.options());
            }
        }
        return all;
    }

    private static GatewaySettings.Limits gatewayLimits(Section limits) {
        var otherwise = GatewaySettings.Limits.DEFAULT;
        return new GatewaySettings.Limits(
                limits.value("sessions", COUNT, otherwise.sessions()),
                limits.value("sessionsPerClient", COUNT, otherwise.sessionsPerClient()));
    }

    /** The bounds are those that {@link SessionPolicy.Limits} states. */
    private static SessionPolicy.Limits sessionLimits(Section limits) {
        var otherwise = POLICY.limits();
        return new SessionPolicy.Limits(
                limits.value("lineLength", Form.integer(64, 65_536), otherwise.lineBytes()),
                limits.value("replyLines", Form.integer(2, 100_000), otherwise.replyLines()),
                limits.value("outstandingCommands", Form.integer(1, 10_000), otherwise.outstandingCommands()),
                limits.value("dataConnections", Form.integer(1, 1_000), otherwise.dataConnections()),
                limits.value("transfersPerSession", Form.integer(0, Integer.MAX_VALUE), otherwise.transfers()));
    }

    private static GatewaySettings.Timeouts gatewayTimeouts(Section timeouts) {
        var otherwise = GatewaySettings.Timeouts.DEFAULT;
        return new GatewaySettings.Timeouts(
                timeouts.value("connect", SOME_TIME, otherwise.connect()),
                timeouts.value("portWait", ANY_TIME, otherwise.portWait()),
                otherwise.portLinger(),
                timeouts.value("dataIdle", SOME_TIME, otherwise.dataIdle()));
    }

    private static SessionPolicy.Timeouts sessionTimeouts(Section timeouts) {
        var otherwise = POLICY.timeouts();
        return new SessionPolicy.Timeouts(
                timeouts.value("greeting", SOME_TIME, otherwise.greeting()),
                timeouts.value("login", SOME_TIME, otherwise.login()),
                timeouts.value("idle", SOME_TIME, otherwise.idle()),
                timeouts.value("reply", SOME_TIME, otherwise.reply()),
                timeouts.value("pinhole", SOME_TIME, otherwise.pinhole()));
    }
}
