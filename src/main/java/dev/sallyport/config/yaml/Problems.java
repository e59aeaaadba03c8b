package dev.sallyport.config.yaml;

import dev.sallyport.config.yaml.ConfigurationException.Problem;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.nodes.Node;

/** The mistakes found in one file so far: all of them are told at once. */
public final class Problems {

    private final String file;
    private final List<Problem> found = new ArrayList<>();

    /** @param file its name, for messages */
    public Problems(String file) {
        this.file = file;
    }

    public void add(Node node, String path, String text) {
        var mark = node.getStartMark().orElseThrow();
        add(mark.getLine() + 1, mark.getColumn() + 1, path.isEmpty() ? text : path + ": " + text);
    }

    /** @param line from 1; 0 for the file as a whole */
    public void add(int line, int column, String text) {
        found.add(new Problem(line, column, text));
    }

    public boolean any() {
        return !found.isEmpty();
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
