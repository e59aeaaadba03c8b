package dev.sallyport.lab.transcript;

import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.SessionPolicy.ClientSourcePort;
import dev.sallyport.session.SessionPolicy.Tls;
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
 * checks: bounce=log, low-port=off       NAME=enforce, log or off; those not named have their defaults
 * line-bytes: 4096                       reply-lines: 512
 * outstanding-commands: 64               data-connections: 8          transfers: 0
 * argument-bytes: 1024                   lines-per-second: 20000
 * greeting-timeout: 30s                  login-timeout: 1m            idle-timeout: 15m
 * reply-timeout: 5m                      pinhole-timeout: 30s
 * </pre>
 */
final class Settings {

    private static final SessionPolicy.Limits LIMITS = SessionPolicy.Limits.DEFAULT;
    private static final SessionPolicy.Timeouts TIMEOUTS = SessionPolicy.Timeouts.DEFAULT;

    /** What each key's value is read as. */
    private static final Map<String, Function<String, Object>> KEYS = new LinkedHashMap<>();

    static {
        for (var key : new String[] {"client", "gateway", "gateway-to-server", "server"}) {
            KEYS.put(key, Values::endpoint);
        }
        KEYS.put("start", text -> Values.named(Scenario.Start.class, text));
        KEYS.put("advertised-to-clients", Values::address);
        KEYS.put("advertised-to-servers", Values::address);
        KEYS.put("client-source-port", text -> Values.named(ClientSourcePort.class, text));
        KEYS.put("tls", text -> Values.named(Tls.class, text));
        KEYS.put("checks", Values::checks);
        for (var key : new String[] {"line-bytes", "reply-lines", "outstanding-commands", "data-connections", "transfers",
            "argument-bytes", "lines-per-second"}) {
            KEYS.put(key, text -> limit(key, text));
        }
        for (var key : new String[] {"greeting", "login", "idle", "reply", "pinhole"}) {
            KEYS.put(key + "-timeout", Values::time);
        }
    }

    private final Map<String, Object> values = new LinkedHashMap<>();

    /** All that can be set, in order. */
    static Set<String> keys() {
        return KEYS.keySet();
    }

    /** @throws IllegalArgumentException when there is no such key or the value is at fault; the message says what is allowed */
    Settings set(String key, String value) {
        var reading = KEYS.get(key);
        if (reading == null) {
            throw new IllegalArgumentException("there is no setting '" + key + "'; there are " + String.join(", ", KEYS.keySet()));
        }
        if (values.put(key, reading.apply(value)) != null) {
            throw new IllegalArgumentException("'" + key + "' stands here twice");
        }
        return this;
    }

    Scenario scenario() {
        return new Scenario(
                value("client", Values.endpoint("192.0.2.10:40000")),
                value("gateway", Values.endpoint("203.0.113.1:21")),
                value("gateway-to-server", Values.endpoint("198.51.100.1:45000")),
                value("server", Values.endpoint("198.51.100.20:21")),
                value("start", Scenario.Start.LOGGED_IN),
                policy());
    }

    private SessionPolicy policy() {
        return new SessionPolicy(
                (@Nullable InetAddress) values.get("advertised-to-clients"),
                (@Nullable InetAddress) values.get("advertised-to-servers"),
                value("client-source-port", SessionPolicy.DEFAULT.clientSourcePort()),
                value("tls", SessionPolicy.DEFAULT.tls()),
                value("checks", SessionPolicy.DEFAULT.checks()),
                new SessionPolicy.Limits(
                        value("line-bytes", LIMITS.lineBytes()),
                        value("reply-lines", LIMITS.replyLines()),
                        value("outstanding-commands", LIMITS.outstandingCommands()),
                        value("data-connections", LIMITS.dataConnections()),
                        value("transfers", LIMITS.transfers()),
                        value("argument-bytes", LIMITS.argumentBytes()),
                        value("lines-per-second", LIMITS.linesPerSecond())),
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

    /** The value of a key, which {@link #KEYS} has read as a value of the same type as the usual one. */
    @SuppressWarnings("unchecked")
    private <T> T value(String key, T usual) {
        return (T) values.getOrDefault(key, usual);
    }
}
