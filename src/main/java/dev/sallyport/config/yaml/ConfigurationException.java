package dev.sallyport.config.yaml;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Says what is wrong with a file that this program is told to go by. The message has one line for each problem, in the order
 * of the file.
 */
public final class ConfigurationException extends Exception {

    private static final long serialVersionUID = 1;

    /**
     * One mistake.
     *
     * @param line counted from 1; 0 when it is about the file as a whole
     * @param column counted from 1; 0 when it is about the file as a whole
     * @param text what is wrong, and what to write instead
     */
    public record Problem(int line, int column, String text) {
        /** {@code file:line:column: text}. */
        public String in(String file) {
            return line == 0 ? file + ": " + text : file + ":" + line + ":" + column + ": " + text;
        }
    }

    private final transient List<Problem> problems;

    ConfigurationException(String file, List<Problem> problems) {
        super(inOrder(problems).stream().map(problem -> problem.in(file)).collect(Collectors.joining("\n")));
        this.problems = inOrder(problems);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /** At least one, in the order of the file. */
    public List<Problem> problems() {
        return problems;
    }

    private static List<Problem> inOrder(List<Problem> problems) {
        return problems.stream()
                .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
                .toList();
    }
}
