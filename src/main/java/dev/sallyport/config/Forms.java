package dev.sallyport.config;

import dev.sallyport.config.yaml.Form;
import dev.sallyport.datapath.kernel.PacketMark;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Network;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.proxy.ServerAddress;
import dev.sallyport.tls.KeyPin;
import dev.sallyport.tls.TlsVersion;
import java.net.InetAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the values of a configuration may be, on the command line too. */
public final class Forms {

    /** FTP's own port, when a server is named without one. */
    private static final int FTP_PORT = 21;

    private static final Pattern HOST_NAME = Pattern.compile(
            "(?=.{1,253}$)([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\\.)*[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");
    private static final Pattern INTERFACE_NAME = Pattern.compile("[A-Za-z0-9._:@-]{1,15}|[A-Za-z0-9._:@-]{1,14}\\*");
    private static final Pattern MARK_BITS = Pattern.compile("0x[0-9A-Fa-f]{1,8}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    public static final Form<Endpoint> ENDPOINT =
            Form.of("an IP address and a port, such as 127.0.0.1:2121 or \"[::]:2121\"", Forms::endpoint);

    public static final Form<ServerAddress> SERVER = Form.of(
            "a host name or an IP address, and a port unless it is 21, such as ftp.example.org, 198.51.100.20:2121 or "
                    + "\"[2001:db8::1]:2121\"",
            Forms::server);

    public static final Form<PortRange> PORTS =
            Form.of("one port or two with a dash, going upwards within 1 to 65535, such as 2122-2129", Forms::ports);

    /** For a log and a metric's tag. */
    public static final Form<String> GATEWAY_NAME = Form.of(
            "1 to 63 letters, digits, dots, dashes or underscores, the first a letter or a digit",
            text -> NAME.matcher(text).matches() ? text : null);

    /** Empty for {@code auto}. */
    public static final Form<Optional<InetAddress>> ADVERTISED =
            Form.of("an IP address that the peer can reach, such as 203.0.113.1, or auto", Forms::advertised);

    public static final Form<Network> NETWORK = Form.of(
            "a network or an address, such as 198.51.100.0/24, 192.0.2.7 or \"2001:db8::/32\", no bits set behind the prefix",
            Network::parse);

    /** An address of the gateway's own. */
    public static final Form<InetAddress> ADDRESS = Form.of(
            "an IP address of this host, such as 203.0.113.1", text -> advertised(text) instanceof Optional<InetAddress> address
                    ? address.orElse(null)
                    : null);

    /** A name as in {@code ip link}; IFNAMSIZ of linux/if.h bounds it. */
    static final Form<String> INTERFACE = Form.of(
            "the name of a network interface, 1 to 15 letters, digits and ._:@-, a * at its end for any ending",
            text -> INTERFACE_NAME.matcher(text).matches() ? text : null);

    /** The value of a key that may say {@code any} instead of a list. */
    static final Form<Optional<Port>> CONTROL_PORT = Form.of(
            "a port, 21 as a rule, a list of ports, or any",
            text -> text.equals("any") ? Optional.empty() : port(text) instanceof Port port ? Optional.of(port) : null);

    /** Bits of a packet's mark, all of them set. */
    static final Form<PacketMark> MARK = Form.of(
            "one bit or several of a packet's mark that nobody else uses, in hexadecimal, such as 0x01000000", Forms::mark);

    static final Form<Integer> ROUTING_TABLE = Form.of(
            "the number of a routing table that nobody else uses, from 1 to 2147483647 but 253 to 255",
            text -> Form.integer(1, Integer.MAX_VALUE).read(text) instanceof Integer table && (table < 253 || table > 255)
                    ? table
                    : null);

    public static final Form<ControlPlace> CONTROL_SOCKET = Form.of(
            "auto, none, or an absolute path of at most " + ControlPlace.LONGEST_BYTES
                    + " bytes, such as /run/sallyport/main.control",
            List.of("auto", "none"), ControlPlace::parse);

    /** Empty for {@code none}. */
    static final Form<Optional<Endpoint>> HTTP = Form.of(
            "an IP address of this host and a port, such as 127.0.0.1:9121, or none", List.of("none"),
            text -> text.equals("none") ? Optional.<Endpoint>empty()
                    : endpoint(text) instanceof Endpoint listen ? Optional.of(listen) : null);

    /** Relative to the configuration file. */
    static final Form<Path> PATH = Form.of("the path of a file, such as /etc/sallyport/token", Forms::path);

    /** Relative to the configuration file. */
    static final Form<Path> PEM = Form.of("the path of a file in PEM, such as /etc/sallyport/ftp.pem", Forms::path);

    /** Whom a certificate is made out to. */
    static final Form<String> PEER_NAME = Form.of(
            "a host name or an IP address, such as ftp.example.org",
            text -> HOST_NAME.matcher(text).matches() || Addresses.parse(text) != null ? text : null);

    static final Form<KeyPin> PIN = Form.of(
            "sha256/ and behind it 44 characters of Base64: the SHA-256 of the server's public key",
            KeyPin::parse);

    static final Form<TlsVersion> TLS_VERSION = Form.of("1.2 or 1.3", List.of("1.2", "1.3"), text -> switch (text) {
        case "1.2" -> TlsVersion.TLS_1_2;
        case "1.3" -> TlsVersion.TLS_1_3;
        default -> null;
    });

    /** Relative to the configuration file. */
    static final Form<Path> LOG_FILE = Form.of("the path of a file, such as /var/log/sallyport/sessions.json", Forms::path);

    /** Relative to the configuration file. */
    static final Form<Path> RULES = Form.of("the path of a rule set's file, such as rules.yaml", Forms::path);

    private Forms() {}

    private static @Nullable Path path(String text) {
        try {
            return text.isBlank() ? null : Path.of(text);
        } catch (InvalidPathException impossible) {
            return null;
        }
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
        var number = text == null ? null : Form.integer(1, Port.HIGHEST).read(text);
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
