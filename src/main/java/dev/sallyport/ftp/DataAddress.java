package dev.sallyport.ftp;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The data addresses in commands and replies: read and written. Reading never throws; a port below 1024 and an address
 * that is not the peer's are not this class's concern.
 */
public final class DataAddress {

    /** As much text as servers put behind a passive reply's numbers: a parenthesis, a dot. */
    private static final int USUAL_TEXT_BEHIND = 8;

    /** RFC 1639 §2 address families, as in the IANA registry of IP versions. */
    private static final int LONG_IPV4 = 4;

    private static final int LONG_IPV6 = 6;

    private DataAddress() {}

    /**
     * The argument of PORT (RFC 959 §4.1.2): exactly six decimal numbers 0 to 255, such as {@code 192,0,2,1,195,80}.
     * Spaces at the ends are allowed. Of what is malformed it tells numbers that break off, and long text behind six of them.
     */
    public static Parsed<Endpoint> port(String argument) {
        var text = argument.strip();
        var fields = numbers(text);
        if (fields != null && fields.length == 6) {
            return endpoint(fields, 0, 4, 4, Fault.PORT_ZERO);
        }
        if (numbers(text.endsWith(",") ? text.substring(0, text.length() - 1) : text) instanceof int[] some && some.length < 6) {
            return Parsed.rejected(Fault.PORT_TRUNCATED);
        }
        return Parsed.rejected(textBehind(text) ? Fault.TEXT_BEHIND_NUMBERS : Fault.PORT_MALFORMED);
    }

    /**
     * The argument of EPRT (RFC 2428 §2): {@code <d>family<d>address<d>port<d>} with any delimiter 33 to 126, such as
     * {@code |1|192.0.2.1|50000|} or {@code |2|2001:db8::1|50000|}. Looser than RFC 2428: family 2 with an IPv4-mapped
     * address means the IPv4 address. Stricter: the delimiter is no digit, which could belong to the port.
     */
    public static Parsed<Endpoint> eprt(String argument) {
        var text = argument.strip();
        if (text.isEmpty() || !delimiter(text.charAt(0))) {
            return Parsed.rejected(Fault.EPRT_MALFORMED);
        }
        var fields = text.split(Pattern.quote(text.substring(0, 1)), -1);
        if (fields.length != 5 || !fields[0].isEmpty() || !fields[4].isEmpty()) {
            return Parsed.rejected(Fault.EPRT_MALFORMED);
        }
        var family = decimal(fields[1], 99_999);
        if (family < 0) {
            return Parsed.rejected(Fault.EPRT_MALFORMED);
        }
        if (family != 1 && family != 2) {
            return Parsed.rejected(Fault.FAMILY_UNSUPPORTED);
        }
        var address = Addresses.parse(fields[2]);
        var port = decimal(fields[3], Port.HIGHEST);
        if (address == null || port < 0 || (family == 2) != (fields[2].indexOf(':') >= 0)) {
            return Parsed.rejected(Fault.EPRT_MALFORMED);
        }
        return port == 0 ? Parsed.rejected(Fault.PORT_ZERO) : Parsed.of(new Endpoint(address, new Port(port)));
    }

    /**
     * The argument of LPRT (RFC 1639 §2): {@code af,hal,h1,h2,...,pal,p1,p2...}, such as {@code 4,4,192,0,2,1,2,195,80}.
     */
    public static Parsed<Endpoint> lprt(String argument) {
        return longAddress(argument.strip(), Fault.LPRT_MALFORMED, Fault.PORT_ZERO);
    }

    /**
     * The text of a 227 reply behind its code: six numbers 0 to 255 with commas between, found by scanning for the first
     * digit (RFC 1123 §4.1.2.6), with or without parentheses, with spaces behind commas, with text behind.
     */
    public static Parsed<Endpoint> passive(String text) {
        var fields = new int[6];
        return sixNumbers(text, fields) < 0
                ? Parsed.rejected(Fault.PASSIVE_REPLY_MALFORMED)
                : endpoint(fields, 0, 4, 4, Fault.PASSIVE_PORT_ZERO);
    }

    /** Whether more text stands behind the six numbers of a 227, or of a PORT, than servers put there. */
    public static boolean textBehind(String text) {
        var end = sixNumbers(text, new int[6]);
        return end >= 0 && text.length() - end > USUAL_TEXT_BEHIND;
    }

