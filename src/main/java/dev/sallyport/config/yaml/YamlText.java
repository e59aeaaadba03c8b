package dev.sallyport.config.yaml;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Brings the one YAML document of a file, as nodes that know their line and column.
 *
 * @param what such a file is, for messages: {@code configuration}
 * @param example a file to start from, for messages
 * @param mostBytes what is larger is refused before it is read: a log or a disk image named by mistake
 */
public record YamlText(String what, String example, int mostBytes) {

    /** What a heap of 512 MiB bears beside the rules in force: the largest rule set needs a quarter of it. */
    private static final int MOST_EVENTS = 750_000;

    private static final Pattern BARE_IPV6 = Pattern.compile("(^|[\\s,])\\[[0-9A-Fa-f:.]*]:[0-9]+");
    private static final Pattern LOCAL_TAG = Pattern.compile("[-\\[,:] *!");

    public String read(Path file) throws ConfigurationException {
        try {
            if (Files.isDirectory(file)) {
                throw refused(file, "is a directory; name the " + what + " file in it.");
            }
            byte[] bytes;
            try (var stream = Files.newInputStream(file)) {
                // A device or a pipe has no size to ask for.
                bytes = stream.readNBytes(mostBytes + 1);
            }
            if (bytes.length > mostBytes) {
                throw refused(file, "is larger than " + mostBytes / (1 << 20) + " MiB; this is no " + what + ".");
            }
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (NoSuchFileException absent) {
            throw refused(file, "no such file; " + example + " is an example to start from.");
        } catch (CharacterCodingException binary) {
            throw refused(file, "is not UTF-8 text.");
        } catch (IOException failed) {
            throw refused(file, "cannot be read: " + failed.getClass().getSimpleName() + ".");
        }
    }

    /** @throws ConfigurationException with the problems, when the text is no YAML or holds nothing */
    public Node compose(String text, Problems problems) throws ConfigurationException {
        try {
            var settings = LoadSettings.builder().setSchema(new TextSchema()).setCodePointLimit(mostBytes)
                    .setAllowNonScalarKeys(true).build();
            var root = new Composer(settings, new CountedParser(settings, text, MOST_EVENTS)).getSingleNode();
            if (root.isPresent()) {
                return root.get();
            }
            problems.add(0, 0, "holds no " + what + "; " + example + " is an example to start from.");
        } catch (MarkedYamlEngineException malformed) {
            // The parser's first mark is where the broken construct began, its second where it cannot go on.
            var mark = malformed.getProblemMark().orElseGet(() -> malformed.getContextMark().orElseThrow());
            problems.addInText(mark.getLine() + 1, mark.getColumn() + 1,
                    "not YAML: " + sentence(malformed, mark) + hint(malformed, line(text, mark.getLine())) + ".");
        } catch (ReaderException unprintable) {
            var before = text.substring(0, Math.min(text.length(), text.offsetByCodePoints(0, unprintable.getPosition())));
            var lines = before.split("\n", -1);
            problems.addInText(lines.length, lines[lines.length - 1].length() + 1,
                    "not YAML: the character U+%04X may not stand here.".formatted(unprintable.getCodePoint()));
        } catch (StackOverflowError tooDeep) {
            problems.add(0, 0, "not a " + what + ": nested too deeply.");
        } catch (CountedParser.TooMuch tooMuch) {
            problems.add(0, 0, "holds more than " + MOST_EVENTS + " keys and values; this is no " + what + ".");
        } catch (YamlEngineException refused) {
            problems.add(0, 0, "not YAML: " + refused.getMessage());
        }
        throw problems.exception();
    }

    /** The parser's words; "but found" goes on from its context. */
    private static String sentence(MarkedYamlEngineException malformed, Mark mark) {
        var problem = malformed.getProblem().replaceFirst("\\. \\(Do not use.*", "");
        if (problem.startsWith("but ")) {
            return malformed.getContext() + " " + problem;
        }
        return problem + malformed.getContextMark()
                .filter(began -> began.getLine() != mark.getLine())
                .map(began -> " (" + malformed.getContext() + " that began on line " + (began.getLine() + 1) + ")")
                .orElse("");
    }

    /** What usually lies behind a message of the parser. */
    private static String hint(MarkedYamlEngineException malformed, String line) {
        if (BARE_IPV6.matcher(line).find()) {
            return "; an IPv6 address in brackets needs quotes, such as \"[::]:2121\"";
        }
        var problem = malformed.getProblem();
        if (problem.contains("alias") || malformed.getContext() != null && malformed.getContext().contains("alias")) {
            return "; a text that begins with * needs quotes, such as \"*.txt\"";
        }
        if (LOCAL_TAG.matcher(line).find()) {
            return "; a text that begins with ! needs quotes";
        }
        if (problem.startsWith("mapping values are not allowed")) {
            return "; a text with ': ' in it needs quotes";
        }
        if (problem.contains("\\t") || line.startsWith("\t")) {
            return "; indent with spaces, not with tabs";
        }
        return "";
    }

    private static String line(String text, int index) {
        return text.lines().skip(index).findFirst().orElse("");
    }

    private static ConfigurationException refused(Path file, String why) {
        var problems = new Problems(file.toString());
        problems.add(0, 0, why);
        return problems.exception();
    }
}
