package dev.sallyport.config;

import static java.util.stream.Collectors.joining;

import dev.sallyport.datapath.kernel.PacketMark;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Network;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.proxy.ServerAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a value may be: how it is read, and how one says what is allowed. One form serves the file and the command line.
 *
 * @param <T> what it is read into
 */
public final class Form<T> {

    /** FTP's own port, when a server is named without one. */
    private static final int FTP_PORT = 21;

    /** Far beyond any sensible limit, and far below what overflows when counted in nanoseconds. */
    private static final Duration LONGEST = Duration.ofDays(365);

    /** Plain ASCII digits: the JDK's parser would take a plus sign and the digits of every script. */
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}");

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
    private static final Pattern HOST_NAME = Pattern.compile(
            "(?=.{1,253}$)([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\\.)*[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");
    private static final Pattern INTERFACE_NAME = Pattern.compile("[A-Za-z0-9._:@-]{1,15}|[A-Za-z0-9._:@-]{1,14}\\*");
    private static final Pattern MARK_BITS = Pattern.compile("0x[0-9A-Fa-f]{1,8}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    public static final Form<Endpoint> ENDPOINT =
            new Form<>("an IP address and a port, such as 127.0.0.1:2121 or \"[::]:2121\"", Form::endpoint);

    public static final Form<ServerAddress> SERVER = new Form<>(
            "a host name or an IP address, and a port unless it is 21, such as ftp.example.org, 198.51.100.20:2121 or "
                    + "\"[2001:db8::1]:2121\"",
            Form::server);

    public static final Form<PortRange> PORTS =
            new Form<>("one port or two with a dash, going upwards within 1 to 65535, such as 2122-2129", Form::ports);

    /** For a log and a metric's tag. */
    public static final Form<String> GATEWAY_NAME = new Form<>(
            "1 to 63 letters, digits, dots, dashes or underscores, the first a letter or a digit",
            text -> NAME.matcher(text).matches() ? text : null);

    /** Empty for {@code auto}. */
    public static final Form<Optional<InetAddress>> ADVERTISED =
            new Form<>("an IP address that the peer can reach, such as 203.0.113.1, or auto", Form::advertised);

    public static final Form<Network> NETWORK = new Form<>(
            "a network or an address, such as 198.51.100.0/24, 192.0.2.7 or \"2001:db8::/32\", no bits set behind the prefix",
            Network::parse);

    /** An address of the gateway's own. */
    public static final Form<InetAddress> ADDRESS = new Form<>(
            "an IP address of this host, such as 203.0.113.1", text -> advertised(text) instanceof Optional<InetAddress> address
                    ? address.orElse(null)
                    : null);

    /** A name as in {@code ip link}; IFNAMSIZ of linux/if.h bounds it. */
    static final Form<String> INTERFACE = new Form<>(
            "the name of a network interface, 1 to 15 letters, digits and ._:@-, a * at its end for any ending",
            text -> INTERFACE_NAME.matcher(text).matches() ? text : null);

    /** The value of a key that may say {@code any} instead of a list. */
    static final Form<Optional<Port>> CONTROL_PORT = new Form<>(
            "a port, 21 as a rule, a list of ports, or any",
            text -> text.equals("any") ? Optional.empty() : port(text) instanceof Port port ? Optional.of(port) : null);

    /** Bits of a packet's mark, all of them set. */
    static final Form<PacketMark> MARK = new Form<>(
            "one bit or several of a packet's mark that nobody else uses, in hexadecimal, such as 0x01000000", Form::mark);

    static final Form<Integer> ROUTING_TABLE = new Form<>(
            "the number of a routing table that nobody else uses, from 1 to 2147483647 but 253 to 255",
            text -> integer(1, Integer.MAX_VALUE).read(text) instanceof Integer table && (table < 253 || table > 255)
                    ? table
                    : null);

    public static final Form<ControlPlace> CONTROL_SOCKET = new Form<>(
            "auto, none, or an absolute path of at most " + ControlPlace.LONGEST_BYTES
                    + " bytes, such as /run/sallyport/main.control",
            List.of("auto", "none"), ControlPlace::parse);

    private final String allowed;
    private final List<String> words;
    private final Function<String, @Nullable T> reader;

    private Form(String allowed, Function<String, @Nullable T> reader) {
        this(allowed, List.of(), reader);
    }

    private Form(String allowed, List<String> words, Function<String, @Nullable T> reader) {
        this.allowed = allowed;
        this.words = words;
        this.reader = reader;
    }

    /** A word that means a value, or whatever another form reads. */
    static <T> Form<T> wordOr(String word, T meaning, Form<? extends T> otherwise) {
        return new Form<>(
                otherwise.allowed + ", or " + word, Stream.concat(otherwise.words.stream(), Stream.of(word)).toList(),
                text -> text.equals(word) ? meaning : otherwise.read(text));
    }

    /** What another form reads, made into something else. */
    <R> Form<R> as(Function<T, R> made) {
        return new Form<>(allowed, words, text -> {
            var read = reader.apply(text);
            return read == null ? null : made.apply(read);
        });
    }

    /** A whole number, both bounds included. */
    static Form<Integer> integer(int lowest, int highest) {
        return new Form<>("a whole number from " + lowest + " to " + highest, text -> {
            if (!NUMBER.matcher(text).matches()) {
                return null;
            }
            var number = Long.parseLong(text);
            return number >= lowest && number <= highest ? (int) number : null;
        });
    }

    /** A duration with its unit, the bound included. */
    static Form<Duration> duration(Duration shortest) {
        var lowest = shortest.isZero() ? "0s" : shortest.toMillis() + "ms";
        return new Form<>(
                "a duration with its unit, ms, s, m, h or d, from " + lowest + " to " + LONGEST.toDays() + "d, such as 30s",
                text -> {
                    var duration = duration(text);
                    return duration == null || duration.compareTo(shortest) < 0 || duration.compareTo(LONGEST) > 0
                            ? null
                            : duration;
                });
    }

    /** One of an enumeration's values in lower case. */
    public static <E extends Enum<E>> Form<E> oneOf(Class<E> type) {
        var values = List.of(type.getEnumConstants());
        var words = values.stream().map(Form::word).toList();
        return new Form<>(
                words.subList(0, words.size() - 1).stream().collect(joining(", ")) + " or " + words.getLast(),
                words,
                text -> values.stream().filter(value -> word(value).equals(text)).findFirst().orElse(null));
    }

    /** One of two words. */
    static <T> Form<T> either(String one, T means, String other, T otherMeans) {
        var words = Map.of(one, means, other, otherMeans);
        return new Form<>(one + " or " + other, List.of(one, other), words::get);
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** Null when the text does not fit. */
    public @Nullable T read(String text) {
        return reader.apply(text);
    }

    /** Part of a sentence: what may be written. */
    public String allowed() {
        return allowed;
    }

    /** A sentence about a text that does not fit: what is wrong, and what to write. */
    public String refusal(String text) {
        var similar = Similar.to(text, words);
        return "'" + text + "' does not fit: "
                + (similar == null ? write() : "did you mean '" + similar + "'? Write " + allowed + ".");
    }

    /** What to write. */
    String write() {
        return "write " + allowed + ".";
    }

    private static @Nullable Duration duration(String text) {
        var matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        var count = Integer.parseInt(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }

    private static @Nullable Endpoint endpoint(String text) {
        var split = HostPort.split(text);
        var address = split == null ? null : Addresses.parse(split.host());
        var port = split == null ? null : port(split.port());
        return address == null || port == null || address.isMulticastAddress() ? null : new Endpoint(address, port);
    }

    private static @Nullable ServerAddress server(String text) {
        var split = HostPort.split(text);
        if (split == null) {
            return null;
        }
        var address = Addresses.parse(split.host());
        var port = split.port() == null ? new Port(FTP_PORT) : port(split.port());
        var reachable = address == null
                ? HOST_NAME.matcher(split.host()).matches()
                : !address.isAnyLocalAddress() && !address.isMulticastAddress();
        return port != null && reachable ? new ServerAddress(split.host(), port) : null;
    }

    private static @Nullable Port port(@Nullable String text) {
        var number = text == null ? null : integer(1, Port.HIGHEST).read(text);
        return number == null ? null : new Port(number);
    }

    private static @Nullable PortRange ports(String text) {
        var dash = text.indexOf('-');
        var first = port((dash < 0 ? text : text.substring(0, dash)).strip());
        var last = dash < 0 ? first : port(text.substring(dash + 1).strip());
        return first == null || last == null || first.compareTo(last) > 0 ? null : new PortRange(first, last);
    }

    private static @Nullable PacketMark mark(String text) {
        if (!MARK_BITS.matcher(text).matches()) {
            return null;
        }
        var bits = Integer.parseUnsignedInt(text.substring(2), 16);
        return bits == 0 ? null : new PacketMark(bits, bits);
    }

    private static @Nullable Optional<InetAddress> advertised(String text) {
        if (text.equals("auto")) {
            return Optional.empty();
        }
        var address = Addresses.parse(text);
        return address == null || address.isAnyLocalAddress() || address.isMulticastAddress() ? null : Optional.of(address);
    }

    /** {@code host:port} or {@code [address]:port}, taken apart; the port may be missing. */
    private record HostPort(String host, @Nullable String port) {

        static @Nullable HostPort split(String text) {
            if (text.startsWith("[")) {
                var end = text.indexOf(']');
                var rest = end < 0 ? "" : text.substring(end + 1);
                // What stands in brackets is an IPv6 address, never a name.
                return end < 0 || text.indexOf(':') > end || !rest.isEmpty() && rest.charAt(0) != ':'
                        ? null
                        : new HostPort(text.substring(1, end), rest.isEmpty() ? null : rest.substring(1));
            }
            var colon = text.indexOf(':');
            if (colon != text.lastIndexOf(':')) {
                return null;
            }
            return colon < 0 ? new HostPort(text, null) : new HostPort(text.substring(0, colon), text.substring(colon + 1));
        }
    }
}
