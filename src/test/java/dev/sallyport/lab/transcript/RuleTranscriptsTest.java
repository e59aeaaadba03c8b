package dev.sallyport.lab.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.rules.TranscriptRules;
import dev.sallyport.lab.transcript.TranscriptRunner.Delivery;
import dev.sallyport.rules.Match;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Outcome.Action;
import dev.sallyport.rules.RuleSet;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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
            case "subjects" -> "tlsSubject";
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

    @ParameterizedTest
    @EnumSource
    void action_hasATranscript_inWhichAnotherWouldNotDoTheSame(Action action) throws IOException {
        var text = text("action", switch (action) {
            case ALLOW -> "leaves-alone";
            case DENY -> "acts";
            case CLOSE -> "acts-by-closing";
        });
        assertThat(text).contains(line(action));
        for (var other : Action.values()) {
            if (other != action) {
                assertThat(run(text.replaceFirst(line(action), line(other)))).as("%s", other).isNotEqualTo(run(text));
            }
        }
    }

    private static String line(Action action) {
        return "\n      action: " + action.name().toLowerCase(Locale.ROOT) + "\n";
    }

    @ParameterizedTest
    @ValueSource(strings = {"banner", "system", "help", "features"})
    void mask_hasBothTranscripts(String key) throws IOException {
        var acts = Files.readString(FOLDER.resolve("mask-" + key + "-acts.txt"));
        assertThat(acts).contains("\n  mask: { " + key + ": ");
        assertThat(run(withoutMask(acts))).isNotEqualTo(run(acts));
        var leavesAlone = Files.readString(FOLDER.resolve("mask-" + key + "-leaves-alone.txt"));
        assertThat(run(leavesAlone)).isNotEmpty().isEqualTo(run(withoutMask(leavesAlone)));
    }

    private static String withoutMask(String text) {
        return text.replaceFirst("\n  mask: [^\n]*", "");
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
