package dev.sallyport.lab.transcript;

import dev.sallyport.rules.Armed;
import dev.sallyport.rules.Check;
import dev.sallyport.rules.Level;
import dev.sallyport.rules.RuleSet;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.SessionPolicy.ClientSourcePort;
import dev.sallyport.session.TlsPolicy;
import dev.sallyport.session.TlsPolicy.Ended;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The settings above a transcript's first block, all of them optional:
 *
 * <pre>
 * client: 192.0.2.10:40000               gateway: 203.0.113.1:21
 * gateway-to-server: 198.51.100.1:45000  server: 198.51.100.20:21
 * start: logged-in                       client-connected, server-connected, greeted
 * advertised-to-clients: ADDRESS         advertised-to-servers: ADDRESS
 * client-source-port: lower              any
 * tls: deny                              passthrough
 * passive-range: NETWORK PORTS           of the server, for passthrough
 * rules: FILE                            or the rules themselves, indented below
 * checks: bounce=log, low-port=off       NAME=enforce, log or off; those not named are as in the rules
 * gateway-name: NAME                     user: demo                   who has logged in at the start
 * at: mon 00:00                          own-addresses: ADDRESS, ADDRESS
 * line-bytes: 4096                       reply-lines: 512
 * outstanding-commands: 64               data-connections: 8          transfers: 0
 * greeting-timeout: 30s                  login-timeout: 1m            idle-timeout: 15m
 * reply-timeout: 5m                      pinhole-timeout: 30s
 * </pre>
 */
final class Settings {

    private static final SessionPolicy.Limits LIMITS = SessionPolicy.Limits.DEFAULT;
    private static final SessionPolicy.Timeouts TIMEOUTS = SessionPolicy.Timeouts.DEFAULT;

    /** What each key's value is read as. */
    private final Map<String, Function<String, ?>> keys = new LinkedHashMap<>();

    private final Map<String, Object> values = new LinkedHashMap<>();

    /** @param rules what reads the value of {@code rules} */
    Settings(Function<String, RuleSet> rules) {
        for (var key : new String[] {"client", "gateway", "gateway-to-server", "server"}) {
            keys.put(key, Values::endpoint);
        }
        keys.put("gateway-name", Function.identity());
        keys.put("start", text -> Values.named(Scenario.Start.class, text));
        keys.put("user", Values::word);
        keys.put("advertised-to-clients", Values::address);
        keys.put("advertised-to-servers", Values::address);
        keys.put("client-source-port", text -> Values.named(ClientSourcePort.class, text));
        keys.put("tls", text -> Values.named(TlsPolicy.Untouched.class, text));
        keys.put("tls-client", text -> Values.named(Ended.Client.class, text));
        keys.put("tls-server", text -> Values.named(Ended.Server.class, text));
        keys.put("tls-client-data", text -> Values.named(Ended.ClientData.class, text));
        keys.put("tls-server-data", text -> Values.named(Ended.ServerData.class, text));
        keys.put("passive-range", Values::passiveRange);
        keys.put("rules", rules);
        keys.put("checks", Values::checks);
        keys.put("at", Values::minuteOfWeek);
        keys.put("own-addresses", Values::addresses);
        for (var key : new String[] {"line-bytes", "reply-lines", "outstanding-commands", "data-connections", "transfers"}) {
            keys.put(key, text -> limit(key, text));
        }
        for (var key : new String[] {"greeting", "login", "idle", "reply", "pinhole"}) {
            keys.put(key + "-timeout", Values::time);
        }
    }

    /** All that can be set, in order. */
    Set<String> keys() {
        return keys.keySet();
    }

    /** @throws IllegalArgumentException when there is no such key or the value is at fault; the message says what is allowed */
    Settings set(String key, String value) {
        var reading = keys.get(key);
        if (reading == null) {
            throw new IllegalArgumentException("there is no setting '" + key + "'; there are " + String.join(", ", keys.keySet()));
        }
        if (values.put(key, reading.apply(value)) != null) {
            throw new IllegalArgumentException("'" + key + "' stands here twice");
        }
        return this;
    }

    /** @param usual the rules when none are set */
    Scenario scenario(RuleSet usual) {
        return new Scenario(
                value("client", Values.endpoint("192.0.2.10:40000")),
                value("gateway", Values.endpoint("203.0.113.1:21")),
                value("gateway-to-server", Values.endpoint("198.51.100.1:45000")),
                value("server", Values.endpoint("198.51.100.20:21")),
                value("gateway-name", ""),
                value("start", Scenario.Start.LOGGED_IN),
                value("user", "demo"),
                value("at", 0),
                value("own-addresses", Set.of()),
                checks(),
                policy(usual));
    }

    private Map<Check, Level> checks() {
        return value("checks", Map.of());
    }

    private TlsPolicy tls() {
        var client = value("tls-client", Ended.Client.NONE);
        var server = value("tls-server", Ended.Server.NONE);
        return client == Ended.Client.NONE && server == Ended.Server.NONE
                ? value("tls", SessionPolicy.DEFAULT.tls())
                : new Ended(client, server, value("tls-client-data", Ended.ClientData.ALLOW),
                        value("tls-server-data", Ended.ServerData.PRIVATE));
    }

    private SessionPolicy policy(RuleSet usual) {
        var rules = value("rules", usual);
        return new SessionPolicy(
                (@Nullable InetAddress) values.get("advertised-to-clients"),
                (@Nullable InetAddress) values.get("advertised-to-servers"),
                value("client-source-port", SessionPolicy.DEFAULT.clientSourcePort()),
                tls(),
                value("passive-range", SessionPolicy.DEFAULT.passiveRanges()),
                Armed.of(rules, rules.text().checks().with(checks())),
                new SessionPolicy.Limits(
                        value("line-bytes", LIMITS.lineBytes()),
                        value("reply-lines", LIMITS.replyLines()),
                        value("outstanding-commands", LIMITS.outstandingCommands()),
                        value("data-connections", LIMITS.dataConnections()),
                        value("transfers", LIMITS.transfers())),
                new SessionPolicy.Timeouts(
                        time("greeting", TIMEOUTS.greeting()),
                        time("login", TIMEOUTS.login()),
                        time("idle", TIMEOUTS.idle()),
                        time("reply", TIMEOUTS.reply()),
                        time("pinhole", TIMEOUTS.pinhole())));
    }

    /** As a configuration has it: what it cannot ask for a transcript cannot either. */
    private static int limit(String key, String text) {
        var number = Values.number(text);
        var least = switch (key) {
            case "line-bytes" -> 64;
            case "reply-lines" -> 2;
            case "transfers" -> 0;
            default -> 1;
        };
        if (number < least) {
            throw new IllegalArgumentException("'" + key + "' is at least " + least + ", not " + number);
        }
        return number;
    }

    private Duration time(String key, Duration usual) {
        return value(key + "-timeout", usual);
    }

    /** The value of a key, which {@link #keys} has read as a value of the same type as the usual one. */
    @SuppressWarnings("unchecked")
    private <T> T value(String key, T usual) {
        return (T) values.getOrDefault(key, usual);
    }
}
