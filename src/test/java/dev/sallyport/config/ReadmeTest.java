package dev.sallyport.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The README's configurations are good ones. */
class ReadmeTest {

    private static final Path README = Path.of("README.md");

    @TestFactory
    Stream<DynamicTest> configurations() throws IOException {
        var blocks = Pattern.compile("(?s)```yaml\n(.*?)```").matcher(Files.readString(README)).results()
                .map(block -> block.group(1)).toList();
        assertThat(blocks).hasSizeGreaterThan(3);
        return blocks.stream().map(block -> DynamicTest.dynamicTest(
                block.lines().skip(1).findFirst().orElse(block).strip(),
                () -> assertThat(ConfigurationFile.parse("README.md", block).gateways()).isNotEmpty()));
    }
}
