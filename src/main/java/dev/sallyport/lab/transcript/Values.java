package dev.sallyport.lab.transcript;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.rules.Check;
import dev.sallyport.rules.Checks;
import dev.sallyport.rules.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The values in a transcript. All methods throw {@link IllegalArgumentException} with what is allowed. */
final class Values {

    private static final Pattern TIME = Pattern.compile("(\\d{1,6})(ms|s|m|h)");

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

    /** {@code bounce=log, low-port=off}; every other check at its default. */
    static Checks checks(String text) {
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
        return Checks.DEFAULT.with(levels);
    }

    private static String dashed(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
