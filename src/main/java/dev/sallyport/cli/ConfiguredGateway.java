package dev.sallyport.cli;

import dev.sallyport.proxy.GatewaySettings;
import dev.sallyport.rules.Armed;
import dev.sallyport.rules.Check;
import dev.sallyport.rules.Level;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One gateway of a configuration, and the rules that it goes by, for commands that look at it and run none.
 *
 * @param rules the file of its rule set; null: it names none
 * @param checks the levels of its own, whatever the rule set says
 */
record ConfiguredGateway(GatewaySettings settings, Armed armed, @Nullable Path rules, Map<Check, Level> checks) {

    /**
     * @param name empty: the only one
     * @throws CommandFailure when the file or the gateway's rules have mistakes, or it has several gateways and none is named
     */
    static ConfiguredGateway of(Path file, String name) throws CommandFailure {
        var configuration = CheckCommand.read(file);
        var gateways = configuration.gateways();
        var chosen = name.isEmpty() && gateways.size() == 1
                ? gateways.getFirst()
                : gateways.stream().filter(gateway -> gateway.name().equals(name)).findFirst().orElse(null);
        if (chosen == null) {
            var names = gateways.stream().map(GatewaySettings::name).sorted().toList();
            throw new CommandFailure(
                    Sallyport.WRONG_USAGE,
                    (name.isEmpty() ? "there are several gateways" : "there is no gateway '" + name + "'") + " in " + file
                            + ": name one with --gateway, " + String.join(" or ", names) + ".");
        }
        var rules = Objects.requireNonNull(configuration.rules().get(chosen.name()));
        return new ConfiguredGateway(
                chosen, RuleFiles.read(configuration).orFail().armed(rules, null), rules.file(), rules.checks());
    }
}
