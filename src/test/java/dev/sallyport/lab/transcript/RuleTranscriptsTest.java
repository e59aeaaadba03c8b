package dev.sallyport.lab.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.rules.TranscriptRules;
import dev.sallyport.lab.transcript.TranscriptRunner.Delivery;
import dev.sallyport.rules.Match;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.RuleSet;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each field of a rule has two transcripts: one in which it acts, and one in which it leaves alone, and would not were it not there. */
class RuleTranscriptsTest {

    private static final Path FOLDER = Path.of("src/test/resources/transcripts");
    private static final GivenRules RULES = new GivenRules(new TranscriptRules(), RuleSet.ALLOW_ALL);

    static Stream<String> conditions() {
        return Stream.concat(Stream.of(Match.class.getRecordComponents()).map(RuleTranscriptsTest::key), Stream.of("unless"));
    }

    static Stream<String> outcomes() {
        return Stream.of(Outcome.class.getRecordComponents()).map(RuleTranscriptsTest::key);
    }

    /** As it is written in a rule. */
    private static String key(RecordComponent field) {
        return switch (field.getName()) {
            case "gateways" -> "gateway";
            case "loggedIn" -> "login";
            case "verbs" -> "commands";
            case "directions" -> "direction";
            case "modes" -> "mode";
            case "times" -> "time";
            case "mostBytes" -> "size";
            default -> field.getName();
        };
    }

    @ParameterizedTest
    @MethodSource("conditions")
    void condition_hasBothTranscripts_andDecidesOne(String key) throws IOException {
        var acts = text(key, "acts");
        var leavesAlone = text(key, "leaves-alone");
        assertThat(acts).contains("\n      " + key + ": ");
        assertThat(leavesAlone).contains("\n      " + key + ": ");
        assertThat(run(acts)).isNotEqualTo(run(leavesAlone));
        var decided = switch (key) {
            // Without them the rule meets more, or lets nobody else take part.
            case "unless", "dataTo", "dataFrom" -> acts;
            default -> leavesAlone;
        };
        assertThat(run(without(key, decided))).isNotEqualTo(run(decided));
    }

    @ParameterizedTest
    @MethodSource("outcomes")
    void outcome_hasBothTranscripts(String key) throws IOException {
        var acts = text(key, "acts");
        assertThat(acts).contains("\n      " + key + ": ");
        assertThat(run(acts)).isNotEmpty();
        assertThat(run(text(key, "leaves-alone"))).isNotEmpty();
        if (!key.equals("action")) {
            assertThat(run(without(key, acts))).isNotEqualTo(run(acts));
        }
    }

    private static String text(String key, String kind) throws IOException {
        return Files.readString(FOLDER.resolve("rule-" + key + "-" + kind + ".txt"));
    }

    private static String without(String key, String text) {
        return text.replaceFirst("\n      " + key + ": [^\n]*", "");
    }

    private static List<List<String>> run(String text) {
        return TranscriptRunner.run(TranscriptReader.read("transcript", FOLDER, text, RULES), Delivery.WHOLE).blocks();
    }
}
