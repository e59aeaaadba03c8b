package dev.sallyport.rules;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Network;
import dev.sallyport.ftp.Parsed;
import dev.sallyport.ftp.Verb;
import dev.sallyport.rules.limit.LoginLimits;
import java.net.InetAddress;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Matches, rules and sets in few words. */
final class Matching {

    List<Network> from = List.of();
    List<Network> to = List.of();
    List<Glob> gateways = List.of();
    List<Glob> users = List.of();
    @Nullable Boolean loggedIn;
    Set<Verb> verbs = Set.of();
    List<PathGlob> paths = List.of();
    List<Glob> arguments = List.of();
    Set<Direction> directions = Set.of();
    Set<TlsState> tls = Set.of();
    List<Glob> subjects = List.of();
    Set<DataMode> modes = Set.of();
    @Nullable Times times;
    List<Network> dataTo = List.of();
    @Nullable InetAddress dataFrom;

    static Matching verbs(Verb... verbs) {
        var matching = new Matching();
        matching.verbs = Set.of(verbs);
        return matching;
    }

    static Matching any() {
        return new Matching();
    }

    Matching from(String... networks) {
        from = networks(networks);
        return this;
    }

    Matching to(String... networks) {
        to = networks(networks);
        return this;
    }

    Matching gateways(String... globs) {
        gateways = globs(globs);
        return this;
    }

    Matching users(String... globs) {
        users = globs(globs);
        return this;
    }

    Matching loggedIn(boolean wanted) {
        loggedIn = wanted;
        return this;
    }

    Matching paths(String... globs) {
        paths = Stream.of(globs).map(PathGlob::of).toList();
        return this;
    }

    Matching arguments(String... globs) {
        arguments = globs(globs);
        return this;
    }

    Matching directions(Direction... wanted) {
        directions = Set.of(wanted);
        return this;
    }

    Matching tls(TlsState... wanted) {
        tls = Set.of(wanted);
        return this;
    }

    Matching subjects(String... globs) {
        subjects = globs(globs);
        return this;
    }

    Matching modes(DataMode... wanted) {
        modes = Set.of(wanted);
        return this;
    }

    Matching times(Times.Window... windows) {
        times = new Times(List.of(windows));
        return this;
    }

    Matching dataTo(String... networks) {
        dataTo = networks(networks);
        return this;
    }

    Matching dataFrom(String address) {
        dataFrom = address(address);
        return this;
    }

    Match match() {
        return new Match(from, to, gateways, users, loggedIn, verbs, paths, arguments, directions, tls, subjects, modes, times,
                dataTo, dataFrom);
    }

    Rule rule(String name, Outcome outcome, Match... unless) {
        return new Rule(name, new Place(1, 1), match(), List.of(unless), outcome);
    }

    Rule allows(String name, Match... unless) {
        return rule(name, Outcome.ALLOW, unless);
    }

    Rule denies(String name, Match... unless) {
        return rule(name, new Outcome(Outcome.Action.DENY, null, true, null, 0), unless);
    }

    static RuleText text(Outcome otherwise, Rule... rules) {
        return text(otherwise, false, List.of(rules));
    }

    static RuleText text(Outcome otherwise, boolean foldCase, List<Rule> rules) {
        return new RuleText("test", ZoneOffset.UTC, foldCase, otherwise, Checks.DEFAULT, LineRules.DEFAULT, LoginLimits.DEFAULT,
                Masks.DEFAULT, rules);
    }

    static Command command(String line) {
        return ((Parsed.Value<Command>) Command.parse(FtpLine.of(line))).value();
    }

    static InetAddress address(String text) {
        return Objects.requireNonNull(Addresses.parse(text), text);
    }

    static List<Network> networks(String... texts) {
        return Stream.of(texts).map(text -> Objects.requireNonNull(Network.parse(text), text)).toList();
    }

    private static List<Glob> globs(String... globs) {
        return Stream.of(globs).map(Glob::of).toList();
    }
}
