package dev.sallyport.config.rules;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Network;
import dev.sallyport.ftp.Verb;
import dev.sallyport.rules.Check;
import dev.sallyport.rules.Checks;
import dev.sallyport.rules.CommandGroup;
import dev.sallyport.rules.DataMode;
import dev.sallyport.rules.Direction;
import dev.sallyport.rules.Glob;
import dev.sallyport.rules.Level;
import dev.sallyport.rules.LineRules;
import dev.sallyport.rules.Masks;
import dev.sallyport.rules.Match;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.PathGlob;
import dev.sallyport.rules.Place;
import dev.sallyport.rules.Rule;
import dev.sallyport.rules.RuleText;
import dev.sallyport.rules.Times;
import dev.sallyport.rules.TlsState;
import dev.sallyport.rules.limit.LoginLimits;
import dev.sallyport.rules.limit.Rate;
import java.net.InetAddress;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A rule set at random: anything that the language can say, each value anywhere within its bounds. */
final class RandomRuleText {

    static final Place NOWHERE = new Place(1, 1);

    private static final String[] ZONES = ZoneId.getAvailableZoneIds().stream().sorted().toArray(String[]::new);
    private static final String PRINTABLE = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCXYZ[\\]^_`abcxyz{|}~";
    /** Also what YAML, FTP or UTF-8 may take for something else. */
    private static final String[] PIECES = {"a", "b", "Z", "9", "-", ".", "_", " ", ":", ": ", " #", "'", "\"", "*", "?", "[a-c]",
        "[!x-z]", "[\\]]", "\\*", "\\\\", "!", "&", "%", "@", "`", "{", "}", ",", "|", ">", "~", "ä", "€", "日", "\ud83d\ude00", "null",
        "true"};

    private final SplittableRandom random;

    RandomRuleText(SplittableRandom random) {
        this.random = random;
    }

    RuleText text() {
        var names = new LinkedHashSet<String>();
        for (var count = 1 + random.nextInt(6); names.size() < count; ) {
            names.add(name("abcxyz0189", "abcxyz0189.-", 63));
        }
        var rules = names.stream().map(this::rule).toList();
        return new RuleText(name("aZ0", "abZ09._-", 63), ZoneId.of(one(ZONES)), random.nextBoolean(), otherwise(), checks(),
                new LineRules(number(65_536), number(1_000_000)), logins(), masks(), rules);
    }

    private Outcome otherwise() {
        var outcome = outcome(Match.ANY);
        return new Outcome(outcome.action(), outcome.reply(), outcome.log(), null, 0);
    }

    private Rule rule(String name) {
        var match = match();
        var unless = new ArrayList<Match>();
        while (random.nextInt(4) == 0) {
            var block = match();
            if (!block.equals(Match.ANY)) {
                unless.add(block);
            }
        }
        var outcome = outcome(match);
        var third = random.nextInt(8) == 0 && outcome.action() == Outcome.Action.ALLOW;
        return new Rule(name, NOWHERE, third ? fxp(match) : match, unless, outcome);
    }

    /** A rule that lets a third party take part names both ends, neither of them wide. */
    private Match fxp(Match match) {
        var to = random.nextBoolean();
        return new Match(narrow(), narrow(), match.gateways(), match.users(), match.loggedIn(), match.verbs(), match.paths(),
                match.arguments(), match.directions(), match.tls(), match.subjects(), match.modes(), match.times(),
                to ? narrow() : List.of(),
                to && random.nextBoolean() ? null : address());
    }

    private Match match() {
        var arguments = some(() -> glob(text -> text.replaceAll(" +", " ").strip()));
        var verbs = new HashSet<>(some(Verb.values()));
        some(CommandGroup.values()).forEach(group -> verbs.addAll(group.verbs()));
        if (!arguments.isEmpty()) {
            verbs.removeIf(Verb::secret);
        }
        return new Match(some(() -> network(0)), some(() -> network(0)), some(() -> glob(text -> text)),
                some(() -> glob(text -> text)), random.nextInt(4) == 0 ? random.nextBoolean() : null, verbs,
                some(this::path), arguments, Set.copyOf(some(Direction.values())), Set.copyOf(some(TlsState.values())),
                some(() -> glob(text -> text)),
                Set.copyOf(some(DataMode.values())), random.nextInt(4) == 0 ? new Times(List.of(window(), window())) : null,
                List.of(), null);
    }

    private Outcome outcome(Match match) {
        var action = one(Outcome.Action.values());
        var rate = random.nextInt(4) == 0
                ? new Rate(number(Rate.MOST), one(Rate.Unit.values()), number(Rate.MOST), one(Rate.Key.values()))
                : null;
        var moves = match.verbs().isEmpty() || match.verbs().stream().anyMatch(
                verb -> verb.role() == Verb.Role.DOWNLOAD || verb.role() == Verb.Role.UPLOAD);
        var size = action == Outcome.Action.ALLOW && moves && random.nextInt(3) == 0
                ? (1 + random.nextLong(999_999_999_999L)) << (random.nextInt(3) * 10)
                : 0;
        var reply = action == Outcome.Action.ALLOW || random.nextBoolean() ? null
                : line((action == Outcome.Action.CLOSE ? 421 : 430) + random.nextInt(160));
        return new Outcome(action, reply, random.nextBoolean(), rate, size);
    }

    private Checks checks() {
        var levels = new EnumMap<Check, Level>(Check.class);
        some(Check.values()).forEach(check -> levels.put(check, one(Level.values())));
        return new Checks(levels);
    }

    private LoginLimits logins() {
        var one = time();
        var other = time();
        var less = one.compareTo(other) < 0;
        return new LoginLimits(random.nextInt(1001), less ? one : other, less ? other : one, random.nextInt(1_000_001), time());
    }

    private Duration time() {
        return switch (random.nextInt(4)) {
            case 0 -> Duration.ofMillis(number(999_999_999));
            case 1 -> Duration.ofSeconds(number(31_536_000));
            case 2 -> Duration.ofMinutes(number(525_600));
            default -> Duration.ofDays(number(365));
        };
    }

    private Masks masks() {
        var hides = random.nextInt(4) != 0;
        var hidden = hides ? some(() -> name("AQZ", "AQZ09", 16)) : List.<String>of();
        return new Masks(masked(220), masked(215), masked(214), hides, Set.copyOf(hidden));
    }

    private @Nullable FtpLine masked(int code) {
        return random.nextBoolean() ? line(code) : null;
    }

    private FtpLine line(int code) {
        var text = new StringBuilder();
        for (var length = random.nextInt(20) == 0 ? 390 : random.nextInt(40); length > 0; length--) {
            text.append(PRINTABLE.charAt(random.nextInt(PRINTABLE.length())));
        }
        return FtpLine.of(code + " " + text + "x");
    }

    private List<Network> narrow() {
        return List.of(network(32));
    }

    /** @param least bits of the prefix */
    private Network network(int least) {
        var bytes = address().getAddress();
        var length = least + random.nextInt(bytes.length * Byte.SIZE + 1 - least);
        for (var bit = length; bit < bytes.length * Byte.SIZE; bit++) {
            bytes[bit / Byte.SIZE] &= (byte) ~(0x80 >>> bit % Byte.SIZE);
        }
        return new Network(Addresses.of(bytes), length);
    }

    private InetAddress address() {
        var bytes = new byte[random.nextBoolean() ? 4 : 16];
        random.nextBytes(bytes);
        if (bytes.length == 16) {
            // Whatever else, no IPv4 address mapped into IPv6.
            bytes[0] = 0x20;
            var zero = 1 + random.nextInt(15);
            Arrays.fill(bytes, zero, zero + random.nextInt(17 - zero), (byte) 0);
        }
        return Addresses.of(bytes);
    }

    private Times.Window window() {
        return new Times.Window(one(DayOfWeek.values()), one(DayOfWeek.values()), random.nextInt(Times.MINUTES_OF_DAY),
                random.nextInt(Times.MINUTES_OF_DAY + 1));
    }

    private PathGlob path() {
        while (true) {
            var text = new StringBuilder(random.nextInt(4) == 0 ? "**" : "");
            for (var folders = 1 + random.nextInt(4); folders > 0; folders--) {
                text.append('/').append(random.nextInt(4) == 0 ? "**" : pieces());
            }
            if (PathGlob.mistake(text.toString()) == null) {
                return PathGlob.of(text.toString());
            }
        }
    }

    private Glob glob(Function<String, String> fit) {
        while (true) {
            var text = fit.apply(pieces());
            if (!text.isEmpty() && Glob.mistake(text) == null) {
                return Glob.of(text);
            }
        }
    }

    private String pieces() {
        var text = new StringBuilder();
        for (var length = 1 + random.nextInt(5); length > 0; length--) {
            text.append(one(PIECES));
        }
        return text.toString();
    }

    private String name(String first, String others, int longest) {
        var name = new StringBuilder().append(first.charAt(random.nextInt(first.length())));
        for (var length = random.nextInt(random.nextInt(8) == 0 ? longest : 8); length > 0; length--) {
            name.append(others.charAt(random.nextInt(others.length())));
        }
        return name.toString();
    }

    /** From 1, small ones as often as others. */
    private int number(int most) {
        return random.nextBoolean() ? 1 + random.nextInt(Math.min(most, 20)) : 1 + random.nextInt(most);
    }

    private <T> T one(T[] values) {
        return values[random.nextInt(values.length)];
    }

    private <T> List<T> some(T[] values) {
        return some(() -> one(values)).stream().distinct().toList();
    }

    /** Often none. */
    private <T> List<T> some(Supplier<T> value) {
        return random.nextInt(3) == 0 ? Stream.generate(value).limit(1 + random.nextInt(4)).toList() : List.of();
    }
}
