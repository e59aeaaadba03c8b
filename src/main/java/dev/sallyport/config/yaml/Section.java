package dev.sallyport.config.yaml;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A mapping of the file that is read key by key. Every key that is asked for is known by that; {@link #end} refuses the
 * rest, so that no list of keys can differ from what is read.
 */
public final class Section {

    private final String path;
    private final @Nullable Node node;
    private final Problems problems;
    private final Map<String, NodeTuple> entries = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();
    private final Set<String> told = new HashSet<>();

    /** @param path where it stands; empty for the top */
    public Section(String path, Node node, Problems problems) {
        this.path = path;
        this.node = node;
        this.problems = problems;
        if (!(node instanceof MappingNode mapping)) {
            return;
        }
        for (var entry : mapping.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                problems.add(entry.getKeyNode(), path, kind(entry.getKeyNode()) + " cannot be a key.");
                continue;
            }
            var earlier = entries.putIfAbsent(key.getValue(), entry);
            if (earlier != null) {
                problems.add(key, path, Quoted.of(key.getValue()) + " is here twice; the first is on line "
                        + problems.line(earlier.getKeyNode()) + ".");
            }
        }
    }

    /** A section that is not in the file: every value in it has its default. */
    private Section(String path, Problems problems) {
        this.path = path;
        this.node = null;
        this.problems = problems;
    }

    public <T> T value(String key, Form<T> form, T otherwise) {
        var value = ask(key);
        var read = value == null ? null : read(path(key), value, form);
        return read == null ? otherwise : read.value();
    }

    /** Null when it is missing or wrong, which is then among the problems. */
    public <T> @Nullable Located<T> required(String key, Form<T> form) {
        var value = ask(key);
        return value == null ? missing(key, form) : read(path(key), value, form);
    }

    /** One value or a list of them; empty when it is missing or wrong, which is then among the problems. */
    public <T> List<Located<T>> oneOrMore(String key, Form<T> form) {
        var value = ask(key);
        if (value == null) {
            missing(key, form);
            return List.of();
        }
        return values(key, value, form);
    }

    /** One value or a list of them; empty when the key or all behind it is left out. */
    public <T> List<Located<T>> anyNumber(String key, Form<T> form) {
        var value = ask(key);
        return value == null || value instanceof SequenceNode list && list.getValue().isEmpty()
                ? List.of()
                : values(key, value, form);
    }

    /** Where it stands, when it is in the file. */
    public <T> @Nullable Located<T> optional(String key, Form<T> form) {
        var value = ask(key);
        return value == null ? null : read(path(key), value, form);
    }

    /** One value or a list of them; empty when the key is left out, or all is wrong, which is then among the problems. */
    public <T> List<Located<T>> someOf(String key, Form<T> form) {
        var value = ask(key);
        return value == null ? List.of() : values(key, value, form);
    }

    private <T> List<Located<T>> values(String key, Node value, Form<T> form) {
        var nodes = value instanceof SequenceNode sequence ? sequence.getValue() : List.of(value);
        if (nodes.isEmpty()) {
            problems.add(value, path(key), "the list is empty: " + form.write());
        }
        var values = new ArrayList<Located<T>>();
        for (var i = 0; i < nodes.size(); i++) {
            var read = read(value instanceof SequenceNode ? path(key) + "[" + i + "]" : path(key), nodes.get(i), form);
            if (read != null) {
                values.add(read);
            }
        }
        return values;
    }

    /** The mapping under a key; an empty one when it is not there. */
    public Section section(String key) {
        var value = ask(key);
        // A key with nothing behind it is what remains when everything below it is commented out.
        return value == null || value.getTag().equals(Tag.NULL)
                ? new Section(path(key), problems)
                : new Section(path(key), value, problems);
    }

    /** The mapping under a key that may not be left out; an empty one when it is missing, which is then among the problems. */
    public Section requiredSection(String key, String example) {
        var write = "write '" + key + ":' and below it '" + example + "'.";
        var value = ask(key);
        if (value == null && node instanceof MappingNode) {
            problems.add(node, path, "'" + key + "' is missing: " + write);
        } else if (value != null && value.getTag().equals(Tag.NULL)) {
            problems.add(value, path(key), "nothing does not fit: " + write);
        }
        return section(key);
    }

    /** The mappings of the list under a key, at least one; empty when that is wrong, which is then among the problems. */
    public List<Section> sections(String key, String example) {
        var value = ask(key);
        if (value instanceof SequenceNode list && !list.getValue().isEmpty()) {
            var sections = new ArrayList<Section>();
            for (var item : list.getValue()) {
                sections.add(new Section(path(key) + "[" + sections.size() + "]", item, problems));
            }
            return sections;
        }
        if (value != null) {
            var wrong = value instanceof SequenceNode ? "the list is empty" : kind(value) + " does not fit";
            problems.add(value, path(key), wrong + ": write a list, each entry beginning with a dash, such as '" + example + "'.");
        } else if (node instanceof MappingNode) {
            problems.add(node, path, "'" + key + "' is missing: write a list, such as '" + key + ":' and below it '" + example + "'.");
        }
        return List.of();
    }

    /** A mapping, or a list of mappings, under a key; empty when the key is left out. */
    public List<Section> oneOrMany(String key) {
        var value = ask(key);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof SequenceNode list)) {
            return List.of(new Section(path(key), value, problems));
        }
        if (list.getValue().isEmpty()) {
            problems.add(value, path(key), "the list is empty: leave the key out.");
        }
        var sections = new ArrayList<Section>();
        for (var item : list.getValue()) {
            sections.add(new Section(path(key) + "[" + sections.size() + "]", item, problems));
        }
        return sections;
    }

    /** The keys, for a section whose keys are names that its author chose: all of them are then known. */
    public List<Located<String>> keys() {
        known.addAll(entries.keySet());
        return entries.entrySet().stream()
                .map(entry -> new Located<>(entry.getKey(), path(entry.getKey()), entry.getValue().getKeyNode()))
                .toList();
    }

    /** Whether the key is in the file, well written or not. */
    public boolean has(String key) {
        return entries.containsKey(key);
    }

    /** Whether there is a mapping under a key, which may have a single value instead. */
    public boolean holdsKeys(String key) {
        var entry = entries.get(key);
        return entry != null && entry.getValueNode() instanceof MappingNode;
    }

    /** Whether it has no key at all. */
    public boolean empty() {
        return node == null || node instanceof MappingNode && entries.isEmpty();
    }

    /** Where the section begins, or the key that it should have begun with; it must be in the file. */
    public Node node() {
        return Objects.requireNonNull(node, path);
    }

    /** A mistake about the section as a whole, which must be in the file. */
    public void refuse(String text) {
        problems.add(node(), path, text);
    }

    /** A mistake about a key that is in the file, whatever is behind it. {@link #end} has no more to say about it. */
    public void refuse(String key, String text) {
        told.add(key);
        problems.add(Objects.requireNonNull(entries.get(key), key).getKeyNode(), path, text);
    }

    /** Refuses every key that nobody asked for, and whatever is no mapping at all. */
    public void end() {
        if (node != null && !(node instanceof MappingNode)) {
            problems.add(node, path, kind(node) + " does not fit: write keys and values"
                    + (known.isEmpty() ? "." : "; the keys are " + String.join(", ", known) + "."));
        }
        for (var entry : entries.entrySet()) {
            var key = entry.getKey();
            if (!known.contains(key) && !told.contains(key)) {
                var similar = Similar.to(key, known);
                problems.add(entry.getValue().getKeyNode(), path, "unknown key " + Quoted.of(key) + ": "
                        + (similar == null ? "allowed here: " : "did you mean '" + similar + "'? Allowed here: ")
                        + String.join(", ", known) + ".");
            }
        }
    }

    private @Nullable Node ask(String key) {
        known.add(key);
        var entry = entries.get(key);
        return entry == null ? null : entry.getValueNode();
    }

    private <T> @Nullable Located<T> missing(String key, Form<T> form) {
        // A section that is no mapping is told once; its keys are not missing besides.
        if (node instanceof MappingNode) {
            problems.add(node, path, "'" + key + "' is missing: " + form.write());
        }
        return null;
    }

    private <T> @Nullable Located<T> read(String where, Node value, Form<T> form) {
        if (!(value instanceof ScalarNode scalar) || scalar.getTag().equals(Tag.NULL)) {
            problems.add(value, where, kind(value) + " does not fit: " + form.write());
            return null;
        }
        if (scalar.getTag().getValue().startsWith("!")) {
            problems.add(value, where, "'" + scalar.getTag().getValue() + "' is a tag in YAML: a text that begins with ! needs quotes.");
            return null;
        }
        var read = form.read(scalar.getValue());
        if (read == null) {
            problems.add(value, where, form.refusal(scalar.getValue()));
            return null;
        }
        return new Located<>(read, where, value);
    }

    private String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String kind(Node node) {
        return switch (node) {
            case MappingNode mapping -> "a mapping of keys";
            case SequenceNode sequence -> "a list";
            default -> node.getTag().equals(Tag.NULL) ? "nothing" : "a single value";
        };
    }
}
