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
import dev.sallyport.rules.Times;
import dev.sallyport.rules.TlsState;
import dev.sallyport.rules.WallClock;
import dev.sallyport.rules.limit.Limits;
import dev.sallyport.rules.limit.LoginLimits;
import java.net.InetAddress;
import java.time.DayOfWeek;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
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
    private static final Place PLACE = new Place(1, 1);
    private static final Outcome DENY = new Outcome(Outcome.Action.DENY, null, false, null, 0);

    /** Monday, 10:00. */
    private static final int MINUTE = 600;

    /** What the rules that cannot match are about. */
    public enum Spread {
        NETWORK,
        USER,
        PATH,
        PATH_END,
        VERB,
        ARGUMENT,
        ARGUMENT_END,
        MODE,
        TIME,
        UNLESS
    }

    @Param({"1000", "10000"})
    int rules;

    @Param
    Spread spread = Spread.NETWORK;

    private final Limits limits = new Limits();
    private final Question question = new Question();
    private final WallClock clock = (_, _) -> MINUTE;
    private final Directory directory = Directory.of("/data/partner".getBytes(US_ASCII));
    private final Command command = ((Parsed.Value<Command>) Command.parse(FtpLine.of("RETR reports/2026.csv"))).value();
    private RuleText text = text(List.of());
    private RuleSet set = RuleSet.ALLOW_ALL;
    private dev.sallyport.rules.Scope scope = scope();

    @Setup
    public void compile() {
        var all = new ArrayList<Rule>();
        for (var i = 0; i < rules - 3; i++) {
            all.add(other(i));
        }
        // Among the first and the last, and in the middle.
        all.add(7, rule("secret", DENY, fields -> fields.paths = paths("/secret/**")));
        all.add(rules / 2, rule("keys", DENY, fields -> {
            fields.verbs = Set.of(Verb.RETR);
            fields.paths = paths("**/*.key");
        }));
        all.add(rule("mine", Outcome.ALLOW, fields -> {
            fields.from = networks(CLIENT);
            fields.users = globs("bob");
            fields.verbs = Set.of(Verb.RETR);
            fields.paths = paths("/data/**");
        }));
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

    private Rule other(int i) {
        var fields = new Fields();
        var unless = List.<Match>of();
        switch (spread) {
            case NETWORK -> fields.from = networks(address("10.1." + i / 256 + "." + i % 256));
            case USER -> fields.users = globs("user" + i);
            case PATH -> fields.paths = paths("/data/other" + i + "/**");
            case PATH_END -> fields.paths = paths("**/*.x" + i);
            case VERB -> fields.verbs = Set.of(i % 2 == 0 ? Verb.STOR : Verb.DELE);
            case ARGUMENT -> fields.arguments = globs("other" + i + " *");
            case ARGUMENT_END -> fields.arguments = globs("*.x" + i);
            case MODE -> fields.modes = Set.of(i % 2 == 0 ? DataMode.EPSV : DataMode.PORT);
            case TIME -> fields.times = hourFrom(MINUTE + 1 + i % 700);
            case UNLESS -> unless = List.of(of(users -> users.users = globs("user" + i)), of(here -> here.from = networks(CLIENT)));
        }
        return new Rule("other" + i, PLACE, fields.match(), unless, DENY);
    }

    private dev.sallyport.rules.Scope scope() {
        return set.scope(new SessionFacts(CLIENT, address("198.51.100.20"), "gate", "bob", true, true, TlsState.PLAIN));
    }

    /** Of a match, what the benchmark asks for. */
    private static final class Fields {
        private List<Network> from = List.of();
        private List<Glob> users = List.of();
        private Set<Verb> verbs = Set.of();
        private List<PathGlob> paths = List.of();
        private List<Glob> arguments = List.of();
        private Set<DataMode> modes = Set.of();
        private @Nullable Times times;

        Match match() {
            return new Match(from, List.of(), List.of(), users, null, verbs, paths, arguments, Set.of(), Set.of(), List.of(), modes, times,
                    List.of(), null);
        }
    }

    private static Match of(Consumer<Fields> set) {
        var fields = new Fields();
        set.accept(fields);
        return fields.match();
    }

    private static Rule rule(String name, Outcome outcome, Consumer<Fields> set) {
        return new Rule(name, PLACE, of(set), List.of(), outcome);
    }

    private static List<Network> networks(InetAddress address) {
        return List.of(Network.of(address));
    }

    private static List<Glob> globs(String pattern) {
        return List.of(Glob.of(pattern));
    }

    private static List<PathGlob> paths(String pattern) {
        return List.of(PathGlob.of(pattern));
    }

    private static Times hourFrom(int minute) {
        return new Times(List.of(new Times.Window(DayOfWeek.MONDAY, DayOfWeek.FRIDAY, minute, minute + 60)));
    }

    private static RuleText text(List<Rule> rules) {
        return new RuleText("bench", ZoneOffset.UTC, false, DENY, Checks.DEFAULT,
                LineRules.DEFAULT, LoginLimits.DEFAULT, Masks.DEFAULT, rules);
    }

    private static InetAddress address(String text) {
        return Objects.requireNonNull(Addresses.parse(text));
    }
}
