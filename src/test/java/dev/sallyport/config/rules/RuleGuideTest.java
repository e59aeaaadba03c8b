package dev.sallyport.config.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Verb;
import dev.sallyport.rules.Check;
import dev.sallyport.rules.CommandGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code rules/README.md} says of the language is so. */
class RuleGuideTest {

    private static String guide = "";
    private static JsonNode schema = JsonMapper.shared().createObjectNode();

    @BeforeAll
    static void read() throws IOException {
        guide = Files.readString(Path.of("rules/README.md"));
        schema = JsonMapper.shared().readTree(Files.readString(Path.of("rules/schema.json")));
    }

    @Test
    void example_isGood() throws Exception {
        var example = guide.split("```yaml\n", -1)[1].split("```", -1)[0];
        var loaded = RuleFile.parse("example", example, 1);
        assertThat(loaded.warnings()).isEmpty();
        assertThat(loaded.text().rules()).hasSize(3);
    }

    @Test
    void checks_areAllTold_inTheirOwnWords() {
        assertThat(section("Checks of conduct").filter(line -> line.startsWith("| `"))).containsExactlyElementsOf(
                Stream.of(Check.values())
                        .map(check -> "| `%s` | %s | %s | %s |".formatted(
                                check.key(), check.usual().name().toLowerCase(Locale.ROOT), check.attack(), check.otherwise()))
                        .toList());
    }

    @Test
    void groups_areAllTold_withTheirCommands() {
        assertThat(section("Groups of commands").filter(line -> line.startsWith("| `"))).containsExactlyElementsOf(
                Stream.of(CommandGroup.values())
                        .filter(group -> group != CommandGroup.ALL && group != CommandGroup.UNKNOWN)
                        .map(group -> "| `%s` | %s |".formatted(
                                group.text(), group.verbs().stream().map(Verb::name).collect(Collectors.joining(" "))))
                        .toList());
    }

    @Test
    void keys_areAllTold_andNoOthers() {
        var told = Stream.of("What a rule matches", "What a rule does").flatMap(RuleGuideTest::section)
                .filter(line -> line.startsWith("| `"))
                .flatMap(line -> Arrays.stream(line.split(" \\| ", -1)[0].replaceAll("[|` ]", "").split(",")))
                .collect(Collectors.toCollection(TreeSet::new));
        var known = new TreeSet<String>();
        for (var part : new String[] {"match", "outcome", "rule"}) {
            known.addAll(schema.at("/$defs/" + part + "/properties").propertyNames());
        }
        assertThat(told).isEqualTo(known);
    }

    private static Stream<String> section(String title) {
        return guide.split("\n## " + title + "\n", -1)[1].split("\n## ", -1)[0].lines();
    }
}
