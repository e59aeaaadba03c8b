package dev.sallyport.lab.transcript;

import dev.sallyport.rules.Check;
import dev.sallyport.rules.Checks;
import dev.sallyport.rules.LineRules;
import dev.sallyport.rules.Masks;
import dev.sallyport.rules.Match;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Rule;
import dev.sallyport.rules.RuleText;
import dev.sallyport.rules.limit.LoginLimits;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A rule set of which one part is another.
 *
 * @param part which one, such as {@code reading without paths[0] /pub/**}
 */
record RuleVariant(String part, RuleText text) {

    /** Every rule, condition, entry of a condition, exception and outcome for itself, and whatever else is not as by default. */
    static Stream<RuleVariant> of(RuleText text) {
        var variants = new ArrayList<RuleVariant>();
        for (var i = 0; i < text.rules().size(); i++) {
            var rule = text.rules().get(i);
            variants.add(new RuleVariant("no " + rule.name(), with(text, "rules", without(text.rules(), i))));
            for (var changed : changed(rule)) {
                var rules = new ArrayList<>(text.rules());
                rules.set(i, changed.value);
                variants.add(new RuleVariant(rule.name() + " " + changed.what, with(text, "rules", rules)));
            }
        }
        changed(text.otherwise()).forEach(
                other -> variants.add(new RuleVariant("defaults " + other.what, with(text, "otherwise", other.value))));
        text.checks().levels().forEach((check, level) -> {
            if (level != check.usual()) {
                variants.add(new RuleVariant("check " + check.key(), with(text, "checks", usual(text.checks(), check))));
            }
        });
        without(text.masks(), Masks.DEFAULT).forEach(
                masks -> variants.add(new RuleVariant("mask " + masks.what, with(text, "masks", masks.value))));
        if (text.limits().argumentBytes() != LineRules.DEFAULT.argumentBytes()) {
            var limits = new LineRules(LineRules.DEFAULT.argumentBytes(), text.limits().linesPerSecond());
            variants.add(new RuleVariant("limits argument", with(text, "limits", limits)));
        }
        if (!text.logins().equals(LoginLimits.DEFAULT)) {
            variants.add(new RuleVariant("logins", with(text, "logins", LoginLimits.DEFAULT)));
        }
        return variants.stream();
    }

    private static Checks usual(Checks checks, Check check) {
        return checks.with(check, check.usual());
    }

    /** @param what is changed, in words that stand behind its name */
    private record Changed<T>(String what, T value) {}

    private static List<Changed<Rule>> changed(Rule rule) {
        var changed = new ArrayList<Changed<Rule>>();
        without(rule.match(), Match.ANY).forEach(match -> changed.add(new Changed<>(
                match.what, new Rule(rule.name(), rule.place(), match.value, rule.unless(), rule.outcome()))));
        for (var i = 0; i < rule.unless().size(); i++) {
            var block = i;
            var rest = without(rule.unless(), i);
            changed.add(new Changed<>(
                    "without unless[" + i + "]", new Rule(rule.name(), rule.place(), rule.match(), rest, rule.outcome())));
            without(rule.unless().get(i), Match.ANY).forEach(match -> {
                var unless = new ArrayList<>(rule.unless());
                unless.set(block, match.value);
                changed.add(new Changed<>("unless[" + block + "] " + match.what,
                        new Rule(rule.name(), rule.place(), rule.match(), unless, rule.outcome())));
            });
        }
        changed(rule.outcome()).forEach(outcome -> changed.add(new Changed<>(
                outcome.what, new Rule(rule.name(), rule.place(), rule.match(), rule.unless(), outcome.value))));
        return changed;
    }

    private static List<Changed<Outcome>> changed(Outcome outcome) {
        var changed = new ArrayList<Changed<Outcome>>();
        for (var action : Outcome.Action.values()) {
            if (action != outcome.action()) {
                var reply = action == Outcome.Action.ALLOW ? null : outcome.reply();
                changed.add(new Changed<>("with action " + action, new Outcome(action, reply, outcome.log(), outcome.rate(),
                        action == Outcome.Action.ALLOW ? outcome.mostBytes() : 0)));
            }
        }
        changed.add(new Changed<>("with log " + !outcome.log(), with(outcome, "log", !outcome.log())));
        without(outcome, new Outcome(outcome.action(), null, outcome.log(), null, 0)).forEach(changed::add);
        return changed;
    }

    /** The record without each of its components, and each entry of a list, that an empty one has not. */
    private static <R extends Record> Stream<Changed<R>> without(R record, R empty) {
        return Stream.of(record.getClass().getRecordComponents()).flatMap(component -> {
            var name = component.getName();
            var value = value(record, component);
            var none = value(empty, component);
            if (Objects.equals(value, none)) {
                return Stream.empty();
            }
            var all = new Changed<>("without " + name, with(record, name, none));
            return value instanceof List<?> entries && entries.size() > 1
                    ? Stream.concat(Stream.of(all), IntStream.range(0, entries.size()).mapToObj(i -> new Changed<>(
                            "without " + name + "[" + i + "] " + entries.get(i), with(record, name, without(entries, i)))))
                    : Stream.of(all);
        });
    }

    private static <T> List<T> without(List<T> list, int index) {
        var rest = new ArrayList<>(list);
        rest.remove(index);
        return rest;
    }

    /** The record with another value of one component. */
    private static <R extends Record> R with(R record, String name, @Nullable Object value) {
        var components = record.getClass().getRecordComponents();
        var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        var values = Arrays.stream(components)
                .map(component -> component.getName().equals(name) ? value : value(record, component)).toArray();
        try {
            @SuppressWarnings("unchecked")
            var type = (Class<R>) record.getClass();
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static @Nullable Object value(Record record, RecordComponent component) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
