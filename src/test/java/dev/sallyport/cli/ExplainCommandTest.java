package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code sallyport explain} says, whole. */
class ExplainCommandTest {

    private static final String RULES = """
            name: partners
            defaults: { action: deny, reply: 550 Not permitted here. }
            rules:
              - name: no-site
                commands: SITE
                action: deny
              - name: office-writes
                from: 192.0.2.0/24
                commands: uploads
                time: mon-fri 08:00-18:00
                action: allow
                size: 1M
              - name: own-folder
                users: partner-*
                paths: /partners/**
                unless: { commands: DELE }
                action: allow
              - name: strangers
                login: after
                users: guest
                action: close
              - name: session
                commands: [session, directories]
                action: allow
            """;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path rules = Path.of("");

    @BeforeEach
    void write() throws IOException {
        rules = Files.writeString(folder.resolve("partners.yaml"), RULES);
    }

    @Test
    void eachRuleAboveSaysWhyNot_andTheDefaultsDecide() {
        assertThat(explain("--from", "198.51.100.7", "--user", "bob", "--at", "mon 14:30", "STOR a.txt")).isOne();
        assertThat(out).hasToString("""
                2 rules are about other commands.
                office-writes (line 7): no: client 198.51.100.7 is not in 192.0.2.0/24
                own-folder (line 13): no: user 'bob' is not partner-*
                strangers (line 18): no: user 'bob' is not guest
                Refused by the defaults of 'partners': 550 Not permitted here.
                """);
    }

    @Test
    void certificate_isAskedFor_whereTlsEndsHere() throws IOException {
        rules = Files.writeString(folder.resolve("printers.yaml"), """
                defaults: { action: deny }
                rules:
                  - { name: printers, tls: encrypted, tlsSubject: "CN=printer-*", commands: [session, DELE], action: allow }
                """);
        assertThat(explain("--tls", "encrypted", "--tls-subject", "CN=printer-7", "DELE a.txt")).isZero();
        assertThat(out.toString()).startsWith("printers (line 3): decides\nAllowed by printers.\n");
        assertThat(explain("--tls", "encrypted", "--tls-subject", "CN=scanner", "DELE a.txt")).isOne();
        assertThat(out.toString()).contains("no: the certificate's subject 'CN=scanner' is not CN=printer-*");
        assertThat(explain("--tls", "encrypted", "DELE a.txt")).isOne();
        assertThat(out.toString()).contains("no: the client has shown no certificate");
        assertThat(explain("DELE a.txt")).isOne();
        assertThat(out.toString()).contains("no: the connection is plain, not encrypted");
        assertThat(explain("--tls-subject", "CN=printer-7", "DELE a.txt")).isEqualTo(2);
        assertThat(err.toString()).contains("only a client with TLS shows a certificate: give --tls encrypted too.");
    }

    @Test
    void theRuleThatDecides_isNamed_withWhatItAllows() {
        assertThat(explain("--from", "192.0.2.7", "--user", "bob", "--at", "mon 14:30", "STOR a.txt")).isZero();
        assertThat(out).hasToString("""
                1 rule is about other commands.
                office-writes (line 7): decides
                Allowed by office-writes, files of up to 1.0M.
                to server   STOR a.txt
                supposing   150 Here it comes.
                to client   the same
                """);
        assertThat(explain("--from", "192.0.2.7", "--user", "bob", "--at", "sat 14:30", "--all", "STOR a.txt")).isOne();
        assertThat(out.toString()).contains(
                "no-site (line 4): no: STOR is not SITE\n",
                "office-writes (line 7): no: it is sat 14:30, not mon-fri 08:00-18:00\n",
                "Refused by the defaults of 'partners'");
    }

    @Test
    void aPathThatCannotBeResolved_refuses_andADirectoryResolvesIt() {
        assertThat(explain("--from", "198.51.100.7", "--user", "partner-1", "RETR a.txt")).isOne();
        assertThat(out.toString()).contains("own-folder (line 13): unresolved, so it refuses: the directory is not known\n"
                + "Refused by own-folder: 550 ");
        assertThat(explain("--from", "198.51.100.7", "--user", "partner-1", "--directory", "/partners/in", "RETR a.txt")).isZero();
        assertThat(out.toString()).contains("own-folder (line 13): decides\nAllowed by own-folder.\n");
        assertThat(explain("--from", "198.51.100.7", "--user", "partner-1", "--directory", "/partners/in", "DELE a.txt")).isOne();
        assertThat(out.toString()).contains("own-folder (line 13): excepted: unless DELE\n");
        assertThat(explain("--from", "198.51.100.7", "--tls", "cleared", "--directory", "/partners", "RETR a.txt")).isOne();
        assertThat(out.toString()).contains("own-folder (line 13): unresolved, so it refuses: who is logged in was not seen\n");
    }

    @Test
    void json_isOneObject() {
        assertThat(explain("--from", "198.51.100.7", "--user", "guest", "--json", "NOOP")).isOne();
        assertThat(out).hasToString("{\"rules\":\"partners\",\"command\":\"NOOP\",\"decision\":\"close\",\"rule\":\"strangers\","
                + "\"reply\":\"421 Closed by policy.\",\"steps\":["
                + "{\"rule\":\"no-site\",\"line\":4,\"result\":\"other-command\",\"why\":\"NOOP is not SITE\"},"
                + "{\"rule\":\"office-writes\",\"line\":7,\"result\":\"other-command\",\"why\":\"NOOP is not APPE, STOR, STOU\"},"
                + "{\"rule\":\"own-folder\",\"line\":13,\"result\":\"no\",\"why\":\"user 'guest' is not partner-*\"},"
                + "{\"rule\":\"strangers\",\"line\":18,\"result\":\"decides\",\"why\":\"\"}],\"refused\":true,\"consequences\":["
                + "{\"what\":\"to-client\",\"lines\":[\"421 Closed by policy.\"],\"words\":\"gateway\"},"
                + "{\"what\":\"session-ends\",\"reason\":\"denied-by-rule\",\"detail\":\"strangers\"}]}\n");
    }

