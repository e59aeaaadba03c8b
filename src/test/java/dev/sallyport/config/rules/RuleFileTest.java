package dev.sallyport.config.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.config.yaml.ConfigurationException;
import dev.sallyport.config.yaml.ConfigurationException.Problem;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Network;
import dev.sallyport.ftp.ProcessorTime;
import dev.sallyport.ftp.Verb;
import dev.sallyport.rules.Check;
import dev.sallyport.rules.Checks;
import dev.sallyport.rules.CommandGroup;
import dev.sallyport.rules.DataMode;
import dev.sallyport.rules.Direction;
import dev.sallyport.rules.Glob;
import dev.sallyport.rules.Level;
import dev.sallyport.rules.LineRules;
import dev.sallyport.rules.Masks;
import dev.sallyport.rules.Match;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Outcome.Action;
import dev.sallyport.rules.PathGlob;
import dev.sallyport.rules.Place;
import dev.sallyport.rules.Rule;
import dev.sallyport.rules.RuleText;
import dev.sallyport.rules.Times;
import dev.sallyport.rules.TlsState;
import dev.sallyport.rules.limit.LoginLimits;
import dev.sallyport.rules.limit.Rate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a good rule set is read into. */
class RuleFileTest {

    static final String SMALLEST = """
            defaults: { action: deny }
            rules:
              - { name: some, action: allow }
            """;

    static final String EVERYTHING = """
            name: everything
            zone: Europe/Berlin
            pathCase: ignore
            defaults: { action: close, reply: 421 Not here., log: false }
            checks: { bare-lf: log, pipelining: enforce, low-port: "off" }
            limits: { argument: 512, linesPerSecond: 100 }
            logins: { free: 0, delay: 500ms, longest: 1m, refuseAfter: 0, forget: 1h }
            mask: { banner: Hello., system: "UNIX Type: L8", help: Ask., features: [MLST, REST] }
            groups: { changes: [uploads, more], more: DELE, writes: SITE }
            networks: { partners: [198.51.100.0/24, "2001:db8:7::/48"], dmz: 203.0.113.0/28 }
            rules:
              - name: fxp
                from: [partners, 192.0.2.1]
                to: dmz
                gateway: [warehouse*]
                users: [partner-*, "[a-c]"]
                login: after
                commands: [changes, writes, PORT]
                paths: ["/pub/**", "**/*.key"]
                arguments: "CHMOD *"
                direction: [upload, listing]
                tls: cleared
                tlsSubject: "CN=printer-*,O=Example"
                mode: [passive, none]
                time: [mon-fri 08:00-18:00, sat 22:00-24:00, 12:00-13:00]
                unless:
                  - users: admin
                    login: before
                  - from: [192.0.2.7, dmz]
                action: allow
                log: true
                rate: 10/m burst 5 per user
                size: 100M
                dataTo: [203.0.113.40]
                dataFrom: 203.0.113.41
              - { name: rest, unless: { commands: all }, action: deny, reply: 550 No., rate: 3/s }
            """;

    @Test
    void smallest_file_means_the_defaults() throws ConfigurationException {
        assertThat(RuleFile.parse("etc/small.rules.yaml", SMALLEST, 1)).isEqualTo(new RuleFile.Loaded(
                new RuleText(
                        "small.rules", ZoneId.systemDefault(), false, new Outcome(Action.DENY, null, true, null, 0),
                        Checks.DEFAULT, LineRules.DEFAULT, LoginLimits.DEFAULT, Masks.DEFAULT,
                        List.of(new Rule("some", new Place(3, 5), Match.ANY, List.of(), Outcome.ALLOW))),
                List.of()));
    }

