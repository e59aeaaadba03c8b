package dev.sallyport.lab.transcript;

import dev.sallyport.rules.RuleSet;
import java.nio.file.Path;

/** Reads the rule sets that transcripts name: the lab itself does not know how they are written. */
public interface RuleReader {

    /**
     * Reads rules that stand in a transcript.
     *
     * @param name the transcript's name, for messages
     * @param text each line as it stands there, indented
     * @param firstLine the line of the transcript on which they begin, from 1
     * @throws TranscriptException when they are at fault
     */
    RuleSet read(String name, String text, int firstLine);

    /** @throws TranscriptException when the file cannot be read or is at fault */
    RuleSet read(Path file);
}
