package dev.sallyport.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.rules.RuleFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The README's configurations and rule sets are good ones. */
class ReadmeTest {

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
}
