package dev.sallyport.jmh;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Network;
import dev.sallyport.ftp.Parsed;
import dev.sallyport.ftp.Verb;
import dev.sallyport.rules.Checks;
import dev.sallyport.rules.DataMode;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Directory;
import dev.sallyport.rules.Glob;
import dev.sallyport.rules.LineRules;
import dev.sallyport.rules.Masks;
import dev.sallyport.rules.Match;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.PathGlob;
import dev.sallyport.rules.Place;
import dev.sallyport.rules.Question;
import dev.sallyport.rules.Rule;
import dev.sallyport.rules.RuleSet;
import dev.sallyport.rules.RuleText;
import dev.sallyport.rules.SessionFacts;
import dev.sallyport.rules.TlsState;
import dev.sallyport.rules.WallClock;
import dev.sallyport.rules.limit.Limits;
import dev.sallyport.rules.limit.LoginLimits;
import java.net.InetAddress;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * A verdict over many rules of which three can match, the last of them does: the bar is 2 µs over 1,000 rules, and no
 * allocation.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class VerdictBenchmark {

    private static final InetAddress CLIENT = address("10.0.0.1");

    /** What the rules that cannot match are about. */
    public enum Spread {
        NETWORK,
        USER,
        PATH,
        VERB
    }

    @Param({"1000", "10000"})
    int rules;

    @Param
    Spread spread = Spread.NETWORK;

    private final Limits limits = new Limits();
    private final Question question = new Question();
    private final WallClock clock = (_, _) -> 600;
    private final Directory directory = Directory.of("/data/partner".getBytes(US_ASCII));
    private final Command command = ((Parsed.Value<Command>) Command.parse(FtpLine.of("RETR reports/2026.csv"))).value();
    private RuleText text = text(List.of());
    private RuleSet set = RuleSet.ALLOW_ALL;
    private dev.sallyport.rules.Scope scope = scope();

    @Setup
    public void compile() {
        var all = new ArrayList<Rule>();
        for (var i = 0; i < rules - 3; i++) {
            all.add(rule("other" + i, other(i), Outcome.Action.DENY));
        }
        // Among the first and the last, and in the middle.
        all.add(7, rule("secret", match(List.of(), List.of(), Set.of(), List.of("/secret/**")), Outcome.Action.DENY));
        all.add(rules / 2, rule("keys", match(List.of(), List.of(), Set.of(Verb.RETR), List.of("**/*.key")), Outcome.Action.DENY));
        all.add(rule("mine", match(List.of(Network.of(CLIENT)), List.of(Glob.of("bob")), Set.of(Verb.RETR),
                List.of("/data/**")), Outcome.Action.ALLOW));
        text = text(all);
        set = RuleSet.compile(text, null);
        scope = scope();
        if (!(verdict() instanceof Decision.Allow allow) || !allow.rule().equals("mine")) {
            throw new IllegalStateException("not the verdict that is to be measured: " + verdict());
        }
    }

    @Benchmark
    public Decision verdict() {
        question.ask(command, directory, DataMode.PASV, 0);
        return set.decide(scope, question, limits, clock);
    }

    /** What a reload costs besides reading the file. */
    @Benchmark
    public RuleSet compiled() {
        return RuleSet.compile(text, set);
    }

    private Match other(int i) {
        return switch (spread) {
            case NETWORK -> match(List.of(Network.of(address("10.1." + i / 256 + "." + i % 256))), List.of(), Set.of(), List.of());
            case USER -> match(List.of(), List.of(Glob.of("user" + i)), Set.of(), List.of());
            case PATH -> match(List.of(), List.of(), Set.of(), List.of("/data/other" + i + "/**"));
            case VERB -> match(List.of(), List.of(), Set.of(i % 2 == 0 ? Verb.STOR : Verb.DELE), List.of());
        };
    }

    private dev.sallyport.rules.Scope scope() {
        return set.scope(new SessionFacts(CLIENT, address("198.51.100.20"), "gate", "bob", true, true, TlsState.PLAIN));
    }

    private static Match match(List<Network> from, List<Glob> users, Set<Verb> verbs, List<String> paths) {
        return new Match(from, List.of(), List.of(), users, null, verbs, paths.stream().map(PathGlob::of).toList(), List.of(),
                Set.of(), Set.of(), Set.of(), null, List.of(), null);
    }

    private static Rule rule(String name, Match match, Outcome.Action action) {
        return new Rule(name, new Place(1, 1), match, List.of(), new Outcome(action, null, false, null, 0));
    }

    private static RuleText text(List<Rule> rules) {
        return new RuleText("bench", ZoneOffset.UTC, false, new Outcome(Outcome.Action.DENY, null, true, null, 0), Checks.DEFAULT,
                LineRules.DEFAULT, LoginLimits.DEFAULT, Masks.DEFAULT, rules);
    }

    private static InetAddress address(String text) {
        return Objects.requireNonNull(Addresses.parse(text));
    }
}
