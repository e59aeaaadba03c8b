package dev.sallyport.config;

import dev.sallyport.rules.Check;
import dev.sallyport.rules.Level;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway goes by. It may change while the gateway runs.
 *
 * @param file its rule set; null: that of {@code rules/default.yaml}
 * @param checks levels that the configuration sets, whatever the rule set says
 */
public record GatewayRules(@Nullable Path file, Map<Check, Level> checks) {

    /** Of a gateway that says nothing of them. */
    public static final GatewayRules DEFAULT = new GatewayRules(null, Map.of());

    public GatewayRules {
        checks = Map.copyOf(checks);
    }
}
