package dev.sallyport.lab.transcript;

import dev.sallyport.rules.RuleSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Reads transcripts; see {@link Transcript} for the format. */
public final class TranscriptReader {

    /** Between what goes in and what comes out. */
    static final String DIVIDER = "----";

    private final String name;
    private final List<String> text;
    private final GivenRules rules;
    private final Path folder;
    private final Settings settings = new Settings(this::rules);
    private final List<String> head = new ArrayList<>();
    private final List<Transcript.Block> blocks = new ArrayList<>();
    private List<String> tail = List.of();

    /** The index of the line that is being read. */
    private int at;

    private TranscriptReader(String name, Path folder, String text, GivenRules rules) {
        this.name = name;
        this.folder = folder;
        this.rules = rules;
        this.text = text.lines().toList();
    }

    /** Reads a transcript that names no rules. As below. */
    public static Transcript read(String name, String text) {
        return read(name, Path.of(""), text, GivenRules.NONE);
    }

    /**
     * Reads a transcript.
     *
     * @param name the file's name, for messages
     * @param folder where it stands, and from where it names files of rules
     * @throws TranscriptException when it, or the rules that it names, are at fault
     */
    public static Transcript read(String name, Path folder, String text, GivenRules rules) {
        return new TranscriptReader(name, folder, text, rules).transcript();
    }

    private Transcript transcript() {
        for (; at < text.size() && !beginsBlock(text.get(at)); at++) {
            var line = text.get(at);
            head.add(line);
            if (!line.isBlank() && !line.startsWith("#")) {
                setting(line);
            }
        }
        // Comments and empty lines right above a block belong to it.
        var own = new ArrayList<String>();
        while (!head.isEmpty() && head.getLast().startsWith("#") && head.stream().anyMatch(String::isBlank)) {
            own.addFirst(head.removeLast());
        }
        at -= own.size();
        var scenario = located(() -> settings.scenario(rules.usual()));
        while (at < text.size()) {
            block(scenario);
        }
        if (blocks.isEmpty()) {
            throw fault("there is no conversation: write lines such as 'C: NOOP', then '" + DIVIDER + "'");
        }
        return new Transcript(name, scenario, List.copyOf(head), List.copyOf(blocks), tail);
    }

    private void setting(String line) {
        var colon = line.indexOf(':');
        if (colon < 0) {
            throw fault("expected 'key: value', or a line such as 'C: NOOP'");
        }
        located(() -> settings.set(line.substring(0, colon).strip(), line.substring(colon + 1).strip()));
    }

    /** The rules of a file, or, when none is named, those that stand indented below. */
    private RuleSet rules(String file) {
        if (!file.isEmpty()) {
            return file(file);
        }
        var first = at + 1;
        while (at + 1 < text.size() && (text.get(at + 1).startsWith(" ") || text.get(at + 1).isBlank())) {
            head.add(text.get(++at));
        }
        while (text.get(at).isBlank()) {
            // An empty line parts the settings from what follows.
            head.removeLast();
            at--;
        }
        return rules.reader().read(name, String.join("\n", text.subList(first, at + 1)), first + 1);
    }

    private RuleSet file(String name) {
        return rules.reader().read(folder.resolve(name));
    }

    private void block(Scenario scenario) {
        var first = at + 1;
        var source = new ArrayList<String>();
        var steps = new ArrayList<Step>();
        for (; at < text.size() && !text.get(at).equals(DIVIDER); at++) {
            var line = text.get(at);
            source.add(line);
            if (!line.isBlank() && !line.startsWith("#")) {
                steps.add(located(() -> StepText.step(line, scenario, this::file)));
            }
        }
        if (steps.isEmpty()) {
            if (at < text.size()) {
                throw fault("nothing goes in above this '" + DIVIDER + "'");
            }
            while (!source.isEmpty() && source.getLast().isBlank()) {
                source.removeLast();
            }
            tail = List.copyOf(source);
            return;
        }
        if (at == text.size()) {
            throw fault("'" + DIVIDER + "' is missing below what goes in");
        }
        at++;
        var expected = new ArrayList<String>();
        for (; at < text.size() && !text.get(at).isBlank(); at++) {
            expected.add(text.get(at));
        }
        at++;
        blocks.add(new Transcript.Block(first, List.copyOf(source), List.copyOf(steps), List.copyOf(expected)));
    }

    private static boolean beginsBlock(String line) {
        return line.length() > 1 && line.charAt(1) == ':' && "CSDET".indexOf(line.charAt(0)) >= 0 || line.equals(DIVIDER);
    }

    private <T> T located(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException atFault) {
            throw fault(String.valueOf(atFault.getMessage()));
        }
    }

    private TranscriptException fault(String message) {
        return new TranscriptException(name, Math.min(at + 1, text.size()), message);
    }
}
