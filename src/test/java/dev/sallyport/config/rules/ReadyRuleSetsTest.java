package dev.sallyport.config.rules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.yaml.ConfigurationException;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Parsed;
import dev.sallyport.rules.Check;
import dev.sallyport.rules.Checks;
import dev.sallyport.rules.DataMode;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Directory;
import dev.sallyport.rules.Level;
import dev.sallyport.rules.LineRules;
import dev.sallyport.rules.Masks;
import dev.sallyport.rules.Question;
import dev.sallyport.rules.RuleSet;
import dev.sallyport.rules.SessionFacts;
import dev.sallyport.rules.TlsState;
import dev.sallyport.rules.limit.Limits;
import dev.sallyport.rules.limit.LoginLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The rule sets in {@code rules/}, ready to use. */
class ReadyRuleSetsTest {

    private static final Path FOLDER = Path.of("rules");
    private static final InetAddress SERVER = address("203.0.113.5");

    static List<Path> files() throws IOException {
        try (var files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
        }
    }

    @Test
    void five_are_there() throws IOException {
        assertThat(files()).extracting(file -> file.getFileName().toString())
                .containsExactly("default.yaml", "dropbox.yaml", "partners.yaml", "read-only.yaml", "strict.yaml");
    }

    @ParameterizedTest
    @MethodSource("files")
    void each_is_good_and_has_its_files_name(Path file) throws ConfigurationException {
        var loaded = RuleFile.read(file);
        assertThat(loaded.warnings()).isEmpty();
        assertThat(loaded.text().name() + ".yaml").isEqualTo(file.getFileName().toString());
    }

    @Test
    void default_says_the_defaults_and_names_every_check() throws IOException, ConfigurationException {
        var file = FOLDER.resolve("default.yaml");
        var text = RuleFile.read(file).text();
        assertThat(text.checks()).isEqualTo(Checks.DEFAULT);
        assertThat(text.limits()).isEqualTo(LineRules.DEFAULT);
        assertThat(text.logins()).isEqualTo(LoginLimits.DEFAULT);
        assertThat(text.masks()).isEqualTo(Masks.DEFAULT);
        assertThat(text.rules()).allSatisfy(rule -> assertThat(rule.match().paths()).isEmpty());
        assertThat(Files.readString(file, UTF_8)).contains(
                List.of(Check.values()).stream().map(check -> "\n  " + check.key() + ": ").toList());
        assertThat(RuleFile.standard()).isEqualTo(text);
    }

    @Test
    void strict_enforces_every_check() throws ConfigurationException {
        assertThat(RuleFile.read(FOLDER.resolve("strict.yaml")).text().checks()).isEqualTo(Checks.all(Level.ENFORCE));
    }

