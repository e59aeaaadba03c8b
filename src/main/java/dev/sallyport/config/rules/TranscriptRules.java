package dev.sallyport.config.rules;

import dev.sallyport.config.yaml.ConfigurationException;
import dev.sallyport.lab.transcript.RuleReader;
import dev.sallyport.lab.transcript.TranscriptException;
import dev.sallyport.rules.RuleSet;
import java.nio.file.Path;

/** Reads rule sets for transcripts. */
public final class TranscriptRules implements RuleReader {

    @Override
    public RuleSet read(String name, String text, int firstLine) {
        try {
            return RuleSet.compile(RuleFile.parse(name, text, firstLine).text(), null);
        } catch (ConfigurationException wrong) {
            throw new TranscriptException(String.valueOf(wrong.getMessage()));
        }
    }

    @Override
    public RuleSet read(Path file) {
        try {
            return RuleSet.compile(RuleFile.read(file).text(), null);
        } catch (ConfigurationException wrong) {
            throw new TranscriptException(String.valueOf(wrong.getMessage()));
        }
    }
}
