package dev.sallyport.lab.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.rules.TranscriptRules;
import dev.sallyport.ftp.Fault;
import dev.sallyport.lab.transcript.TranscriptRunner.Delivery;
import dev.sallyport.rules.Check;
import dev.sallyport.rules.RuleSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each check has four transcripts: it acts, it leaves alone, it only logs, and it is off. */
class CheckTranscriptsTest {

    private static final Path FOLDER = Path.of("src/test/resources/transcripts");

    private static final GivenRules RULES = new GivenRules(new TranscriptRules(), RuleSet.ALLOW_ALL);

    @ParameterizedTest
    @EnumSource
    void check_enforced_actsAndLeavesAlone(Check check) throws IOException {
        var acts = run(check, "acts", "enforce");
        assertThat(acts).anyMatch(tells(check).and(line -> !line.contains("(logged)")));
        assertThat(run(check, "leaves-alone", "enforce")).isNotEmpty().noneMatch(tells(check));
    }

    @ParameterizedTest
    @EnumSource
    void check_logged_isToldAndGoesOnAsWhenOff(Check check) throws IOException {
        var logged = run(check, "log", "log");
        assertThat(logged).anyMatch(tells(check).and(line -> line.contains("(logged)")));
        var off = run(check, "off", "off");
        assertThat(off).isNotEmpty().noneMatch(line -> line.contains("(logged)"));
        assertThat(logged.stream().filter(line -> !line.contains("(logged)"))).containsExactlyElementsOf(off);
    }

    /** Whether a line tells a fault of the check. */
    private static Predicate<String> tells(Check check) {
        return line -> line.startsWith("event: fault of the ")
                && check.faults().stream().map(Fault::name).anyMatch(name -> line.split("[,:] ?")[2].startsWith(name));
    }

    private static List<String> run(Check check, String kind, String level) throws IOException {
        var file = FOLDER.resolve("check-" + check.key() + "-" + kind + ".txt");
        var text = Files.readString(file);
        assertThat(text).contains("\nchecks: " + check.key() + "=" + level + "\n");
        return TranscriptRunner.run(TranscriptReader.read(String.valueOf(file.getFileName()), FOLDER, text, RULES), Delivery.WHOLE)
                .blocks().stream().flatMap(List::stream).toList();
    }
}
