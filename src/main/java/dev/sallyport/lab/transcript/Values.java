package dev.sallyport.lab.transcript;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Network;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.rules.Check;
import dev.sallyport.rules.Level;
import dev.sallyport.session.PassiveRange;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The values in a transcript. All methods throw {@link IllegalArgumentException} with what is allowed. */
final class Values {

    private static final Pattern TIME = Pattern.compile("(\\d{1,6})(ms|s|m|h)");

    private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
    private static final Pattern WEEK_TIME =
            Pattern.compile("(" + String.join("|", DAYS) + ") ([01]\\d|2[0-3]):([0-5]\\d)");

    private Values() {}

    static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException notNumber) {
            throw new IllegalArgumentException("'" + text + "' is not a number", notNumber);
        }
    }

    /** A number of bytes, from 0. */
    static long bytes(String text) {
        try {
            var bytes = Long.parseLong(text);
            if (bytes >= 0) {
                return bytes;
            }
        } catch (NumberFormatException notNumber) {
            throw new IllegalArgumentException("'" + text + "' is not a number of bytes", notNumber);
        }
        throw new IllegalArgumentException("'" + text + "' is less than no bytes");
    }

    static InetAddress address(String text) {
        var address = Addresses.parse(text);
        if (address == null) {
            throw new IllegalArgumentException("'" + text + "' is not an IP address");
        }
        return address;
    }

    /** {@code 192.0.2.1:21} or {@code [2001:db8::1]:21}. */
    static Endpoint endpoint(String text) {
        var colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("'" + text + "' is not ADDRESS:PORT");
        }
        var host = text.substring(0, colon);
        var bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        return new Endpoint(address(bare), new Port(number(text.substring(colon + 1))));
    }

    /** {@code 250ms}, {@code 30s}, {@code 5m}, {@code 1h}. */
    static Duration time(String text) {
        var matcher = TIME.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a time such as 250ms, 30s, 5m or 1h");
        }
        var count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
        };
    }

    /** A constant written as {@code lower-case-with-dashes}. */
    static <E extends Enum<E>> E named(Class<E> type, String text) {
        for (var constant : type.getEnumConstants()) {
            if (dashed(constant).equals(text)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("'" + text + "' is none of: "
                + Arrays.stream(type.getEnumConstants()).map(Values::dashed).collect(Collectors.joining(", ")));
    }

    /** {@code bounce=log, low-port=off}. */
    static Map<Check, Level> checks(String text) {
        var levels = new EnumMap<Check, Level>(Check.class);
        for (var entry : text.split(" *, *", -1)) {
            var equals = entry.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("'" + entry + "' is not CHECK=LEVEL");
            }
            var check = named(Check.class, entry.substring(0, equals));
            if (levels.put(check, named(Level.class, entry.substring(equals + 1))) != null) {
                throw new IllegalArgumentException("'" + check.key() + "' stands here twice");
            }
        }
        return levels;
    }

    /** {@code 192.0.2.1, 2001:db8::1}. */
    static Set<InetAddress> addresses(String text) {
        return Arrays.stream(text.split(" *, *", -1)).map(Values::address).collect(Collectors.toSet());
    }

    /** {@code 198.51.100.0/24 50000-50999}. */
    static List<PassiveRange> passiveRange(String text) {
        var words = text.split(" +");
        var servers = Network.parse(words[0]);
        if (servers == null || words.length != 2) {
            throw new IllegalArgumentException("'" + text + "' is not a network and ports, such as 198.51.100.0/24 50000-50999");
        }
        return List.of(new PassiveRange(List.of(servers), PortRange.parse(words[1])));
    }

    /** {@code mon 14:30}; Monday, 00:00 is 0. */
    static int minuteOfWeek(String text) {
        var matcher = WEEK_TIME.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a day and a time such as mon 14:30");
        }
        var day = DAYS.indexOf(matcher.group(1));
        return (day * 24 + Integer.parseInt(matcher.group(2))) * 60 + Integer.parseInt(matcher.group(3));
    }

    static String word(String text) {
        if (text.isEmpty() || text.contains(" ")) {
            throw new IllegalArgumentException("'" + text + "' is not a word");
        }
        return text;
    }

    private static String dashed(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
