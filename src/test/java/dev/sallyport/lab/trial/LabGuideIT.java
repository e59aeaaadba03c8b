package dev.sallyport.lab.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The README's lab: the command prints what stands below it, but for the ports that were drawn. */
@Tag("system")
@Timeout(120)
class LabGuideIT {
    private static final Pattern EXAMPLE = Pattern.compile("(?s)```\n\\$ sudo deploy/sallyport lab ([^\n]*)\n(.*?)```");

    @TempDir
    private Path temporary;

    @Test
    void command_printsWhatTheReadmeShows() throws Exception {
        Trials.require();
        var example = EXAMPLE.matcher(Files.readString(Path.of("README.md")));
        assertThat(example.find()).isTrue();
        try (var lab = LaunchedLab.start(temporary, "", (example.group(1) + " --seconds 10").split(" "))) {
            assertThat(lab.awaitEnd()).as(lab.printed()).isZero();
            String printed = lab.printed();
            assertThat(undrawn(printed.substring(printed.indexOf("topology ")))).isEqualTo(undrawn(example.group(2)));
        }
    }

    private static String undrawn(String text) {
        return text.replaceAll(":[3-6]\\d{4}\\b", ":PORT").replaceAll(",\\d+,\\d+\\)", ",PORT)");
    }
}