    @Test
    void every_key_is_read() throws ConfigurationException {
        var match = new Match(
                networks("198.51.100.0/24", "2001:db8:7::/48", "192.0.2.1"), networks("203.0.113.0/28"),
                List.of(Glob.of("warehouse*")), List.of(Glob.of("partner-*"), Glob.of("[a-c]")), true,
                EnumSet.of(Verb.STOR, Verb.STOU, Verb.APPE, Verb.DELE, Verb.SITE, Verb.PORT),
                List.of(PathGlob.of("/pub/**"), PathGlob.of("**/*.key")), List.of(Glob.of("CHMOD *")),
                EnumSet.of(Direction.UPLOAD, Direction.LISTING), EnumSet.of(TlsState.CLEARED),
                List.of(Glob.of("CN=printer-*,O=Example")),
                EnumSet.of(DataMode.NONE, DataMode.PASV, DataMode.EPSV, DataMode.LPSV),
                new Times(List.of(
                        new Times.Window(DayOfWeek.MONDAY, DayOfWeek.FRIDAY, 8 * 60, 18 * 60),
                        new Times.Window(DayOfWeek.SATURDAY, DayOfWeek.SATURDAY, 22 * 60, 24 * 60),
                        new Times.Window(DayOfWeek.MONDAY, DayOfWeek.SUNDAY, 12 * 60, 13 * 60))),
                networks("203.0.113.40"), Addresses.parse("203.0.113.41"));
        var admin = new Match(
                List.of(), List.of(), List.of(), List.of(Glob.of("admin")), false, Set.of(), List.of(), List.of(), Set.of(),
                Set.of(), List.of(), Set.of(), null, List.of(), null);
        var dmz = new Match(
                networks("192.0.2.7", "203.0.113.0/28"), List.of(), List.of(), List.of(), null, Set.of(), List.of(), List.of(),
                Set.of(), Set.of(), List.of(), Set.of(), null, List.of(), null);
        var all = new Match(
                List.of(), List.of(), List.of(), List.of(), null, CommandGroup.ALL.verbs(), List.of(), List.of(), Set.of(),
                Set.of(), List.of(), Set.of(), null, List.of(), null);
        assertThat(RuleFile.parse("x.yaml", EVERYTHING, 1)).isEqualTo(new RuleFile.Loaded(
                new RuleText(
                        "everything", ZoneId.of("Europe/Berlin"), true,
                        new Outcome(Action.CLOSE, FtpLine.of("421 Not here."), false, null, 0),
                        Checks.DEFAULT.with(Map.of(
                                Check.BARE_LF, Level.LOG, Check.PIPELINING, Level.ENFORCE, Check.LOW_PORT, Level.OFF)),
                        new LineRules(512, 100),
                        new LoginLimits(0, Duration.ofMillis(500), Duration.ofMinutes(1), 0, Duration.ofHours(1)),
                        new Masks(
                                FtpLine.of("220 Hello."), FtpLine.of("215 UNIX Type: L8"), FtpLine.of("214 Ask."), true,
                                Set.of("MLST", "REST")),
                        List.of(
                                new Rule("fxp", new Place(12, 5), match, List.of(admin, dmz), new Outcome(
                                        Action.ALLOW, null, true, new Rate(10, Rate.Unit.MINUTE, 5, Rate.Key.USER), 100 << 20)),
                                new Rule("rest", new Place(36, 5), Match.ANY, List.of(all), new Outcome(
                                        Action.DENY, FtpLine.of("550 No."), true,
                                        new Rate(3, Rate.Unit.SECOND, 3, Rate.Key.CLIENT), 0)))),
                List.of()));
    }

    @ParameterizedTest
    @CsvSource({"keep,false", "refused,true", "[refused],true"})
    void mask_of_features(String written, boolean hides) throws ConfigurationException {
        assertThat(RuleFile.parse("x.yaml", SMALLEST + "mask: { features: " + written + " }", 1).text().masks())
                .isEqualTo(new Masks(null, null, null, hides, Set.of()));
    }

    @ParameterizedTest
    @CsvSource({"1,1", "1K,1024", "3M,3145728", "2G,2147483648", "8T,8796093022208"})
    void size_in_powers_of_1024(String written, long bytes) throws ConfigurationException {
        var text = "defaults: { action: deny }\nrules:\n  - { name: a, action: allow, size: " + written + " }\n";
        assertThat(RuleFile.parse("x.yaml", text, 1).text().rules().getFirst().outcome().mostBytes()).isEqualTo(bytes);
    }

    @Test
    void own_group_replaces_a_built_in_one_everywhere() throws ConfigurationException {
        var text = """
                defaults: { action: deny }
                groups: { mine: [writes], writes: [SITE] }
                rules:
                  - { name: a, commands: mine, action: allow }
                """;
        assertThat(RuleFile.parse("x.yaml", text, 1).text().rules().getFirst().match().verbs()).containsExactly(Verb.SITE);
    }

    @Test
    void what_no_rule_uses_is_warned_of() throws ConfigurationException {
        var text = """
                defaults: { action: deny }
                groups: { used: [part], part: [RETR], chnages: [uploads, lost], lost: [DELE] }
                networks: { dmz: 203.0.113.0/28, partners: 198.51.100.0/24 }
                rules:
                  - { name: a, from: partners, commands: used, action: allow }
                """;
        assertThat(RuleFile.parse("x.yaml", text, 1).warnings()).containsExactly(
                new Problem(2, 39, "groups.chnages: no rule uses this group: name it under commands, or remove it."),
                new Problem(2, 65, "groups.lost: no rule uses this group: name it under commands, or remove it."),
                new Problem(3, 13, "networks.dmz: no rule uses these networks: name them under from or to, or remove them."));
    }

