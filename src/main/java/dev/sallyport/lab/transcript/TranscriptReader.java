package dev.sallyport.lab.transcript;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Reads transcripts; see {@link Transcript} for the format. */
public final class TranscriptReader {

    /** Between what goes in and what comes out. */
    static final String DIVIDER = "----";

    private final String name;
    private final List<String> text;
    private final Settings settings = new Settings();
    private final List<String> head = new ArrayList<>();
    private final List<Transcript.Block> blocks = new ArrayList<>();
    private List<String> tail = List.of();

    /** The index of the line that is being read. */
    private int at;

    private TranscriptReader(String name, String text) {
        this.name = name;
        this.text = text.lines().toList();
    }

    /**
     * Reads a transcript.
     *
     * @param name the file's name, for messages
     * @throws TranscriptException when it is at fault
     */
    public static Transcript read(String name, String text) {
        return new TranscriptReader(name, text).transcript();
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
        var scenario = located(settings::scenario);
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

    private void block(Scenario scenario) {
        var first = at + 1;
        var source = new ArrayList<String>();
        var steps = new ArrayList<Step>();
        for (; at < text.size() && !text.get(at).equals(DIVIDER); at++) {
            var line = text.get(at);
            source.add(line);
            if (!line.isBlank() && !line.startsWith("#")) {
                steps.add(located(() -> StepText.step(line, scenario)));
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
