package dev.sallyport.config.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.config.yaml.ConfigurationException;
import dev.sallyport.config.yaml.ConfigurationException.Problem;
import dev.sallyport.config.yaml.Problems;
import dev.sallyport.config.yaml.Section;
import dev.sallyport.config.yaml.YamlText;
import dev.sallyport.rules.Rule;
import dev.sallyport.rules.RuleText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/** Reads a rule set. {@code rules/schema.json} describes the same language to editors. */
public final class RuleFile {

    /** The most rules that ask for everything there is are a fifth of this. */
    private static final YamlText TEXT = new YamlText("rule set", "rules/default.yaml", 8 << 20);

    /** What is compiled of them grows with the square of their number: here to 60 MiB, and at a reload there are two sets. */
    private static final int MOST_RULES = 10_000;

    /** Keys at the top that a configuration does not have. */
    private static final Pattern RULE_SET = Pattern.compile(
            "(?m)^[\"']?(rules|defaults|checks|groups|networks|mask|logins|pathCase|zone)[\"']?[ \\t]*:");

    private static final Pattern CONFIGURATION = Pattern.compile("(?m)^[\"']?gateways[\"']?[ \\t]*:");

    private static final Pattern EXTENSION = Pattern.compile("\\.[A-Za-z0-9]*$");
    private static final Pattern NOT_OF_A_NAME = Pattern.compile("[^A-Za-z0-9._-]");

    /**
     * What a file holds.
     *
     * @param warnings what is probably not as it was meant, in the order of the file; nothing is wrong with the set itself
     */
    public record Loaded(RuleText text, List<Problem> warnings) {
        public Loaded {
            warnings = List.copyOf(warnings);
        }
    }

    private final Problems problems;
    private final Problems warnings;

    private RuleFile(String file, int firstLine) {
        this.problems = new Problems(file, firstLine);
        this.warnings = new Problems(file, firstLine);
    }

    /** @throws ConfigurationException when the file cannot be read or anything in it is wrong; it then says all that is */
    public static Loaded read(Path file) throws ConfigurationException {
        return parse(file.toString(), TEXT.read(file), 1);
    }

    /** The set of {@code rules/default.yaml}, for a gateway that names none. */
    public static RuleText standard() {
        try {
            return parse("default.yaml", new String(standardText(), UTF_8), 1).text();
        } catch (ConfigurationException broken) {
            throw new IllegalStateException("the default rules are not in the program as they were built", broken);
        }
    }

    /** The file itself. */
    public static byte[] standardText() {
        try (var stream = Objects.requireNonNull(RuleFile.class.getResourceAsStream("default.yaml"))) {
            return stream.readAllBytes();
        } catch (IOException broken) {
            throw new IllegalStateException("the default rules are not in the program as they were built", broken);
        }
    }

    /**
     * Reads a rule set that is a file, or a part of one.
     *
     * @param file its name, for messages; a set that says no name of its own has this one, less folders and ending
     * @param firstLine the line of the file on which the text begins, from 1
     * @throws ConfigurationException when anything in it is wrong; it then says all that is
     */
    public static Loaded parse(String file, String text, int firstLine) throws ConfigurationException {
        return new RuleFile(file, firstLine).load(file, text);
    }

    /**
     * Whether a file is meant to be a rule set, and not a configuration: by the keys at its top, so that mistakes in it do not
     * matter. A file that cannot be read is none.
     */
    public static boolean isOne(Path file) {
        try {
            var text = TEXT.read(file);
            return RULE_SET.matcher(text).find() && !CONFIGURATION.matcher(text).find();
        } catch (ConfigurationException unreadable) {
            return false;
        }
    }

    private Loaded load(String file, String text) throws ConfigurationException {
        var top = new Section("", TEXT.compose(text, problems), problems);
        var read = read(file, top);
        problems.throwIfAny();
        return new Loaded(read, warnings.found());
    }

    private RuleText read(String file, Section top) {
        var name = top.value("name", RuleForms.SET_NAME, nameOf(file));
        var zone = top.value("zone", RuleForms.ZONE, ZoneId.systemDefault());
        var pathCase = top.value("pathCase", RuleForms.PATH_CASE, RuleForms.PathCase.EXACT);
        var outcomes = new OutcomeSection(problems);
        var defaults = top.requiredSection("defaults", "action: deny");
        var otherwise = outcomes.ofDefaults(defaults);
        defaults.end();
        var conduct = new ConductSections(problems);
        var checks = ConductSections.checks(top.section("checks"));
        var limits = ConductSections.limits(top.section("limits"));
        var logins = conduct.logins(top.section("logins"));
        var masks = conduct.masks(top.section("mask"));
        var groups = new GroupTable(top.section("groups"), problems);
        var networks = new NetworkTable(top.section("networks"), problems);
        var sections = new RuleSection(new MatchSection(networks, groups, problems), outcomes, problems);
        var rules = new ArrayList<Rule>();
        var written = top.sections("rules", "- { name: all, action: deny }");
        if (written.size() > MOST_RULES) {
            top.refuse("rules", "there are " + written.size() + " rules; a set has " + MOST_RULES + " at most: one rule may name many"
                    + " networks, users and paths.");
            written = List.of();
        }
        for (var section : written) {
            var rule = sections.read(section);
            if (rule != null) {
                rules.add(rule);
            }
        }
        top.end();
        groups.unused().forEach(group -> warnings.add(group, "no rule uses this group: name it under commands, or remove it."));
        networks.unused().forEach(
                unused -> warnings.add(unused, "no rule uses these networks: name them under from or to, or remove them."));
        return new RuleText(
                name, zone, pathCase == RuleForms.PathCase.IGNORE, otherwise, checks, limits, logins, masks, rules);
    }

    /** The file's name as a set's name; where it cannot be one, what comes near. */
    private static String nameOf(String file) {
        var last = file.substring(file.lastIndexOf('/') + 1);
        var stem = NOT_OF_A_NAME.matcher(EXTENSION.matcher(last).replaceFirst("")).replaceAll("-");
        var name = stem.substring(0, Math.min(stem.length(), 63));
        return RuleForms.SET_NAME.read(name) == null ? "rules" : name;
    }
}
