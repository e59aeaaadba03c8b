package dev.sallyport.lab.transcript;

import dev.sallyport.lab.transcript.TranscriptRunner.Delivery;
import dev.sallyport.lab.transcript.TranscriptRunner.Outcome;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The transcripts of a folder. Each is run in every {@link Delivery}: line by line it has to give what it expects, byte by byte
 * the same, and pipelined the same bytes to both ends and the same pinholes.
 *
 * @param folder where they are
 * @param files those that end in {@code .txt} there and in the folders below, sorted
 * @param rules where they have their rules from
 */
public record Suite(Path folder, List<Path> files, GivenRules rules) {

    private static final String ENDING = ".txt";

    /** What a run does to the files. */
    public enum Mode {
        /** Nothing. */
        COMPARE,
        /** Writes what came into those that expect something else, unless the outcome depends on how the bytes arrive. */
        UPDATE
    }

    /**
     * How one transcript ended.
     *
     * @param file as it stands in {@link #files}
     * @param time that all its deliveries took together
     */
    public record Result(Path file, Verdict verdict, Duration time) {}

    /** What became of a transcript. */
    public sealed interface Verdict {
        record Passed() implements Verdict {}

        /** It expected something else, and now expects what came. */
        record Rewritten() implements Verdict {}

        /** @param differences at least one, in the order of the conversation */
        record Failed(List<Difference> differences) implements Verdict {}

        /** It cannot be read or not be run. @param message printable, a line or more, where and why */
        record Broken(String message) implements Verdict {}
    }

    /**
     * Finds the transcripts of a folder; symbolic links are followed.
     *
     * @throws IOException when the folder or one below it cannot be read
     */
    public static Suite of(Path folder, GivenRules rules) throws IOException {
        try (var below = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            return new Suite(folder, below
                    .filter(file -> file.toString().endsWith(ENDING) && Files.isRegularFile(file))
                    .sorted()
                    .toList(), rules);
        } catch (UncheckedIOException unreadable) {
            throw unreadable.getCause();
        }
    }

    /** Those alone in whose path below the folder the text stands. */
    public Suite only(String text) {
        return new Suite(folder, files.stream().filter(file -> folder.relativize(file).toString().contains(text)).toList(), rules);
    }

    /** Runs one of the files. */
    public Result run(Path file, Mode mode) {
        var begun = System.nanoTime();
        var verdict = verdict(file, mode);
        return new Result(file, verdict, Duration.ofNanos(System.nanoTime() - begun));
    }

    private Verdict verdict(Path file, Mode mode) {
        var name = ByteText.shown(file.toString());
        try {
            var transcript = TranscriptReader.read(name, parent(file), Files.readString(file), rules);
            var whole = TranscriptRunner.run(transcript, Delivery.WHOLE);
            var unexpected = blocks(transcript, "what comes out (+) is not what is expected (-)",
                    transcript.blocks().stream().map(Transcript.Block::expected).toList(), whole.blocks());
            var dependent = new ArrayList<Difference>();
            dependent.addAll(blocks(transcript, "byte by byte (+) it comes out otherwise than line by line (-)",
                    whole.blocks(), TranscriptRunner.run(transcript, Delivery.BYTE_BY_BYTE).blocks()));
            dependent.addAll(pipelined(name, whole, TranscriptRunner.run(transcript, Delivery.PIPELINED)));
            if (mode == Mode.UPDATE && !unexpected.isEmpty() && dependent.isEmpty()) {
                Files.writeString(file, transcript.withExpectations(whole.blocks()));
                return new Verdict.Rewritten();
            }
            unexpected.addAll(dependent);
            return unexpected.isEmpty() ? new Verdict.Passed() : new Verdict.Failed(List.copyOf(unexpected));
        } catch (TranscriptException unreadable) {
            return broken(String.valueOf(unreadable.getMessage()));
        } catch (CharacterCodingException notText) {
            return broken(name + ": it is not UTF-8");
        } catch (IOException failed) {
            return broken(name + ": " + failed);
        } catch (RuntimeException fault) {
            // Ours, or a transcript that asks for the impossible: the other transcripts still run.
            var trace = new StringWriter();
            fault.printStackTrace(new PrintWriter(trace, true));
            return broken(name + ": it cannot be run: " + trace);
        }
    }

    private static Path parent(Path file) {
        var parent = file.getParent();
        return parent == null ? Path.of("") : parent;
    }

    private static List<Difference> blocks(
            Transcript transcript, String sentence, List<List<String>> expected, List<List<String>> came) {
        var differences = new ArrayList<Difference>();
        for (var i = 0; i < came.size(); i++) {
            var block = transcript.blocks().get(i);
            var line = block.expectedLine() + alike(expected.get(i), came.get(i));
            if (!expected.get(i).equals(came.get(i))) {
                differences.add(new Difference(
                        transcript.name() + ":" + line, sentence, block.input(), expected.get(i), came.get(i)));
            }
        }
        return differences;
    }

    private static List<Difference> pipelined(String name, Outcome whole, Outcome pipelined) {
        var differences = new ArrayList<Difference>();
        stream(differences, name, "pipelined (+) the server gets something else than line by line (-)",
                ByteText.lines(whole.toServer()), ByteText.lines(pipelined.toServer()));
        stream(differences, name, "pipelined (+) the client gets something else than line by line (-)",
                ByteText.lines(whole.toClient()), ByteText.lines(pipelined.toClient()));
        stream(differences, name, "pipelined (+) pinholes open and close otherwise than line by line (-)",
                whole.doors(), pipelined.doors());
        return differences;
    }

    private static void stream(List<Difference> to, String name, String sentence, List<String> whole, List<String> pipelined) {
        if (!whole.equals(pipelined)) {
            to.add(new Difference(name, sentence, List.of(), whole, pipelined));
        }
    }

    /** How many lines are the same before the first that differs. */
    private static int alike(List<String> expected, List<String> came) {
        var i = 0;
        while (i < expected.size() && i < came.size() && expected.get(i).equals(came.get(i))) {
            i++;
        }
        return i;
    }

    private static Verdict broken(String message) {
        return new Verdict.Broken(message.lines().map(ByteText::shown).collect(Collectors.joining("\n")));
    }
}
