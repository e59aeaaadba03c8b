package dev.sallyport.cli;

import dev.sallyport.config.Configuration;
import dev.sallyport.config.GatewayRules;
import dev.sallyport.config.rules.RuleFile;
import dev.sallyport.config.yaml.ConfigurationException;
import dev.sallyport.rules.Armed;
import dev.sallyport.rules.RuleSet;
import dev.sallyport.rules.RuleText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The rule sets that the gateways of a configuration go by, each read once.
 *
 * @param mistakes all that is wrong with any of them, a line for each; empty: they are good
 */
record RuleFiles(Map<Path, RuleText> texts, List<String> mistakes) {

    static RuleFiles read(Configuration configuration) {
        var texts = new HashMap<Path, RuleText>();
        var mistakes = new ArrayList<String>();
        for (var gateway : configuration.gateways()) {
            var file = Objects.requireNonNull(configuration.rules().get(gateway.name())).file();
            if (file != null && !texts.containsKey(file)) {
                try {
                    texts.put(file, RuleFile.read(file).text());
                } catch (ConfigurationException wrong) {
                    wrong.getMessage().lines().filter(mistake -> !mistakes.contains(mistake)).forEach(mistakes::add);
                }
            }
        }
        return new RuleFiles(texts, mistakes);
    }

    /** A rule set without a gateway. @throws CommandFailure when anything is wrong with it; it says all that is */
    static Armed alone(Path file) throws CommandFailure {
        try {
            return armed(RuleFile.read(file).text());
        } catch (ConfigurationException wrong) {
            throw failure(wrong.getMessage().lines().toList());
        }
    }

    /** That of a gateway that names none. */
    static Armed standard() {
        return armed(RuleFile.standard());
    }

    private static Armed armed(RuleText text) {
        return Armed.of(RuleSet.compile(text, null), text.checks());
    }

    /** @throws CommandFailure when anything is wrong with them; it says all that is */
    RuleFiles orFail() throws CommandFailure {
        if (mistakes.isEmpty()) {
            return this;
        }
        throw failure(mistakes);
    }

    /** @param mistakes at least one */
    static CommandFailure failure(List<String> mistakes) {
        return new CommandFailure(
                Sallyport.WRONG_USAGE,
                (mistakes.size() == 1 ? "the rules have a mistake." : "the rules have " + mistakes.size() + " mistakes.")
                        + System.lineSeparator() + String.join(System.lineSeparator(), mistakes));
    }

    /** The set that a gateway goes by. */
    RuleText of(GatewayRules gateway) {
        return gateway.file() == null ? RuleFile.standard() : Objects.requireNonNull(texts.get(gateway.file()));
    }

    /** The same, compiled, with the gateway's own levels laid over its checks. @param before see {@link RuleSet#compile} */
    Armed armed(GatewayRules gateway, @Nullable RuleSet before) {
        var text = of(gateway);
        return Armed.of(RuleSet.compile(text, before), text.checks().with(gateway.checks()));
    }
}
