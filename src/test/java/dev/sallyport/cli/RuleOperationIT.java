package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The rules of a gateway that runs: by what it goes, how often, and how it takes others. All of it by the launcher. */
@Tag("system")
@Timeout(180)
class RuleOperationIT {

    private static final String READ_ONLY = """
            name: read-only
            defaults: { action: allow }
            groups: { changes: [uploads, deletes] }
            rules:
              - name: no-changes
                commands: changes
                action: deny
                reply: 550 Read-only.
            """;

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Operated operated;
    private Path rules = Path.of("");

    @BeforeEach
    void prepare() throws IOException {
        rules = Files.writeString(folder.resolve("rules.yaml"), READ_ONLY);
        operated = new Operated(folder, "    rules: rules.yaml\n");
    }

    @AfterEach
    void endWhatIsLeft() throws InterruptedException {
        operated.close();
    }

    @Test
    void rules_decide_areCounted_andAreTakenAnewWhileASessionRuns() throws Exception {
        var gateway = operated.startGateway();
        try (var client = operated.login()) {
            assertThat(Operated.tell(client, "DELE welcome.txt", "550")).isEqualTo("550 Read-only.");
            Operated.tell(client, "DELE pub", "550");
            assertThat(operated.say("rules")).isEqualTo(new Operated.Said(0, """
                    GATEWAY  RULE SET   RULE        HITS
                    test     read-only  no-changes     2
                    test     read-only  (defaults)     2
                    """, ""));
            await().untilAsserted(() -> assertThat(operated.log())
                    .contains("event=denied rule=no-changes ruling=denied verb=DELE detail=\"DELE welcome.txt\""));

            Files.writeString(rules, READ_ONLY.replace("550 Read-only.", "550 Ask your administrator."));
            assertThat(operated.say("reload")).isEqualTo(new Operated.Said(0, "test goes by 'read-only' now, 1 rule.\n", ""));
            assertThat(Operated.tell(client, "DELE welcome.txt", "550")).isEqualTo("550 Ask your administrator.");
            assertThat(operated.say("rules", "--json").out()).isEqualTo(
                    "{\"rules\":[{\"gateway\":\"test\",\"rules\":\"read-only\",\"rule\":\"no-changes\",\"hits\":3},"
                            + "{\"gateway\":\"test\",\"rules\":\"read-only\",\"rule\":\"(defaults)\",\"hits\":2}]}\n");
        }
        Operated.stop(gateway);
    }

    @Test
    void aBadFile_isTold_andTheOldRulesStay() throws Exception {
        operated.startGateway();
        try (var client = operated.login()) {
            Files.writeString(rules, READ_ONLY.replace("action: deny", "action: dney").replace("commands: changes", "commands: chnges"));
            var refused = operated.say("reload", "--config", operated.configuration.toString());
            assertThat(refused.exit()).isEqualTo(2);
            assertThat(refused.err()).startsWith(
                    "sallyport reload: there are 2 mistakes; the rules that were in force stay.\n" + rules + ":6:")
                    .contains("did you mean 'deny'?", "did you mean 'changes'?");
            assertThat(operated.say("reload", "--json").out()).startsWith("{\"reloaded\":{\"mistakes\":[\"" + rules + ":6:");
            assertThat(Operated.tell(client, "DELE welcome.txt", "550")).isEqualTo("550 Read-only.");
            await().untilAsserted(() -> assertThat(operated.log()).contains("event=reload-refused mistakes=2"));

            Files.delete(rules);
            assertThat(operated.say("reload").err()).endsWith(
                    rules + ": no such file; rules/default.yaml is an example to start from.\n");
            Files.writeString(operated.configuration, "gateways: 5\n");
            assertThat(operated.say("reload", "--socket", operated.socket.toString()).err())
                    .contains(operated.configuration + ":1:11: gateways: a single value does not fit");
            assertThat(Operated.tell(client, "DELE welcome.txt", "550")).isEqualTo("550 Read-only.");
        }
    }

    /** The launcher's heap is small, and a gateway that has filled it ends. */
    @Test
    void aFileThatIsTooMuch_isTold_andTheGatewayLivesOn() throws Exception {
        var gateway = operated.startGateway();
        try (var client = operated.login()) {
            Files.writeString(rules, "defaults: { action: allow }\nrules: [" + "[],".repeat(2_700_000) + "]\n");
            assertThat(operated.say("reload").err()).endsWith(rules + ": holds more than 750000 keys and values; this is no rule set.\n");
            Files.writeString(rules, "defaults: { action: allow }\nrules:\n" + IntStream.range(0, 150_000)
                    .mapToObj(i -> "  - { name: r%d, from: 10.%d.%d.%d }\n".formatted(i, i >> 16, i >> 8 & 0xff, i & 0xff))
                    .collect(Collectors.joining()));
            assertThat(operated.say("reload").err()).contains(rules + ": holds more than 750000 keys and values");
            Files.write(rules, new byte[9 << 20]);
            assertThat(operated.say("reload").err()).endsWith(rules + ": is larger than 8 MiB; this is no rule set.\n");
            assertThat(Operated.tell(client, "DELE welcome.txt", "550")).isEqualTo("550 Read-only.");
        }
        Operated.stop(gateway);
    }

    /** A service's manager sends it (ExecReload of systemd.service(5)). */
    @Test
    void hangUp_takesTheRulesAnew_andStopsNothing() throws Exception {
        var gateway = operated.startGateway();
        try (var client = operated.login()) {
            Files.writeString(rules, READ_ONLY.replace("550 Read-only.", "550 Not today."));
            hangUp(gateway);
            await().untilAsserted(() -> assertThat(operated.log()).contains("event=reloaded"));
            assertThat(Operated.tell(client, "DELE welcome.txt", "550")).isEqualTo("550 Not today.");
            Files.writeString(rules, "rules: {\n");
            hangUp(gateway);
            await().untilAsserted(() -> assertThat(operated.log()).contains("event=reload-refused " + rules + ":2:1: not YAML"));
            assertThat(Operated.tell(client, "DELE welcome.txt", "550")).isEqualTo("550 Not today.");
        }
        Operated.stop(gateway);
    }

    @Test
    void otherKeysOfTheConfiguration_waitForTheNextStart() throws Exception {
        operated.startGateway();
        Files.writeString(operated.configuration, Files.readString(operated.configuration).replace("    rules: rules.yaml\n", ""));
        assertThat(operated.say("reload").out()).isEqualTo("test goes by 'default' now, 1 rule.\n");
        Files.writeString(operated.configuration, Files.readString(operated.configuration) + "threads: 2\n");
        assertThat(operated.say("reload").out()).isEqualTo("test goes by 'default' now, 1 rule.\n" + operated.configuration
                + " has changed in more than rules, checks and certificates: the rest takes effect when the gateway is started again.\n");
    }

    @Test
    void rulesWithMistakes_areNotStarted() throws Exception {
        Files.writeString(rules, "rules: []\n");
        var said = operated.say("run", "--config", operated.configuration.toString());
        assertThat(said.exit()).isEqualTo(2);
        assertThat(said.err()).startsWith("sallyport run: the rules have ").contains(rules + ":1:1: 'defaults' is missing");
        assertThat(operated.say("check", operated.configuration.toString()).err())
                .startsWith("sallyport check: the rule set has ").contains(rules + ":1:1: 'defaults' is missing");
    }

    private static void hangUp(Process gateway) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-HUP", Long.toString(gateway.pid())).start().waitFor()).isZero();
    }
}
