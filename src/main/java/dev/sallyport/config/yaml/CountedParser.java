package dev.sallyport.config.yaml;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Gives up where a text holds more than can be kept: a node takes a hundred times the three bytes that it is written in. */
final class CountedParser extends ParserImpl {

    private final int most;
    private int count;

    /** @param most keys, values, lists and mappings, and their ends */
    CountedParser(LoadSettings settings, String text, int most) {
        super(settings, new StreamReader(settings, text));
        this.most = most;
    }

    @Override
    public Event next() {
        if (++count > most) {
            throw new TooMuch();
        }
        return super.next();
    }

    /** There is more in the text. */
    static final class TooMuch extends YamlEngineException {

        private static final long serialVersionUID = 1;

        TooMuch() {
            super("too much");
        }
    }
}
