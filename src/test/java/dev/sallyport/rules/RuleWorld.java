package dev.sallyport.rules;

import static dev.sallyport.rules.Matching.address;
import static dev.sallyport.rules.Matching.command;

import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Network;
import dev.sallyport.ftp.Verb;
import dev.sallyport.rules.limit.Rate;
import java.net.InetAddress;
import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A small world, where rules and questions drawn at random meet often: few networks, users, folders and commands. */
public final class RuleWorld {

    private static final Network[] NETWORKS = Matching.networks("0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24",
            "10.1.2.3", "192.0.2.0/24", "198.51.100.20", "2001:db8::/32", "2001:db8:5::/48", "2001:db8:7::/48", "2001:db8:7::1",
            "0.0.0.0/1", "8.0.0.0/5", "10.1.0.0/17", "10.1.2.0/25", "10.1.2.2/31", "192.0.2.128/25", "::/0", "2000::/3",
            "2001:db8::/31", "2001:db8:4::/46", "2001:db8:7::/65", "2001:db8:7::/127", "2001:db8:7:0:8000::/65")
            .toArray(Network[]::new);
    private static final InetAddress[] ADDRESSES = Stream.of("10.1.2.3", "10.1.2.4", "10.1.9.9", "10.9.9.9", "192.0.2.1",
            "2001:db8:7::1", "2001:db8:7::2", "2001:db8::1", "2001:db9::1", "10.1.2.2", "10.1.2.131", "10.1.130.3", "138.1.2.3",
            "192.0.2.129", "2001:db8:7::", "2001:db8:7:0:8000::1", "2001:db8:5:ffff:ffff:ffff:ffff:ffff")
            .map(Matching::address).toArray(InetAddress[]::new);
    private static final TlsState[] UNCLEARED = {TlsState.PLAIN, TlsState.ENCRYPTED};
    private static final String[] SHOWN = {"", "", "CN=printer-7,O=Example", "CN=scanner,O=Sample"};
    private static final Glob[] SUBJECTS = globs("CN=printer-*,O=Example", "CN=printer-7,O=Example", "*O=Example", "*");
    private static final Glob[] USERS = globs("bob", "b*", "partner-?", "[a-c]*", "*", "ftp", "[!b]*", "\\*", "*b*");
    private static final String[] NAMES = {"bob", "ftp", "partner-1", "partner-10", "anna", "*", "", "Bob"};
    private static final Glob[] GATEWAYS = globs("warehouse", "ware*", "*");
    private static final PathGlob[] PATHS = Stream.of("/", "/**", "/pub", "/pub/**", "/pub/*", "/pub/a", "/PUB/**", "**/*.key",
            "/pub/**/x", "/*/x/**", "/[a-p]*", "/pub/x/**", "**/x", "/**/pub/**/a", "/other/?", "**/*.x", "**/*.KEY", "**/s.*",
            "**/x/s.key", "**/?.key", "**/*.k[e]y", "/pub/**/*.key", "/pub/s*", "/pub/x/*y", "**/a/*", "/p*/a", "**/*a", "**/\\s.key")
            .map(PathGlob::of).toArray(PathGlob[]::new);
    private static final Glob[] ARGUMENTS = globs("CHMOD *", "*", "chmod 777 ?*", "/pub/*", "*.key", "[!c]*", "C*",
            "chmod 7*", "CHMOD 777 A", "CHMOD 644 *", "*7 a", "* A", "?HMOD *", "ch[m]od*a", "/pub/a", "/pub/*a", "*a", "*x*",
            "bo*", "10,1,2,3,*", "\\/*", "");
    private static final @Nullable String[] FOLDERS = {null, "/", "/pub", "/pub/x", "/other"};
    private static final Verb[] VERBS = {Verb.RETR, Verb.STOR, Verb.LIST, Verb.CWD, Verb.NOOP, Verb.PORT, Verb.PASV, Verb.USER,
        Verb.PASS, Verb.SITE, Verb.UNKNOWN, Verb.MFMT, Verb.STOU, Verb.CDUP, Verb.XCRC, Verb.STAT};
    private static final String[] LINES = {"RETR a", "RETR /pub/a", "RETR ../x", "RETR x/../a", "RETR /PUB/x", "RETR s.key",
        "STOR /pub/x/s.KEY", "STOR ~bob", "STOR a\\b", "STOR", "STOR  a", "RETR /", "RETR //pub/./a/", "LIST", "LIST -la",
        "LIST -R /pub", "LIST -la *.key", "LIST /pub/*", "LIST /pub/*/..", "NLST .*", "LIST /other/{a,../../pub}", "MLSD pub",
        "CWD x", "CWD ..", "CWD /pub", "CDUP", "NOOP", "QUIT", "PASV", "EPSV", "PORT 10,1,2,3,195,80", "PORT 10,9,9,9,195,80",
        "PORT nonsense", "EPRT |2|2001:db8::1|50000|", "USER bob", "USER  partner-1 ", "USER", "PASS chmod 777 x",
        "SITE CHMOD 777 a", "SITE  chmod\t 777  a", "SITE", "FROB a", "MFMT 20250101000000 /pub/a", "MFMT nothing", "STOU",
        "STOU a", "STOU x/a", "XCRC a", "XCRC a 1 2", "MDTM 20250101000000 a", "MDTM a", "STAT", "STAT /pub", "RETR C:a",
        "RETR /pub/x/", "DELE x", "RETR pub/s.key", "RETR /pub/x/s.key", "RETR /PUB/a.X", "STOR /public/s.x", "STOR /other/b",
        "RETR .key", "RETR /pub/.x", "RETR /x/s.key", "RETR /", "CWD /pub/x/a", "SITE CHMOD 644 /pub/a", "SITE CHMOD 7", "SITE c",
        "SITE UMASK 7 a", "NLST /pub/s*", "LIST -R /public", "SITE CHMOD 777 a\rb", "SITE \rCHMOD 7", "RETR /pub/a\0b",
        "USER bob\rx"};

