package dev.sallyport.lab.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.rules.RuleFile;
import dev.sallyport.config.yaml.ConfigurationException;
import dev.sallyport.lab.transcript.TranscriptRunner.Delivery;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.RuleSet;
import dev.sallyport.rules.RuleText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The transcripts in {@code rules/tests} show everything that the rule sets ready to use say: {@code SET-RULE-acts.txt} each
 * rule as it decides, {@code SET-RULE-leaves-alone.txt} what it does not meet, and all of a set together each of its parts.
 */
class ReadyRuleSetTranscriptsTest {

    private static final Path FOLDER = Path.of("rules/tests");

    static Stream<String> sets() throws IOException {
        try (var files = Files.list(Path.of("rules"))) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".yaml")).sorted()
                    .map(name -> name.substring(0, name.length() - ".yaml".length())).toList().stream();
        }
    }

    static Stream<Arguments> rules() throws IOException {
        return sets().flatMap(set -> text(set).rules().stream().map(rule -> Arguments.of(set, rule.name())));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void rule_hasATranscriptInWhichItActs_andOneInWhichItLeavesAlone(String set, String rule) throws IOException {
        assertThat(hits(set, FOLDER.resolve(set + "-" + rule + "-acts.txt"), rule)).isPositive();
        var alone = FOLDER.resolve(set + "-" + rule + "-leaves-alone.txt");
        assertThat(hits(set, alone, rule)).isZero();
        assertThat(RuleVariant.of(text(set)).filter(variant -> variant.part().startsWith(rule + " without ")))
                .as("a condition that keeps it from acting").extracting(variant -> differs(alone, text(set), variant.text()))
                .contains(true);
    }

    @ParameterizedTest
    @MethodSource("sets")
    void defaults_decideInATranscript(String set) throws IOException {
        var hits = 0L;
        for (var file : transcripts(set)) {
            hits += hits(set, file, Decision.DEFAULTS);
        }
        assertThat(hits).isPositive();
    }

    /** As one would break a rule set by hand, to see whether its tests find that. */
    @ParameterizedTest
    @MethodSource("sets")
    void everyPart_isMissedWhenItIsAnother(String set) throws IOException {
        var text = text(set);
        var transcripts = transcripts(set);
        assertThat(RuleVariant.of(text)
                        .filter(variant -> transcripts.stream().noneMatch(file -> differs(file, text, variant.text())))
                        .map(RuleVariant::part))
                .as("what no transcript shows").isEmpty();
    }

    private static List<Path> transcripts(String set) throws IOException {
        try (var files = Files.list(FOLDER)) {
            return files.filter(file -> file.getFileName().toString().startsWith(set + "-")).sorted().toList();
        }
    }

    /** How often a rule decides in a transcript, what goes without saying at its start not counted. */
    private static long hits(String set, Path file, String rule) throws IOException {
        var whole = RuleSet.compile(text(set), null);
        run(read(file, whole));
        var start = RuleSet.compile(text(set), null);
        var transcript = read(file, start);
        run(new Transcript(transcript.name(), transcript.scenario(), transcript.head(), List.of(), List.of()));
        return hits(whole, rule) - hits(start, rule);
    }

    private static long hits(RuleSet set, String rule) {
        return set.hits().stream().filter(hits -> hits.rule().equals(rule)).findFirst().orElseThrow().count();
    }

    private static boolean differs(Path file, RuleText text, RuleText other) {
        return !outcome(file, text).equals(outcome(file, other));
    }

    private static List<List<String>> outcome(Path file, RuleText text) {
        try {
            return run(read(file, RuleSet.compile(text, null)));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static List<List<String>> run(Transcript transcript) {
        return TranscriptRunner.run(transcript, Delivery.WHOLE).blocks();
    }

    /** A transcript with these rules in place of those of the one file that it names. */
    private static Transcript read(Path file, RuleSet rules) throws IOException {
        var name = file.getFileName().toString();
        var named = new ArrayList<Path>();
        var transcript = TranscriptReader.read(name, FOLDER, Files.readString(file), new GivenRules(new RuleReader() {
            @Override
            public RuleSet read(String transcript, String text, int firstLine) {
                throw new TranscriptException(transcript, firstLine, "rules of its own");
            }

            @Override
            public RuleSet read(Path of) {
                named.add(of);
                return rules;
            }
        }, RuleSet.ALLOW_ALL));
        assertThat(named).as("rules that %s names", name).singleElement()
                .satisfies(path -> assertThat(name).startsWith(path.getFileName().toString().replace(".yaml", "-")));
        return transcript;
    }

    private static RuleText text(String set) {
        try {
            return RuleFile.read(Path.of("rules", set + ".yaml")).text();
        } catch (ConfigurationException wrong) {
            throw new AssertionError(wrong);
        }
    }
}