    /** @return where the sixth number ends; -1 when there are no six */
    private static int sixNumbers(String text, int[] fields) {
        var at = firstDigit(text, 0);
        for (var i = 0; i < 6; i++) {
            var start = at;
            while (at < text.length() && digit(text.charAt(at)) && at - start < 3) {
                fields[i] = fields[i] * 10 + text.charAt(at++) - '0';
            }
            if (at == start || fields[i] > 255) {
                return -1;
            }
            if (i < 5) {
                if (at >= text.length() || text.charAt(at++) != ',') {
                    return -1;
                }
                while (at < text.length() && text.charAt(at) == ' ') {
                    at++;
                }
            }
        }
        return at < text.length() && (text.charAt(at) == ',' || digit(text.charAt(at))) ? -1 : at;
    }

    /**
     * The text of a 229 reply behind its code (RFC 2428 §3): {@code (<d><d><d>port<d>)}, such as
     * {@code Entering Extended Passive Mode (|||50000|)}. The delimiter is any character 33 to 126 that is no digit.
     * Family and address, when a server fills them, must name the control peer.
     *
     * @param peer the server's address on the control connection
     */
    public static Parsed<Endpoint> extendedPassive(String text, InetAddress peer) {
        return extendedPassive(text, peer, false);
    }

    /** The same, whatever family and address say: the endpoint is the peer's all the same. */
    public static Parsed<Endpoint> extendedPassivePort(String text, InetAddress peer) {
        return extendedPassive(text, peer, true);
    }

    private static Parsed<Endpoint> extendedPassive(String text, InetAddress peer, boolean anyAddress) {
        var open = text.indexOf('(');
        var close = text.indexOf(')', open + 1);
        if (open < 0 || close < 0 || close - open < 6 || !delimiter(text.charAt(open + 1))) {
            return Parsed.rejected(Fault.PASSIVE_REPLY_MALFORMED);
        }
        var inner = text.substring(open + 1, close);
        var fields = inner.split(Pattern.quote(inner.substring(0, 1)), -1);
        if (fields.length != 5 || !fields[0].isEmpty() || !fields[4].isEmpty()) {
            return Parsed.rejected(Fault.PASSIVE_REPLY_MALFORMED);
        }
        var port = decimal(fields[3], Port.HIGHEST);
        if (port < 0) {
            return Parsed.rejected(Fault.PASSIVE_REPLY_MALFORMED);
        }
        var peers = (fields[1].isEmpty() || fields[1].equals(peer instanceof Inet4Address ? "1" : "2"))
                && (fields[2].isEmpty() || peer.equals(Addresses.parse(fields[2])));
        if (!peers && !anyAddress) {
            return Parsed.rejected(Fault.EXTENDED_ADDRESS_NOT_PEER);
        }
        return port == 0 ? Parsed.rejected(Fault.PASSIVE_PORT_ZERO) : Parsed.of(new Endpoint(peer, new Port(port)));
    }

    /**
     * The text of a 228 reply behind its code (RFC 1639 §3): the fields of {@link #lprt}, found by scanning for the first
     * digit, such as {@code Entering Long Passive Mode (4,4,192,0,2,1,2,195,80)}.
     */
    public static Parsed<Endpoint> longPassive(String text) {
        var start = firstDigit(text, 0);
        var end = start;
        while (end < text.length() && (digit(text.charAt(end)) || text.charAt(end) == ',')) {
            end++;
        }
        return longAddress(text.substring(start, end), Fault.PASSIVE_REPLY_MALFORMED, Fault.PASSIVE_PORT_ZERO);
    }

    /** {@code PORT h1,h2,h3,h4,p1,p2} (RFC 959 §4.1.2). @throws IllegalArgumentException when the endpoint is IPv6 */
    public static FtpLine portCommand(Endpoint endpoint) {
        return FtpLine.of("PORT " + commas(endpoint));
    }

    /** {@code EPRT |1|address|port|} or {@code EPRT |2|address|port|} (RFC 2428 §2). */
    public static FtpLine eprtCommand(Endpoint endpoint) {
        return FtpLine.of("EPRT |" + (endpoint.ipv4() ? 1 : 2) + "|" + Addresses.text(endpoint.address(), false) + "|"
                + endpoint.port() + "|");
    }

