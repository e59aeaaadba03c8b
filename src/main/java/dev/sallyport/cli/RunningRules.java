package dev.sallyport.cli;

import dev.sallyport.admin.Reloaded;
import dev.sallyport.admin.RuleHits;
import dev.sallyport.config.Configuration;
import dev.sallyport.proxy.GatewaySettings;
import dev.sallyport.rules.Armed;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.RuleBook;
import dev.sallyport.rules.RuleSet;
import dev.sallyport.rules.RuleSource;
import dev.sallyport.telemetry.RuleCollector.Decided;
import dev.sallyport.telemetry.Word;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rules of the gateways of a process: compiled before any of them starts, and taken anew while they run. */
final class RunningRules {

    private static final Logger LOG = LoggerFactory.getLogger(RunningRules.class);

    private final Configuration configuration;
    private final RuleBook book;
    private final LongAdder taken = new LongAdder();
    private final LongAdder refused = new LongAdder();

    /** @throws CommandFailure when anything is wrong with a rule set; it says all that is */
    RunningRules(Configuration configuration) throws CommandFailure {
        this.configuration = configuration;
        this.book = new RuleBook(compiled(configuration, RuleFiles.read(configuration).orFail(), Map.of()));
    }

    /** The name of the rule set that a gateway goes by now. */
    String name(String gateway) {
        return of(gateway).current().rules().text().name();
    }

    /** What each rule has decided, for metrics. */
    List<Decided> decided() {
        return names().stream().flatMap(gateway -> decided(gateway, of(gateway).current().rules())).toList();
    }

    /** What each rule of a set has decided. */
    static Stream<Decided> decided(String gateway, RuleSet rules) {
        var written = rules.text().rules();
        var hits = rules.hits();
        return IntStream.range(0, hits.size()).mapToObj(i -> new Decided(
                gateway, rules.text().name(), hits.get(i).rule(),
                action(i < written.size() ? written.get(i).outcome() : rules.text().otherwise()), hits.get(i).count()));
    }

    private static String action(Outcome outcome) {
        return Word.of(outcome.action());
    }

    /** How often rules were taken anew. */
    long taken() {
        return taken.sum();
    }

    /** How often rules were to be taken anew and had mistakes. */
    long refused() {
        return refused.sum();
    }

    RuleSource of(String gateway) {
        return book.of(gateway);
    }

    List<RuleHits> hits() {
        return names().stream().flatMap(gateway -> hits(gateway, of(gateway).current().rules())).toList();
    }

    /** How often each rule of a set has decided. */
    static Stream<RuleHits> hits(String gateway, RuleSet rules) {
        return rules.hits().stream().map(hits -> new RuleHits(gateway, rules.text().name(), hits.rule(), hits.count()));
    }

    /**
     * Reads the rule sets that the configuration names now, and puts all of them in force, or none. One reload at a time.
     *
     * @param file the configuration's, for messages
     */
    synchronized Reloaded reload(Path file, Configuration wanted) {
        var startNanos = System.nanoTime();
        var gone = names().stream().filter(gateway -> !wanted.rules().containsKey(gateway)).toList();
        if (!gone.isEmpty()) {
            return refused(List.of(file + ": the gateway " + String.join(", ", gone) + " runs and is not there any more: name it as"
                    + " before, or start the gateways again."));
        }
        var files = RuleFiles.read(wanted);
        if (!files.mistakes().isEmpty()) {
            return refused(files.mistakes());
        }
        var next = new LinkedHashMap<String, Armed>();
        names().forEach(gateway -> next.put(gateway, of(gateway).current()));
        var now = compiled(wanted, files, next);
        now.keySet().retainAll(next.keySet());
        next.putAll(now);
        book.swap(next);
        taken.increment();
        var inForce = names().stream().map(this::inForce).toList();
        LOG.info("event=reloaded seconds={} gateways=\"{}\"", String.format(Locale.ROOT, "%.3f", (System.nanoTime() - startNanos) / 1e9),
                String.join(", ", inForce.stream().map(each -> each.gateway() + ": " + each.rules() + ", " + each.count()).toList()));
        var notice = startsAnew(configuration).equals(startsAnew(wanted))
                ? null
                : file + " has changed in more than rules, checks and certificates: the rest takes effect when the gateway is started "
                        + "again.";
        if (notice != null) {
            LOG.warn("event=reloaded {}", notice);
        }
        return new Reloaded(inForce, null, notice);
    }

    /** Nothing is taken anew. @param mistakes why, a line for each */
    Reloaded refused(List<String> mistakes) {
        refused.increment();
        LOG.warn("event=reload-refused mistakes={}: what was in force stays", mistakes.size());
        mistakes.forEach(mistake -> LOG.warn("event=reload-refused {}", mistake));
        return new Reloaded(null, mistakes, null);
    }

    /** @param before what they replace; counts of rules that stay go on */
    private static Map<String, Armed> compiled(Configuration configuration, RuleFiles files, Map<String, Armed> before) {
        var compiled = new LinkedHashMap<String, Armed>();
        for (var gateway : configuration.gateways()) {
            var rules = Objects.requireNonNull(configuration.rules().get(gateway.name()));
            compiled.put(gateway.name(), files.armed(rules, before(before.get(gateway.name()))));
        }
        return compiled;
    }

    private static @Nullable RuleSet before(@Nullable Armed armed) {
        return armed == null ? null : armed.rules();
    }

    /** What only another start can change. */
    private static Configuration startsAnew(Configuration of) {
        return new Configuration(
                of.gateways(), of.threads(), of.grace(), of.kernel(), of.controlSocket(), of.telemetry(), of.log(), Map.of(),
                Map.of());
    }

    private List<String> names() {
        return configuration.gateways().stream().map(GatewaySettings::name).toList();
    }

    private Reloaded.InForce inForce(String gateway) {
        var text = of(gateway).current().rules().text();
        return new Reloaded.InForce(gateway, text.name(), text.rules().size());
    }
}