    private final SplittableRandom random;

    public RuleWorld(long seed) {
        random = new SplittableRandom(seed);
    }

    /** A set of rules: most of few, some of so many that they fill several words. */
    public RuleText text() {
        var count = random.nextInt(200) == 0 ? 60 + random.nextInt(100) : random.nextInt(9);
        var rules = new ArrayList<Rule>();
        for (var i = 0; i < count; i++) {
            var match = match(count > 50 ? 0.4 : 0.18);
            var unless = new ArrayList<Match>();
            while (random.nextInt(5) == 0) {
                unless.add(random.nextBoolean() ? match(0.2) : ofOneKind());
            }
            rules.add(new Rule("r" + i, new Place(i + 1, 1), match, unless, outcome(true)));
        }
        return Matching.text(outcome(false), random.nextInt(4) == 0, rules);
    }

    private Outcome outcome(boolean rated) {
        var action = one(Outcome.Action.values());
        var reply = action == Outcome.Action.ALLOW || random.nextBoolean() ? null : FtpLine.of("500 " + random.nextInt(10));
        return new Outcome(action, reply, random.nextBoolean(), rated && random.nextInt(5) == 0 ? rate() : null, 0);
    }

    private Rate rate() {
        return new Rate(1 + random.nextInt(3), Rate.Unit.HOUR, 1 + random.nextInt(3), one(Rate.Key.values()));
    }

    /** A match that nothing but the facts of a session decides, or nothing but the verb, the mode or the time. */
    private Match ofOneKind() {
        var matching = new Matching();
        switch (random.nextInt(4)) {
            case 0 -> facts(matching, 0.5);
            case 1 -> matching.verbs = new LinkedHashSet<>(some(1, VERBS));
            case 2 -> matching.modes = new LinkedHashSet<>(some(1, DataMode.values()));
            default -> matching.times = new Times(List.of(window(), window()));
        }
        return matching.match();
    }

    private void facts(Matching matching, double chance) {
        matching.from = some(chance, NETWORKS);
        matching.to = some(chance / 2, NETWORKS);
        matching.gateways = some(chance / 2, GATEWAYS);
        matching.users = some(chance, USERS);
        matching.loggedIn = maybe(chance / 2, random::nextBoolean);
        matching.tls = new LinkedHashSet<>(some(chance / 3, TlsState.values()));
        matching.subjects = some(chance / 6, SUBJECTS);
    }

    private Match match(double chance) {
        var matching = new Matching();
        facts(matching, chance);
        matching.verbs = new LinkedHashSet<>(some(2 * chance, VERBS));
        matching.paths = some(chance, PATHS);
        matching.arguments = some(chance, ARGUMENTS);
        matching.directions = new LinkedHashSet<>(some(chance / 2, Direction.values()));
        matching.modes = new LinkedHashSet<>(some(chance / 2, DataMode.values()));
        matching.times = maybe(chance / 2, () -> new Times(List.of(window(), window())));
        matching.dataTo = some(chance / 4, NETWORKS);
        matching.dataFrom = maybe(chance / 6, () -> ADDRESSES[0]);
        return matching.match();
    }

    private Times.Window window() {
        var end = random.nextInt(12) == 0 ? Times.MINUTES_OF_DAY : aboutAnHour(Times.MINUTES_OF_DAY);
        return new Times.Window(one(DayOfWeek.values()), one(DayOfWeek.values()), aboutAnHour(Times.MINUTES_OF_DAY), end);
    }

    /** Minutes about a full hour: where times begin and end, and are asked for. */
    private int aboutAnHour(int minutes) {
        return Math.floorMod(random.nextInt(minutes / 60) * 60 + random.nextInt(3) - 1, minutes);
    }

    NaiveRules.Query query() {
        var cleared = random.nextInt(6) == 0;
        var facts = new SessionFacts(one(ADDRESSES), one(ADDRESSES), random.nextBoolean() ? "warehouse" : "yard", one(NAMES),
                !cleared, cleared || random.nextBoolean(), cleared ? TlsState.CLEARED : one(UNCLEARED), one(SHOWN));
        var command = command(one(LINES));
        var named = command.verb() == Verb.PASV && random.nextBoolean() ? address("10.9.9.9") : null;
        return new NaiveRules.Query(facts, command, FOLDERS[random.nextInt(FOLDERS.length)], one(DataMode.values()), named,
                aboutAnHour(Times.MINUTES_OF_WEEK));
    }

    private <T> T one(T[] values) {
        return values[random.nextInt(values.length)];
    }

    private <T> List<T> some(double chance, T[] values) {
        if (random.nextDouble() >= chance) {
            return List.of();
        }
        var some = new LinkedHashSet<T>();
        do {
            some.add(one(values));
        } while (random.nextInt(3) == 0);
        return List.copyOf(some);
    }

    private <T> @Nullable T maybe(double chance, Supplier<T> value) {
        return random.nextDouble() < chance ? value.get() : null;
    }

    private static Glob[] globs(String... patterns) {
        return Stream.of(patterns).map(Glob::of).toArray(Glob[]::new);
    }
}
