package dev.sallyport.config.rules;

import dev.sallyport.config.yaml.Located;
import dev.sallyport.config.yaml.Problems;
import dev.sallyport.config.yaml.Section;
import dev.sallyport.ftp.Verb;
import dev.sallyport.rules.Match;
import dev.sallyport.rules.Times;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a command must be for a rule, or for a block of its {@code unless}, to meet it. */
final class MatchSection {

    private final NetworkTable networks;
    private final GroupTable groups;
    private final Problems problems;

    MatchSection(NetworkTable networks, GroupTable groups, Problems problems) {
        this.networks = networks;
        this.groups = groups;
        this.problems = problems;
    }

    /** What is wrong is among the problems; it then counts as left out. */
    Match read(Section section) {
        var network = networks.form();
        var from = all(section.someOf("from", network));
        var to = all(section.someOf("to", network));
        var gateways = values(section.someOf("gateway", RuleForms.GATEWAY));
        var users = values(section.someOf("users", RuleForms.USER));
        var login = section.optional("login", RuleForms.LOGIN);
        var commands = section.someOf("commands", groups.form());
        var paths = values(section.someOf("paths", RuleForms.PATH));
        var arguments = values(section.someOf("arguments", RuleForms.ARGUMENT));
        var directions = Set.copyOf(values(section.someOf("direction", RuleForms.DIRECTION)));
        var tls = Set.copyOf(values(section.someOf("tls", RuleForms.TLS)));
        var subjects = values(section.someOf("tlsSubject", RuleForms.SUBJECT));
        var modes = union(section.someOf("mode", RuleForms.MODE));
        var windows = values(section.someOf("time", TimeForm.WINDOW));
        var dataTo = all(section.someOf("dataTo", network));
        var dataFrom = section.optional("dataFrom", RuleForms.ONE_ADDRESS);
        if (section.has("arguments")) {
            refuseSecrets(commands);
        }
        return new Match(
                from, to, gateways, users, value(login), verbs(commands), paths, arguments, directions, tls, subjects, modes,
                windows.isEmpty() ? null : new Times(windows), dataTo, value(dataFrom));
    }

    /** A password is not compared with what a file says. */
    private void refuseSecrets(List<Located<Set<Verb>>> commands) {
        for (var command : commands) {
            if (!command.value().isEmpty() && command.value().stream().allMatch(Verb::secret)) {
                problems.add(command, "the argument of " + command.value().iterator().next()
                        + " is a secret, and never matched: leave it out here, or leave out 'arguments'.");
            }
        }
    }

    private static Set<Verb> verbs(List<Located<Set<Verb>>> commands) {
        var verbs = EnumSet.noneOf(Verb.class);
        commands.forEach(command -> verbs.addAll(command.value()));
        return verbs;
    }

    private static <T> List<T> values(List<Located<T>> located) {
        return located.stream().map(Located::value).toList();
    }

    private static <T> List<T> all(List<Located<List<T>>> located) {
        return located.stream().flatMap(one -> one.value().stream()).toList();
    }

    private static <T> Set<T> union(List<Located<Set<T>>> located) {
        var union = new HashSet<T>();
        located.forEach(one -> union.addAll(one.value()));
        return union;
    }

    private static <T> @Nullable T value(@Nullable Located<T> located) {
        return located == null ? null : located.value();
    }
}