    @Test
    void aGatewayOfAConfiguration_goesByItsRules() throws IOException {
        var gates = Files.writeString(folder.resolve("gates.yaml"), """
                gateways:
                  - { name: one, listen: 127.0.0.1:2121, server: 198.51.100.20, dataPorts: 2122-2125, rules: partners.yaml }
                  - { name: two, listen: 127.0.0.1:3121, server: 198.51.100.20, dataPorts: 3122-3125 }
                """).toString();
        assertThat(execute("--config", gates, "--gateway", "two", "STOR a.txt")).isZero();
        assertThat(out.toString()).startsWith(
                "1 rule is about other commands.\nAllowed by the defaults of 'default'.\nto server   STOR a.txt\n");
        assertThat(execute("--config", gates, "--gateway", "one", "--from", "192.0.2.7", "--user", "bob", "SITE HELP")).isOne();
        assertThat(out.toString()).contains("Refused by no-site: ");
        assertThat(execute("--config", gates, "STOR a.txt")).isEqualTo(2);
        assertThat(err.toString()).contains("there are several gateways in " + gates + ": name one with --gateway, one or two.\n");
    }

    @Test
    void whatRulesAskFor_mustBeSaid() throws IOException {
        assertThat(explain("--user", "bob", "STOR a.txt")).isEqualTo(2);
        assertThat(err.toString()).startsWith("sallyport explain: the rules ask who the client is: say it with --from.\n");
        assertThat(explain("--from", "192.0.2.7", "STOR a.txt")).isEqualTo(2);
        assertThat(err.toString()).contains("the rules ask who has logged in: say it with --user.\n");
        assertThat(explain("--from", "192.0.2.7", "--before-login", "USER guest")).as("USER names one").isZero();
        assertThat(explain("--from", "192.0.2.7", "--user", "bob", "--at", "monday", "NOOP")).isEqualTo(2);
        assertThat(err.toString()).contains("'monday' does not fit: write a day and a time, such as \"mon 14:30\".");
        assertThat(explain("--from", "192.0.2.7", "--user", "bob", "--directory", "pub", "NOOP")).isEqualTo(2);
        assertThat(err.toString()).contains("'pub' is no working directory: write an absolute path without . and .., such as /pub.");
        assertThat(explain("--from", "192.0.2.7", "--user", "bob", "!")).isEqualTo(2);
        assertThat(err.toString()).contains("'!' is no command, so no rule is asked");
        Files.writeString(rules, "rules: []\n");
        assertThat(explain("NOOP")).isEqualTo(2);
        assertThat(err.toString()).contains("sallyport explain: the rules have ").contains(rules + ":1:1: 'defaults' is missing");
    }

    /** A mode that nobody has said would be that of the default data port, and allow what is denied. */
    @Test
    void modeThatRulesAskFor_mustBeSaidOfATransfer() throws IOException {
        Files.writeString(rules, """
                defaults: { action: allow }
                rules: [{ name: no-active-uploads, direction: upload, mode: active, action: deny }]
                """);
        assertThat(explain("STOR a.txt")).isEqualTo(2);
        assertThat(err.toString()).startsWith(
                "sallyport explain: the rules ask how the data connection is set up: say it with --mode.\n");
        assertThat(explain("--mode", "PORT", "STOR a.txt")).isOne();
        assertThat(explain("--mode", "PASV", "STOR a.txt")).isZero();
        assertThat(explain("--mode", "NONE", "STOR a.txt")).as("the rules allow it, a check does not").isOne();
        assertThat(out.toString()).contains("refused all the same: 425 ", "check       default-data-port, enforced: STOR a.txt\n");
        assertThat(explain("--from", "192.0.2.1", "--to", "198.51.100.20", "PORT 192,0,2,1,195,80")).as("a setup is its own mode").isZero();
        assertThat(explain("NOOP")).isZero();
    }

    @Test
    void theReadmesExample_saysWhatItSays() throws IOException {
        var readme = Files.readString(Path.of("README.md"));
        var example = Pattern.compile("(?s)```yaml\n(name: .*?)```.*?deploy/sallyport explain --rules partners.yaml (.*?)\n(.*?)```")
                .matcher(readme).results().findFirst().orElseThrow();
        Files.writeString(rules, example.group(1));
        var arguments = Pattern.compile("\"([^\"]*)\"|(\\S+)").matcher(example.group(2)).results()
                .map(word -> word.group(word.group(1) == null ? 2 : 1)).toArray(String[]::new);
        assertThat(explain(arguments)).isOne();
        assertThat(out).hasToString(example.group(3));
    }

    private int explain(String... arguments) {
        var all = new ArrayList<>(List.of("--rules", rules.toString()));
        all.addAll(List.of(arguments));
        return execute(all.toArray(String[]::new));
    }

    private int execute(String... arguments) {
        var all = new ArrayList<>(List.of("explain"));
        all.addAll(List.of(arguments));
        out.getBuffer().setLength(0);
        return Sallyport.commandLine()
                .setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(all.toArray(String[]::new));
    }
}
