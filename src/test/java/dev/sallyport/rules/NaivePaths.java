package dev.sallyport.rules;

import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Paths and their globs by definition, on strings and lists. */
final class NaivePaths {

    /**
     * A path as it is known.
     *
     * @param names of its folders; of an unknown one none
     * @param climbed whether a {@code ..} took one away
     */
    record Path(Paths.Kind kind, List<String> names, boolean climbed) {

        Path lower() {
            return new Path(kind, names.stream().map(NaiveRules::lower).toList(), climbed);
        }
    }

    private static final Path UNKNOWN = new Path(Paths.Kind.UNKNOWN, List.of(), false);
    private static final Path NONE = new Path(Paths.Kind.NONE, List.of(), false);
    private static final Pattern AMBIGUOUS = Pattern.compile("[~\"'].*|.*\\\\.*|[A-Za-z]:.*|[ \\t].*|.*[ \\t]");
    private static final Pattern WILD = Pattern.compile("[^/]*[*?\\[{].*");
    private static final Pattern WORD = Pattern.compile("^[^ \\t]+ ");

    private NaivePaths() {}

    static Path of(Command command, @Nullable String directory) {
        var path = read(command, directory);
        var enters = switch (command.verb()) {
            case CWD, XCWD, CDUP, XCUP -> true;
            default -> false;
        };
        return path.climbed && !enters ? UNKNOWN : path;
    }

    private static Path read(Command command, @Nullable String directory) {
        var argument = command.argument();
        if (NaiveRules.cut(argument) && command.verb().argument() != Verb.Argument.NONE) {
            return UNKNOWN;
        }
        return switch (command.verb().argument()) {
            case NONE -> NONE;
            case OPAQUE -> UNKNOWN;
            case PATH -> nonEmpty(argument, directory);
            case TREE -> below(nonEmpty(argument, directory));
            case FOLDER -> resolve(argument, directory);
            case PARENT -> resolve("..", directory);
            case LISTING -> command.verb() == Verb.STAT && argument.isEmpty() ? NONE : listing(argument, directory);
            case UNIQUE -> argument.contains("/") ? UNKNOWN : below(suspicious(argument) ? UNKNOWN : resolve("", directory));
            case BEHIND_WORD -> WORD.matcher(argument).find()
                    ? nonEmpty(WORD.matcher(argument).replaceFirst(""), directory)
                    : UNKNOWN;
            case DATED -> argument.matches("\\d.*[ \\t].*") ? UNKNOWN : nonEmpty(argument, directory);
            case ONE_WORD -> argument.matches(".*[ \\t\"].*") ? UNKNOWN : nonEmpty(argument, directory);
        };
    }

    private static Path nonEmpty(String argument, @Nullable String directory) {
        return argument.isEmpty() ? UNKNOWN : resolve(argument, directory);
    }

    private static Path below(Path path) {
        return path.kind == Paths.Kind.EXACT ? new Path(Paths.Kind.BELOW, path.names, path.climbed) : path;
    }

    private static boolean suspicious(String argument) {
        return AMBIGUOUS.matcher(argument).matches();
    }

    private static Path listing(String argument, @Nullable String directory) {
        var path = argument;
        var recursive = false;
        while (path.startsWith("-")) {
            var end = path.indexOf(' ') < 0 ? path.length() : path.indexOf(' ');
            if (!path.substring(0, end).matches("-[A-Za-z0-9]*")) {
                return UNKNOWN;
            }
            recursive |= path.substring(0, end).contains("R");
            path = path.substring(Math.min(path.length(), end + 1));
        }
        if (suspicious(path) || path.matches(".*[ \\t].*")) {
            return UNKNOWN;
        }
        var wild = WILD.matcher(path);
        if (!wild.find()) {
            return recursive ? below(resolve(path, directory)) : resolve(path, directory);
        }
        var fixed = path.substring(0, wild.start());
        for (var name : path.substring(fixed.length()).split("/", -1)) {
            if (name.startsWith(".") || name.startsWith("[") || name.contains("{")) {
                return UNKNOWN;
            }
        }
        return below(resolve(fixed, directory));
    }

    static Path resolve(String argument, @Nullable String directory) {
        if (suspicious(argument) || !argument.startsWith("/") && directory == null) {
            return UNKNOWN;
        }
        var names = new ArrayList<String>();
        var climbed = false;
        var whole = argument.startsWith("/") ? argument : directory + "/" + argument;
        for (var name : whole.split("/", -1)) {
            if (name.equals("..")) {
                if (!names.isEmpty()) {
                    names.removeLast();
                    climbed = true;
                }
            } else if (!name.isEmpty() && !name.equals(".")) {
                names.add(name);
            }
        }
        return new Path(Paths.Kind.EXACT, names, climbed);
    }

    static Truth test(String glob, Path path) {
        var parts = List.of((glob.startsWith("/") ? glob.substring(1) : glob).split("/", -1));
        var all = parts.equals(List.of("")) ? List.<String>of() : parts;
        return switch (path.kind) {
            case NONE -> Truth.FALSE;
            case UNKNOWN -> Truth.PATH_UNKNOWN;
            case EXACT -> Truth.of(matches(all, path.names));
            case BELOW -> covers(all, path.names) ? Truth.TRUE : Truth.of(reaches(all, path.names)).and(Truth.PATH_UNKNOWN);
        };
    }

    private static boolean matches(List<String> glob, List<String> names) {
        if (glob.isEmpty()) {
            return names.isEmpty();
        }
        var rest = glob.subList(1, glob.size());
        if (glob.getFirst().equals("**")) {
            return matches(rest, names) || !names.isEmpty() && matches(glob, names.subList(1, names.size()));
        }
        return !names.isEmpty() && NaiveRules.matches(glob.getFirst(), names.getFirst())
                && matches(rest, names.subList(1, names.size()));
    }

    /** Whether it is P/** and P is the folder or one above it. */
    private static boolean covers(List<String> glob, List<String> folder) {
        if (glob.isEmpty() || glob.indexOf("**") != glob.size() - 1 || glob.size() - 1 > folder.size()) {
            return false;
        }
        return matches(glob.subList(0, glob.size() - 1), folder.subList(0, glob.size() - 1));
    }

    /** Whether anything in the folder can match. */
    private static boolean reaches(List<String> glob, List<String> folder) {
        if (folder.isEmpty() || !glob.isEmpty() && glob.getFirst().equals("**")) {
            return true;
        }
        return !glob.isEmpty() && NaiveRules.matches(glob.getFirst(), folder.getFirst())
                && reaches(glob.subList(1, glob.size()), folder.subList(1, folder.size()));
    }
}
