package dev.sallyport.config.yaml;

import dev.sallyport.config.yaml.ConfigurationException.Problem;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.nodes.Node;

/** The mistakes found in one file so far: all of them are told at once. */
public final class Problems {

    /** More than anybody reads; a file of another kind may have a million. */
    private static final int MOST = 1_000;

    private final String file;
    private final int firstLine;
    private final List<Problem> found = new ArrayList<>();

    /** @param file its name, for messages */
    public Problems(String file) {
        this(file, 1);
    }

    /** @param firstLine where in that file the text begins, from 1: it may be a part of it */
    public Problems(String file, int firstLine) {
        this.file = file;
        this.firstLine = firstLine;
    }

    public void add(Node node, String path, String text) {
        add(line(node), column(node), path.isEmpty() ? text : path + ": " + text);
    }

    public void add(Located<?> where, String text) {
        add(where.node(), where.path(), text);
    }

    /** In the file, from 1. */
    public int line(Node node) {
        return node.getStartMark().orElseThrow().getLine() + firstLine;
    }

    /** In the file, from 1. */
    public int column(Node node) {
        return node.getStartMark().orElseThrow().getColumn() + 1;
    }

    /** The first thousand are told. @param line from 1; 0 for the file as a whole */
    public void add(int line, int column, String text) {
        if (found.size() < MOST) {
            found.add(new Problem(line, column, Quoted.harmless(text)));
        } else if (found.size() == MOST) {
            found.add(new Problem(0, 0, "there is more to tell than these " + MOST + "."));
        }
    }

    /** In the order in which they were found. */
    public List<Problem> found() {
        return List.copyOf(found);
    }

    public boolean any() {
        return !found.isEmpty();
    }

    /** @param line of the text, from 1 */
    void addInText(int line, int column, String text) {
        add(line + firstLine - 1, column, text);
    }

    public void throwIfAny() throws ConfigurationException {
        if (any()) {
            throw exception();
        }
    }

    ConfigurationException exception() {
        return new ConfigurationException(file, found);
    }
}
