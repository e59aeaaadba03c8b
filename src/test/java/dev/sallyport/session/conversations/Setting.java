package dev.sallyport.session.conversations;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Port;
import dev.sallyport.rules.Checks;
import dev.sallyport.rules.Level;
import dev.sallyport.rules.Times;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.TlsPolicy;
import java.net.InetAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Objects;
import java.util.SplittableRandom;

/** Where a conversation takes place, drawn at random: addresses, policy, and how well everyone behaves. */
record Setting(
        Endpoint client,
        Endpoint gateway,
        Endpoint gatewayToServer,
        Endpoint server,
        SessionPolicy policy,
        DrawnRules rules,
        int minuteOfWeek,
        boolean hostileClient,
        Manners manners) {

    /** The gateway's name, which rules may ask for. */
    static final String GATEWAY = "warehouse";

    /** How a server behaves. */
    enum Manners {
        /** Answers each command once, in order. */
        STRICT,
        /** Answers NOOP and the like during a transfer, and a transfer and its ABOR with one reply. */
        SLOPPY,
        /** Says anything at any time. */
        HOSTILE
    }

    private static final InetAddress CLIENT_4 = address("192.0.2.10");
    private static final InetAddress CLIENT_6 = address("2001:db8::10");
    private static final InetAddress GATEWAY_4 = address("203.0.113.1");
    private static final InetAddress GATEWAY_6 = address("2001:db8::1");
    private static final InetAddress INSIDE_4 = address("198.51.100.1");
    private static final InetAddress INSIDE_6 = address("2001:db8:5::1");
    private static final InetAddress SERVER_4 = address("198.51.100.20");
    private static final InetAddress SERVER_6 = address("2001:db8:5::20");

    static Setting draw(SplittableRandom random) {
        var outside4 = random.nextInt(4) != 0;
        var inside4 = random.nextInt(4) != 0;
        var rules = DrawnRules.draw(random, checks(random));
        var control = new Port(random.nextInt(5) == 0 ? 2121 : 21);
        return new Setting(
                new Endpoint(outside4 ? CLIENT_4 : CLIENT_6, new Port(random.nextInt(20) == 0 ? 1023 : 40_000)),
                new Endpoint(outside4 ? GATEWAY_4 : GATEWAY_6, control),
                new Endpoint(inside4 ? INSIDE_4 : INSIDE_6, new Port(45_000)),
                new Endpoint(inside4 ? SERVER_4 : SERVER_6, new Port(21)),
                policy(random, rules),
                rules,
                random.nextInt(Times.MINUTES_OF_WEEK),
                random.nextInt(2) == 0,
                Manners.values()[random.nextInt(3)]);
    }

    private static SessionPolicy policy(SplittableRandom random, DrawnRules rules) {
        var usual = SessionPolicy.DEFAULT;
        var small = random.nextInt(3) == 0;
        return new SessionPolicy(
                null,
                null,
                oneOf(random, SessionPolicy.ClientSourcePort.values()),
                random.nextInt(8) == 0 ? TlsPolicy.PASSTHROUGH : TlsPolicy.DENY,
                rules,
                small ? new SessionPolicy.Limits(128, 6, 1 + random.nextInt(4), 1 + random.nextInt(3), random.nextInt(3) * 4)
                        : usual.limits(),
                small ? new SessionPolicy.Timeouts(
                                Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(300), Duration.ofSeconds(60),
                                Duration.ofSeconds(10))
                        : usual.timeouts());
    }

    private static Checks checks(SplittableRandom random) {
        var usual = random.nextBoolean();
        var levels = new EnumMap<dev.sallyport.rules.Check, Level>(dev.sallyport.rules.Check.class);
        for (var check : dev.sallyport.rules.Check.values()) {
            var drawn = switch (check) {
                case PASSIVE_ADDRESS, ACTIVE_SOURCE_PORT, DEFAULT_DATA_PORT -> true;
                default -> !usual && random.nextInt(3) == 0;
            };
            levels.put(check, drawn ? oneOf(random, Level.values()) : check.usual());
        }
        return new Checks(levels);
    }

    /** Whether rules are drawn here. */
    boolean ruled() {
        return rules.current().generation() > 0;
    }

    /** Whether the check that a fault belongs to is enforced. */
    boolean enforces(Fault fault) {
        return rules.current().checks().of(fault) == Level.ENFORCE;
    }

    static <T> T oneOf(SplittableRandom random, T[] values) {
        return values[random.nextInt(values.length)];
    }

    static InetAddress address(String text) {
        return Objects.requireNonNull(Addresses.parse(text));
    }
}
