package dev.sallyport.lab.replay;

import dev.sallyport.lab.transcript.GivenRules;
import dev.sallyport.lab.transcript.TranscriptReader;
import dev.sallyport.lab.transcript.TranscriptRunner;
import dev.sallyport.lab.transcript.TranscriptRunner.Delivery;
import dev.sallyport.rules.RuleSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;

/** Writes a session of a capture as a transcript: what went in, and what the engine makes of it. */
public final class TranscriptFile {

    private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

    private final Path folder;
    private final String rulesName;
    private final GivenRules rules;
    private final RuleSet ruleSet;

    /**
     * @param folder where they go, and where the rule set stands too
     * @param rulesName the rule set's file there
     * @param ruleSet the same
     */
    public TranscriptFile(Path folder, String rulesName, GivenRules rules, RuleSet ruleSet) {
        this.folder = folder;
        this.rulesName = rulesName;
        this.rules = rules;
        this.ruleSet = ruleSet;
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
        var time = report.start().atZone(ruleSet.text().zone());
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
        setting(settings, "tls", "passthrough");
        setting(settings, "at", String.format(
                Locale.ROOT, "%s %02d:%02d", DAYS.get(time.getDayOfWeek().getValue() - 1), minute / 60, minute % 60));
        setting(settings, "rules", rulesName);
        return settings.append('\n').toString();
    }

    private static void setting(StringBuilder to, String key, Object value) {
        to.append(key).append(": ").append(value).append('\n');
    }
}