    @Test
    void part_of_a_file_keeps_the_lines_of_the_file() throws ConfigurationException {
        var part = SMALLEST.replace("some", "a").indent(2);
        assertThat(RuleFile.parse("t.txt", part, 11).text().rules().getFirst().place()).isEqualTo(new Place(13, 7));
        assertThatThrownBy(() -> RuleFile.parse("t.txt", part.replace("allow", "alow") + "    - { name: a, action: deny }", 11))
                .hasMessage("""
                        t.txt:13:26: rules[0].action: 'alow' does not fit: did you mean 'allow'? Write allow, deny or close.
                        t.txt:14:15: rules[1].name: 'a' is also the name of the rule on line 13: give each its own.""");
        assertThatThrownBy(() -> RuleFile.parse("t.txt", "defaults: {\n", 11)).hasMessageStartingWith("t.txt:12:1: not YAML: ");
    }

    @Test
    void file_that_cannot_be_read_is_told(@TempDir Path folder) throws IOException {
        assertThatThrownBy(() -> RuleFile.read(folder)).hasMessage(folder + ": is a directory; name the rule set file in it.");
        var binary = Files.write(folder.resolve("binary.yaml"), new byte[] {'a', (byte) 0xff});
        assertThatThrownBy(() -> RuleFile.read(binary)).hasMessage(binary + ": is not UTF-8 text.");
        var absent = folder.resolve("absent.yaml");
        assertThatThrownBy(() -> RuleFile.read(absent))
                .hasMessage(absent + ": no such file; rules/default.yaml is an example to start from.");
    }

    @Test
    void name_of_a_set_that_has_none_comes_from_its_file(@TempDir Path folder) throws IOException, ConfigurationException {
        var file = Files.writeString(folder.resolve("my rules.yaml"), SMALLEST);
        assertThat(RuleFile.read(file).text().name()).isEqualTo("my-rules");
        assertThat(RuleFile.parse(".yaml", SMALLEST, 1).text().name()).isEqualTo("rules");
    }

    @ParameterizedTest
    @MethodSource("large")
    void large_or_twisted_file_is_told_in_bounded_time(String kind, String text) {
        ProcessorTime.atMost(Duration.ofSeconds(20), () -> assertThatThrownBy(() -> RuleFile.parse("x.yaml", text, 1))
                .as(kind)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("x.yaml:")
                .satisfies(refused -> assertThat(String.valueOf(refused.getMessage()).lines()).allMatch(line -> line.length() < 5000)));
    }

    static Stream<Arguments> large() {
        var laughs = new StringBuilder("a0: &a0 [RETR, RETR]\n");
        for (var i = 1; i < 30; i++) {
            laughs.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
        }
        return Stream.of(
                Arguments.of("one long word", SMALLEST + "zone: " + "x".repeat(4 << 20) + "\n"),
                Arguments.of("one long key", SMALLEST + "? " + "x".repeat(1 << 20) + "\n: 1\n"),
                Arguments.of("deep nesting", SMALLEST + "groups: " + "[".repeat(100_000)),
                Arguments.of("many mistakes", SMALLEST + "groups: { a: [" + "RETRR, ".repeat(10_000) + "] }\n"),
                Arguments.of("aliases of aliases", SMALLEST + laughs + "groups: { a: *a29 }\n"));
    }

    /** Each of these has killed a gateway with the launcher's heap when it was to be reloaded. */
    @Test
    void file_that_is_too_much_is_refused_before_it_fills_the_heap() {
        var rule = "  - { name: r%d, from: 10.%d.%d.%d, action: deny }\n";
        var rules = IntStream.rangeClosed(0, 10_000)
                .mapToObj(i -> rule.formatted(i, i >> 16, i >> 8 & 0xff, i & 0xff)).collect(Collectors.joining());
        assertThatThrownBy(() -> RuleFile.parse("x.yaml", "defaults: { action: allow }\nrules:\n" + rules, 1))
                .hasMessage("x.yaml:2:1: there are 10001 rules; a set has 10000 at most: one rule may name many networks, users and"
                        + " paths.");
        assertThatThrownBy(() -> RuleFile.parse("x.yaml", SMALLEST + "rules: [" + "[],".repeat(2_000_000) + "]\n", 1))
                .hasMessage("x.yaml: holds more than 750000 keys and values; this is no rule set.");
        assertThatThrownBy(() -> RuleFile.parse("x.yaml", "rules: [" + "1,".repeat(9_000) + "]\n", 1))
                .satisfies(refused -> assertThat(String.valueOf(refused.getMessage()).lines()).hasSize(1_001)
                        .first().isEqualTo("x.yaml: there is more to tell than these 1000."));
    }

    @Test
    void file_that_is_larger_than_any_is_not_read(@TempDir Path folder) throws IOException {
        var huge = Files.write(folder.resolve("huge.yaml"), new byte[(8 << 20) + 1]);
        assertThatThrownBy(() -> RuleFile.read(huge)).hasMessage(huge + ": is larger than 8 MiB; this is no rule set.");
    }

    private static List<Network> networks(String... texts) {
        return List.of(texts).stream().map(text -> Objects.requireNonNull(Network.parse(text))).toList();
    }
}
