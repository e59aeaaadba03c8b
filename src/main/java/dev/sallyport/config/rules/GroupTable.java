package dev.sallyport.config.rules;

import dev.sallyport.config.yaml.Form;
import dev.sallyport.config.yaml.Located;
import dev.sallyport.config.yaml.Problems;
import dev.sallyport.config.yaml.Section;
import dev.sallyport.config.yaml.Similar;
import dev.sallyport.ftp.Verb;
import dev.sallyport.rules.CommandGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The groups of commands that a rule set knows, its own and the built-in ones, and what may stand where a rule wants commands. */
final class GroupTable {

    private static final String ALLOWED = "a command, such as RETR, or a group, such as downloads";

    private static final Map<String, Verb> VERBS = Arrays.stream(Verb.values())
            .filter(verb -> verb != Verb.UNKNOWN)
            .collect(Collectors.toMap(Enum::name, Function.identity(), (one, other) -> one, LinkedHashMap::new));

    private static final List<String> BUILT_IN = Arrays.stream(CommandGroup.values()).map(CommandGroup::text).toList();

    private record Own(Located<String> name, List<Located<String>> entries) {}

    private final Map<String, Own> own = new LinkedHashMap<>();
    private final Map<String, Set<Verb>> expanded = new HashMap<>();
    private final Set<String> used = new HashSet<>();

    GroupTable(Section section, Problems problems) {
        // What an entry is can be told when all names are known; until then any text will do.
        var anything = Form.of(ALLOWED, text -> text);
        for (var name : section.keys()) {
            if (RuleForms.OWN_NAME.read(name.value()) == null) {
                problems.add(name, RuleForms.OWN_NAME.refusal(name.value()));
            }
            own.put(name.value(), new Own(name, section.someOf(name.value(), anything)));
        }
        section.end();
        own.keySet().forEach(name -> expand(name, new ArrayList<>(), problems));
    }

    /** A command, or a group of commands. */
    Form<Set<Verb>> form() {
        return Form.<Set<Verb>>of(ALLOWED, text -> {
            use(text);
            return verbs(text);
        }).because(this::why);
    }

    /** Own groups that no rule uses, not even by way of another. */
    List<Located<String>> unused() {
        return own.entrySet().stream().filter(entry -> !used.contains(entry.getKey())).map(entry -> entry.getValue().name).toList();
    }

    private void use(String name) {
        var group = own.get(name);
        if (group != null && used.add(name)) {
            group.entries.forEach(entry -> use(entry.value()));
        }
    }

    private void expand(String name, List<String> under, Problems problems) {
        if (expanded.containsKey(name)) {
            return;
        }
        under.add(name);
        var verbs = EnumSet.noneOf(Verb.class);
        var group = own.get(name);
        for (var entry : group == null ? List.<Located<String>>of() : group.entries) {
            if (under.contains(entry.value())) {
                var circle = under.subList(under.indexOf(entry.value()), under.size());
                problems.add(entry, circle.size() == 1
                        ? "'" + name + "' cannot hold itself: leave it out here."
                        : "'" + entry.value() + "' holds this group (" + String.join(" holds ", circle) + "): leave one of them out.");
                continue;
            }
            if (own.containsKey(entry.value())) {
                expand(entry.value(), under, problems);
            }
            var meant = verbs(entry.value());
            if (meant == null) {
                problems.add(entry, form().refusal(entry.value()));
            } else {
                verbs.addAll(meant);
            }
        }
        under.removeLast();
        expanded.put(name, verbs);
    }

    /** Null when the text is neither a command nor a group. */
    private @Nullable Set<Verb> verbs(String text) {
        var verb = VERBS.get(text);
        if (verb != null) {
            return Set.of(verb);
        }
        if (own.containsKey(text)) {
            return expanded.get(text);
        }
        var group = CommandGroup.of(text);
        return group == null ? null : group.verbs();
    }

    private String why(String text) {
        var upper = text.toUpperCase(Locale.ROOT);
        var lower = text.toLowerCase(Locale.ROOT);
        var groups = Stream.concat(BUILT_IN.stream(), own.keySet().stream()).distinct().toList();
        if (VERBS.containsKey(upper)) {
            return (text.equals(lower) ? "is no group" : "is no command") + ": write '" + upper + "' for the command.";
        }
        if (groups.contains(lower)) {
            return "is no command: write '" + lower + "' for the group.";
        }
        var words = "Commands are upper case; groups, lower case, are " + String.join(", ", BUILT_IN)
                + (own.isEmpty() ? "" : ", and yours: " + String.join(", ", own.keySet())) + ".";
        var command = Similar.to(text, VERBS.keySet());
        var group = Similar.to(text, groups);
        if (text.equals(upper)) {
            var near = command == null ? group : command;
            return "is no command that is known here: "
                    + (near == null ? "'unknown' stands for all such. " : "did you mean '" + near + "'? ") + words;
        }
        var near = group == null ? command : group;
        return "is no group" + (near == null ? ". " : ": did you mean '" + near + "'? ") + words;
    }
}
