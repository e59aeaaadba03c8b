package dev.sallyport.lab.transcript;

import dev.sallyport.rules.RuleSet;
import java.nio.file.Path;

/**
 * Where transcripts have their rules from.
 *
 * @param reader reads those that a transcript names
 * @param usual what those have that name none
 */
public record GivenRules(RuleReader reader, RuleSet usual) {

    /** Transcripts cannot name rules, and everything is allowed. */
    public static final GivenRules NONE = new GivenRules(new RuleReader() {
        @Override
        public RuleSet read(String name, String text, int firstLine) {
            throw new TranscriptException(name, firstLine, "rules are not read here");
        }

        @Override
        public RuleSet read(Path file) {
            throw new TranscriptException(file + ": rules are not read here");
        }
    }, RuleSet.ALLOW_ALL);
}