    /** The user is logged in unless the command is one of the login. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            default   | 192.0.2.7    | bob       | /         | mon 12:00 | STOR a             | (defaults)             | 0
            default   | 192.0.2.7    | bob       | /         | mon 12:00 | SITE EXEC id       | no-site-exec           | 502
            default   | 192.0.2.7    | bob       | /         | mon 12:00 | site  exec         | no-site-exec           | 502
            default   | 192.0.2.7    | bob       | /         | mon 12:00 | SITE EXECUTIVES    | (defaults)             | 0
            read-only | 192.0.2.7    | anonymous | /pub      | mon 12:00 | RETR a             | reading                | 0
            read-only | 192.0.2.7    | anonymous | /pub      | mon 12:00 | PASV               | reading                | 0
            read-only | 192.0.2.7    | anonymous | /pub      | mon 12:00 | USER anonymous     | reading                | 0
            read-only | 192.0.2.7    | anonymous | /pub      | mon 12:00 | STOR a             | (defaults)             | 550
            read-only | 192.0.2.7    | anonymous | /pub      | mon 12:00 | RNFR a             | (defaults)             | 550
            read-only | 192.0.2.7    | anonymous | /pub      | mon 12:00 | SITE CHMOD 777 a   | (defaults)             | 550
            read-only | 192.0.2.7    | anonymous | /pub      | mon 12:00 | XDOSOMETHING       | (defaults)             | 550
            dropbox   | 192.0.2.7    | anonymous | /incoming | mon 12:00 | STOR a             | leaving-files          | 0
            dropbox   | 192.0.2.7    | anonymous | /incoming | mon 12:00 | STOR ../etc/passwd | leaving-files          | 550
            dropbox   | 192.0.2.7    | anonymous | /         | mon 12:00 | STOR a             | (defaults)             | 550
            dropbox   | 192.0.2.7    | anonymous | /incoming | mon 12:00 | STOU               | leaving-files          | 0
            dropbox   | 192.0.2.7    | anonymous | /incoming | mon 12:00 | APPE a             | no-appending           | 550
            dropbox   | 192.0.2.7    | anonymous | /incoming | mon 12:00 | LIST               | (defaults)             | 550
            dropbox   | 192.0.2.7    | anonymous | /incoming | mon 12:00 | RETR a             | (defaults)             | 550
            dropbox   | 192.0.2.7    | anonymous | /incoming | mon 12:00 | STAT .             | no-listing-by-status   | 550
            dropbox   | 192.0.2.7    | anonymous | /incoming | mon 12:00 | STAT               | conversation           | 0
            partners  | 192.0.2.7    | partner-a | /pub      | mon 12:00 | NOOP               | strangers              | 421
            partners  | 198.51.100.9 | partner-a | /pub      | mon 12:00 | RETR a             | reading                | 0
            partners  | 198.51.100.9 | partner-a | /secret   | mon 12:00 | RETR a             | (defaults)             | 550
            partners  | 198.51.100.9 | partner-a | /partners | mon 12:00 | STOR a             | writing-in-working-hours | 0
            partners  | 198.51.100.9 | partner-a | /partners | sun 12:00 | STOR a             | writing-at-other-times | 450
            partners  | 198.51.100.9 | partner-a | /pub      | mon 12:00 | STOR a             | (defaults)             | 550
            partners  | 198.51.100.9 | partner-a | /partners | mon 12:00 | CWD /pub           | conversation           | 0
            partners  | 198.51.100.9 | partner-a | /         | mon 12:00 | USER partner-b     | partners-by-name       | 0
            partners  | 198.51.100.9 | partner-a | /         | mon 12:00 | USER root          | nobody-else-by-name    | 530
            partners  | 203.0.113.9  | root      | /secret   | sun 03:00 | DELE a             | administrators         | 0
            strict    | 192.0.2.7    | bob       | /         | mon 12:00 | STOR a             | (defaults)             | 0
            strict    | 192.0.2.7    | bob       | /         | mon 12:00 | SITE CHMOD 777 a   | no-site                | 502
            strict    | 192.0.2.7    | bob       | /         | mon 12:00 | XDOSOMETHING       | nothing-unknown        | 502
            """)
    void each_decides_as_it_says(
            String set, String client, String user, String directory, String time, String line, String rule, int code)
            throws ConfigurationException {
        var decision = decide(set, new SessionFacts(address(client), SERVER, "main", user, true, true, TlsState.PLAIN), directory,
                time, line);
        assertThat(decision.rule()).isEqualTo(rule);
        assertThat(code(decision)).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            strict   | 192.0.2.7    | LIST           | login-first         | 530
            strict   | 192.0.2.7    | USER bob       | (defaults)          | 0
            strict   | 192.0.2.7    | FEAT           | (defaults)          | 0
            partners | 198.51.100.9 | PASS hunter2   | conversation        | 0
            partners | 198.51.100.9 | USER root      | nobody-else-by-name | 530
            partners | 192.0.2.7    | USER partner-a | strangers           | 421
            partners | 198.51.100.9 | LIST           | (defaults)          | 550
            """)
    void before_a_login(String set, String client, String line, String rule, int code) throws ConfigurationException {
        var decision = decide(
                set, new SessionFacts(address(client), SERVER, "main", "", true, false, TlsState.PLAIN), "/", "mon 12:00", line);
        assertThat(decision.rule()).isEqualTo(rule);
        assertThat(code(decision)).isEqualTo(code);
    }

    private static Decision decide(String set, SessionFacts facts, String directory, String time, String line)
            throws ConfigurationException {
        var rules = RuleSet.compile(RuleFile.read(FOLDER.resolve(set + ".yaml")).text(), null);
        var question = new Question();
        question.ask(command(line), Directory.of(directory.getBytes(UTF_8)), DataMode.PASV, 0);
        return rules.decide(rules.scope(facts), question, new Limits(), (zone, now) -> minute(time));
    }

    private static Command command(String line) {
        if (Command.parse(FtpLine.of(line)) instanceof Parsed.Value<Command>(var command)) {
            return command;
        }
        throw new AssertionError("no command: " + line);
    }

    private static int code(Decision decision) {
        return switch (decision) {
            case Decision.Allow allow -> 0;
            case Decision.Deny deny -> Integer.parseInt(deny.reply().text().substring(0, 3));
            case Decision.Close close -> Integer.parseInt(close.reply().text().substring(0, 3));
        };
    }

    /** Of the week, such as {@code mon 12:00}. */
    private static int minute(String time) {
        var day = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun").indexOf(time.substring(0, 3));
        return (day * 24 + Integer.parseInt(time.substring(4, 6))) * 60 + Integer.parseInt(time.substring(7));
    }

    private static InetAddress address(String text) {
        return Objects.requireNonNull(Addresses.parse(text));
    }
}
