package dev.sallyport.lab.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.rules.TranscriptRules;
import dev.sallyport.rules.RuleSet;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.PinholeRefusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code rules/tests/README.md} says is so: its examples, and its tables of settings, steps and lines. */
class TranscriptGuideTest {

    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private static final Path FOLDER = Path.of("src/test/resources/transcripts");
    private static final GivenRules RULES = new GivenRules(new TranscriptRules(), RuleSet.ALLOW_ALL);

    @TempDir
    private Path folder;

    private String guide = "";

    @BeforeEach
    void read() throws IOException {
        guide = Files.readString(Path.of("rules/tests/README.md"));
    }

    @Test
    void examples_haveTheOutcomeThatTheyShow() throws IOException {
        var examples = blocks("transcript");
        assertThat(examples).hasSizeGreaterThan(2);
        for (var example : examples) {
            assertThat(run("example.txt", example)).isEqualTo(new Suite.Verdict.Passed());
        }
    }

    @Test
    void exampleThatFails_isShownAsItIs() throws IOException {
        var example = blocks("transcript fails").getFirst();
        var verdict = run("list.txt", example);
        assertThat(verdict).isInstanceOfSatisfying(Suite.Verdict.Failed.class, failed -> assertThat(failed.differences())
                .singleElement().satisfies(difference -> assertThat(blocks("").getFirst())
                        .startsWith(difference.text().replace(folder.toString(), "tests") + "\n")));
    }

    @Test
    void settings_areAllThere_withTheirDefaultsAndValues() {
        var usual = scenario(settings());
        var rows = rows("## Settings");
        for (var row : rows) {
            var key = code(row.getFirst());
            var value = row.get(1);
            if (!value.equals("none")) {
                assertThat(scenario(settings().set(key, code(value)))).as(key).isEqualTo(usual);
            }
        }
        assertThat(rows.stream().map(row -> code(row.getFirst())).toList()).containsExactlyElementsOf(settings().keys());
        for (var row : rows) {
            CODE.matcher(row.get(2)).results().map(found -> found.group(1)).forEach(value ->
                    assertThat(settings().set(code(row.getFirst()), value)).as(row.getFirst()).isNotNull());
        }
    }

    @Test
    void steps_areReadAsTheyStand_andNameEveryReason() {
        var scenario = scenario(settings());
        var steps = rows("## What goes in").stream().map(row -> code(row.getFirst())).filter(step -> step.charAt(0) != '\\').toList();
        assertThat(steps.stream().map(step -> StepText.step(step, scenario, _ -> RuleSet.ALLOW_ALL).getClass().getSimpleName()).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(Step.class.getPermittedSubclasses()).map(Class::getSimpleName).toList());
        assertThat(words("D: closed")).contains(names(DataEnd.values()));
        assertThat(words("D: refused")).contains(names(PinholeRefusal.values()));
    }

    /** Whatever comes out of any transcript has a line in the tables, and no line there is about something that never comes. */
    @Test
    void linesThatComeOut_areThoseOfTheTables() throws IOException {
        var forms = rows("## What comes out").stream().map(row -> code(row.getFirst())).toList();
        var used = new LinkedHashSet<String>();
        for (var file : Suite.of(FOLDER, RULES).files()) {
            for (var block : TranscriptReader.read(file.toString(), FOLDER, Files.readString(file), RULES).blocks()) {
                for (var line : block.expected()) {
                    var form = forms.stream().filter(each -> pattern(each).matcher(line).matches()).toList();
                    assertThat(form).as("%s: the guide does not know '%s'", file, line).isNotEmpty();
                    used.addAll(form);
                }
            }
        }
        assertThat(used).containsExactlyInAnyOrderElementsOf(forms);
    }

    private static Settings settings() {
        return new Settings(_ -> RuleSet.ALLOW_ALL);
    }

    private static Scenario scenario(Settings settings) {
        return settings.scenario(RuleSet.ALLOW_ALL);
    }

    /** A form of the tables: words in capitals stand for something. */
    private static Pattern pattern(String form) {
        var pattern = new StringBuilder();
        for (var word : form.splitWithDelimiters("\\b[A-Z]+\\b", 0)) {
            pattern.append(word.matches("[A-Z]+") ? ".+" : Pattern.quote(word));
        }
        return Pattern.compile(pattern.toString());
    }

    private Suite.Verdict run(String name, String text) throws IOException {
        var file = Files.writeString(folder.resolve(name), text);
        return Suite.of(folder, RULES).run(file, Suite.Mode.COMPARE).verdict();
    }

    /** The fenced blocks of a kind. */
    private List<String> blocks(String kind) {
        var found = Pattern.compile("(?ms)^```([a-z ]*)\n(.*?)^```$").matcher(guide).results();
        return found.filter(block -> block.group(1).equals(kind)).map(block -> block.group(2)).toList();
    }

    /** The cells of the tables' rows below a heading whose first cell is code. */
    private List<List<String>> rows(String heading) {
        var begin = guide.indexOf(heading + "\n");
        var end = guide.indexOf("\n## ", begin);
        assertThat(begin).isPositive().isLessThan(end);
        return guide.substring(begin, end).lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> Arrays.stream(line.substring(1).split("\\|")).map(String::strip).toList())
                .toList();
    }

    private List<String> words(String beginning) {
        var row = rows("## What goes in").stream().filter(each -> code(each.getFirst()).startsWith(beginning)).findFirst().orElseThrow();
        return CODE.matcher(row.get(1)).results().map(found -> found.group(1)).toList();
    }

    private static String[] names(Enum<?>... constants) {
        return Stream.of(constants).map(each -> each.name().toLowerCase(Locale.ROOT).replace('_', '-')).toArray(String[]::new);
    }

    /** The code that a cell begins with. */
    private static String code(String cell) {
        var matcher = CODE.matcher(cell);
        assertThat(matcher.lookingAt()).as(cell).isTrue();
        return matcher.group(1);
    }
}