    /**
     * {@code 227 Entering Passive Mode (h1,h2,h3,h4,p1,p2).} (RFC 959 §4.2.1), in the form that every client reads.
     *
     * @throws IllegalArgumentException when the endpoint is IPv6
     */
    public static FtpLine passiveReply(Endpoint endpoint) {
        return FtpLine.of("227 Entering Passive Mode (" + commas(endpoint) + ").");
    }

    /** {@code 229 Entering Extended Passive Mode (|||port|)} (RFC 2428 §3). */
    public static FtpLine extendedPassiveReply(Port port) {
        return FtpLine.of("229 Entering Extended Passive Mode (|||" + port + "|)");
    }

    /** {@code 228 Entering Long Passive Mode (af,hal,h1,...,2,p1,p2).} (RFC 1639 §3). */
    public static FtpLine longPassiveReply(Endpoint endpoint) {
        var bytes = endpoint.address().getAddress();
        var text = new StringBuilder("228 Entering Long Passive Mode (");
        text.append(endpoint.ipv4() ? LONG_IPV4 : LONG_IPV6).append(',').append(bytes.length);
        for (var b : bytes) {
            text.append(',').append(b & 0xff);
        }
        var port = endpoint.port().number();
        return FtpLine.of(text.append(",2,").append(port >> 8).append(',').append(port & 0xff).append(").").toString());
    }

    private static String commas(Endpoint endpoint) {
        if (!endpoint.ipv4()) {
            throw new IllegalArgumentException("six numbers cannot name " + endpoint);
        }
        var port = endpoint.port().number();
        return endpoint.address().getHostAddress().replace('.', ',')
                + String.format(Locale.ROOT, ",%d,%d", port >> 8, port & 0xff);
    }

    private static Parsed<Endpoint> longAddress(String text, Fault malformed, Fault zero) {
        var fields = numbers(text);
        if (fields == null || fields.length < 3) {
            return Parsed.rejected(malformed);
        }
        if (fields[0] != LONG_IPV4 && fields[0] != LONG_IPV6) {
            return Parsed.rejected(malformed == Fault.LPRT_MALFORMED ? Fault.LONG_FAMILY_UNSUPPORTED : malformed);
        }
        var addressLength = fields[0] == LONG_IPV4 ? 4 : 16;
        // Stricter than RFC 1639 §2: a port has two bytes, because TCP's has.
        if (fields[1] != addressLength || fields.length != addressLength + 5 || fields[addressLength + 2] != 2) {
            return Parsed.rejected(malformed);
        }
        return endpoint(fields, 2, addressLength, addressLength + 3, zero);
    }

    private static Parsed<Endpoint> endpoint(int[] fields, int addressAt, int addressLength, int portAt, Fault zero) {
        var bytes = new byte[addressLength];
        for (var i = 0; i < addressLength; i++) {
            bytes[i] = (byte) fields[addressAt + i];
        }
        var port = fields[portAt] << 8 | fields[portAt + 1];
        return port == 0 ? Parsed.rejected(zero) : Parsed.of(new Endpoint(Addresses.of(bytes), new Port(port)));
    }

    /** Decimal numbers 0 to 255 with a comma between each two and nothing else; null for any other text. */
    private static int @Nullable [] numbers(String text) {
        var parts = text.split(",", -1);
        if (parts.length > 32) {
            return null;
        }
        var numbers = new int[parts.length];
        for (var i = 0; i < parts.length; i++) {
            numbers[i] = decimal(parts[i], 255);
            if (numbers[i] < 0) {
                return null;
            }
        }
        return numbers;
    }

    /** A decimal number of one to five digits up to a limit; -1 for any other text. */
    private static int decimal(String text, int most) {
        if (text.isEmpty() || text.length() > 5) {
            return -1;
        }
        var value = 0;
        for (var i = 0; i < text.length(); i++) {
            if (!digit(text.charAt(i))) {
                return -1;
            }
            value = value * 10 + text.charAt(i) - '0';
        }
        return value <= most ? value : -1;
    }

    private static int firstDigit(String text, int from) {
        var at = from;
        while (at < text.length() && !digit(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean delimiter(char c) {
        return c >= 33 && c <= 126 && !digit(c);
    }

    private static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }
}
