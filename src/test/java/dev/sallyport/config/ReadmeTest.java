package dev.sallyport.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.rules.RuleFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The README's configurations and rule sets are good ones. */
class ReadmeTest {

    /** A number, a time, or a word in the language of the file; not what is told in words, or must be given. */
    private static final Pattern LITERAL = Pattern.compile("[0-9]+[smh]?|auto|`[-\\w]+`");

    private static final String SMALLEST = """
            gateways:
              - name: main
                listen: 127.0.0.1:2121
                server: 198.51.100.20:21
                dataPorts: 2122-2129
            """;

    private static final Path README = Path.of("README.md");

    @TestFactory
    Stream<DynamicTest> configurations() throws IOException {
        var blocks = Pattern.compile("(?s)```yaml\n(.*?)```").matcher(Files.readString(README)).results()
                .map(block -> block.group(1)).toList();
        assertThat(blocks).hasSizeGreaterThan(3);
        return blocks.stream().map(block -> DynamicTest.dynamicTest(
                block.lines().skip(1).findFirst().orElse(block).strip(),
                () -> assertThat(block.startsWith("gateways:")
                        ? ConfigurationFile.parse("README.md", block).gateways()
                        : RuleFile.parse("README.md", block, 1).text().rules()).isNotEmpty()));
    }

    /** Whoever writes a key's default into a configuration changes nothing. */
    @TestFactory
    Stream<DynamicTest> defaults() throws IOException {
        var tests = new ArrayList<DynamicTest>();
        var rows = section("Configuration").filter(line -> line.startsWith("| `")).toList();
        for (var row : rows) {
            var cells = row.substring(2, row.length() - 2).split(" \\| ", -1);
            // Key, default and meaning, once or twice in a row.
            for (var i = 0; i + 2 < cells.length; i += 3) {
                var keys = cells[i].replace("`", "").split(", ", -1);
                var values = cells[i + 1].split(", ", -1);
                for (var each = 0; each < keys.length && keys.length == values.length; each++) {
                    if (LITERAL.matcher(values[each]).matches() && !keys[each].startsWith("intercept.")) {
                        tests.add(isDefault(keys[each], values[each].replace("`", ""), cells.length > 3));
                    }
                }
            }
        }
        assertThat(tests).hasSizeGreaterThan(25);
        return tests.stream();
    }

    private static DynamicTest isDefault(String key, String value, boolean ofAll) {
        // What is a.b here is "a: { b: ... }" there.
        var written = key.replace(".", ": { ") + ": " + value + " }".repeat(key.split("\\.", -1).length - 1);
        var indent = ofAll || key.startsWith("kernel.") || key.startsWith("log.") ? "" : "    ";
        return DynamicTest.dynamicTest(written, () -> assertThat(ConfigurationFile.parse("f", SMALLEST + indent + written + "\n"))
                .isEqualTo(ConfigurationFile.parse("f", SMALLEST)));
    }

    private static Stream<String> section(String title) throws IOException {
        return Files.readString(README).split("\n## " + title + "\n", -1)[1].split("\n## ", -1)[0].lines();
    }
}
