package dev.sallyport.lab.replay;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Network;
import dev.sallyport.lab.transcript.GivenRules;
import dev.sallyport.lab.transcript.TranscriptReader;
import dev.sallyport.lab.transcript.TranscriptRunner;
import dev.sallyport.lab.transcript.TranscriptRunner.Delivery;
import dev.sallyport.rules.Armed;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.TlsPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes a session of a capture as a transcript: what went in, and what the engine makes of it. */
public final class TranscriptFile {

    private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

    private final Path folder;
    private final String rulesName;
    private final GivenRules rules;
    private final ReplayedGateway gateway;

    /**
     * @param folder where they go, and where the rule set stands too
     * @param rulesName the rule set's file there
     * @param gateway what they went before, under that rule set
     */
    public TranscriptFile(Path folder, String rulesName, GivenRules rules, ReplayedGateway gateway) {
        this.folder = folder;
        this.rulesName = rulesName;
        this.rules = rules;
        this.gateway = gateway;
    }

    /** The file's name has the session's number and its client */
    public void write(SessionReport report, SessionScript script) throws IOException {
        var client = report.client();
        var name = String.format(Locale.ROOT, "%04d-%s-%s.txt", report.number(),
                client.address().getHostAddress().replace(':', '.').replace('%', '.'), client.port());
        var file = folder.resolve(name);
        var text = head(report, script) + String.join("\n", script.blocks().stream()
                .map(block -> String.join("\n", block) + "\n----\n").toList());
        var transcript = TranscriptReader.read(file.toString(), folder, text, rules);
        var outcome = TranscriptRunner.run(transcript, Delivery.WHOLE);
        Files.writeString(file, transcript.withExpectations(outcome.blocks()));
    }

    private String head(SessionReport report, SessionScript script) {
        var policy = gateway.policy();
        var armed = policy.rules().current();
        var time = report.start().atZone(armed.rules().text().zone());
        var minute = time.get(ChronoField.MINUTE_OF_DAY);
        var settings = new StringBuilder("# Session ").append(report.number()).append(" of a capture, ").append(report.start())
                .append(". Passwords are left out.\n");
        report.remarks().forEach(remark -> settings.append("# ").append(remark).append('\n'));
        if (script.cut()) {
            settings.append("# It goes on: this is its beginning.\n");
        }
        setting(settings, "client", report.client());
        setting(settings, "gateway", report.server());
        setting(settings, "gateway-to-server", report.client());
        setting(settings, "server", report.server());
        setting(settings, "start", "client-connected");
        setting(settings, "tls", policy.tls() == TlsPolicy.DENY ? "deny" : "passthrough");
        if (!gateway.name().isEmpty()) {
            setting(settings, "gateway-name", gateway.name());
        }
        setting(settings, "at", String.format(
                Locale.ROOT, "%s %02d:%02d", DAYS.get(time.getDayOfWeek().getValue() - 1), minute / 60, minute % 60));
        setting(settings, "rules", rulesName);
        checks(settings, armed);
        passiveRange(settings, policy, report.server());
        limits(settings, policy.limits());
        timeouts(settings, policy.timeouts());
        return settings.append('\n').toString();
    }

    /** Those that are not as the rule set has them. */
    private static void checks(StringBuilder settings, Armed armed) {
        var own = armed.rules().text().checks();
        var levels = armed.checks().levels().entrySet().stream()
                .filter(each -> own.of(each.getKey()) != each.getValue())
                .map(each -> each.getKey().key() + "=" + each.getValue().name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        if (!levels.isEmpty()) {
            setting(settings, "checks", levels);
        }
    }

    private static void passiveRange(StringBuilder settings, SessionPolicy policy, Endpoint server) {
        policy.passiveRanges().stream()
                .filter(range -> range.servers().stream().anyMatch(network -> network.contains(server.address())))
                .findFirst()
                .ifPresent(range -> setting(settings, "passive-range", Network.of(server.address()) + " " + range.ports()));
    }

    private static void limits(StringBuilder settings, SessionPolicy.Limits limits) {
        var usual = SessionPolicy.Limits.DEFAULT;
        unusual(settings, "line-bytes", limits.lineBytes(), usual.lineBytes());
        unusual(settings, "reply-lines", limits.replyLines(), usual.replyLines());
        unusual(settings, "outstanding-commands", limits.outstandingCommands(), usual.outstandingCommands());
        unusual(settings, "data-connections", limits.dataConnections(), usual.dataConnections());
        unusual(settings, "transfers", limits.transfers(), usual.transfers());
    }

    private static void timeouts(StringBuilder settings, SessionPolicy.Timeouts timeouts) {
        var usual = SessionPolicy.Timeouts.DEFAULT;
        unusual(settings, "greeting-timeout", Scribe.time(timeouts.greeting()), Scribe.time(usual.greeting()));
        unusual(settings, "login-timeout", Scribe.time(timeouts.login()), Scribe.time(usual.login()));
        unusual(settings, "idle-timeout", Scribe.time(timeouts.idle()), Scribe.time(usual.idle()));
        unusual(settings, "reply-timeout", Scribe.time(timeouts.reply()), Scribe.time(usual.reply()));
        unusual(settings, "pinhole-timeout", Scribe.time(timeouts.pinhole()), Scribe.time(usual.pinhole()));
    }

    private static void unusual(StringBuilder settings, String key, Object value, Object usual) {
        if (!value.equals(usual)) {
            setting(settings, key, value);
        }
    }

    private static void setting(StringBuilder to, String key, Object value) {
        to.append(key).append(": ").append(value).append('\n');
    }
}
