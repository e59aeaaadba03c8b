package dev.sallyport.ftp;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** The textual forms of IP addresses. Literals only: no host name is ever looked up, no zone id accepted. */
public final class Addresses {

    private Addresses() {}

    /**
     * Reads an IPv4 address in dotted form, or an IPv6 address in any form of RFC 4291 §2.2, such as {@code 2001:db8::1}
     * or {@code ::ffff:192.0.2.1}, which is read as the IPv4 address that it means.
     *
     * @return the address; null when the text is anything else, a host name or a zone id included
     */
    public static @Nullable InetAddress parse(String text) {
        if (text.indexOf(':') < 0) {
            var four = dotted(text);
            return four == null ? null : of(four);
        }
        if (!literal(text)) {
            return null;
        }
        try {
            return Endpoint.unmapped(InetAddress.getByName("[" + text + "]"));
        } catch (UnknownHostException notLiteral) {
            return null;
        }
    }

    /**
     * Whether the text is safe to hand to the JDK: of hexadecimal digits, colons and dots it reads a literal and never asks a
     * name service. It is laxer than RFC 4291 in two things: groups of more than four digits, and IPv4 tails such as 0001.2.3.4.
     */
    private static boolean literal(String text) {
        var digits = 0;
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c == '.') {
                return dotted(text.substring(text.lastIndexOf(':') + 1)) != null;
            }
            if (c > 0x7f || c != ':' && Character.digit(c, 16) < 0) {
                return false;
            }
            digits = c == ':' ? 0 : digits + 1;
            if (digits > 4) {
                return false;
            }
        }
        return true;
    }

    /** The shortest usual text; an IPv6 address in brackets when asked. */
    public static String text(InetAddress address, boolean bracketed) {
        if (address instanceof Inet4Address) {
            return address.getHostAddress();
        }
        var compressed = compressed(address.getAddress());
        return bracketed ? "[" + compressed + "]" : compressed;
    }

    /** @param bytes 4 or 16, in network order; 16 that mean an IPv4 address become that */
    public static InetAddress of(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new AssertionError("4 or 16 bytes", impossible);
        }
    }

    private static byte @Nullable [] dotted(String text) {
        var bytes = new byte[4];
        var at = 0;
        for (var i = 0; i < 4; i++) {
            var start = at;
            var value = 0;
            while (at < text.length() && at - start < 3 && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                value = value * 10 + text.charAt(at++) - '0';
            }
            var last = i == 3;
            if (at == start || value > 255 || last != (at == text.length()) || !last && text.charAt(at++) != '.') {
                return null;
            }
            bytes[i] = (byte) value;
        }
        return bytes;
    }

    /** RFC 5952 §4: lower case, no leading zeros, the longest run of two or more zero groups as {@code ::}. */
    private static String compressed(byte[] bytes) {
        var bestStart = -1;
        var bestLength = 1;
        for (var i = 0; i < 8; i++) {
            var length = 0;
            while (i + length < 8 && group(bytes, i + length) == 0) {
                length++;
            }
            if (length > bestLength) {
                bestStart = i;
                bestLength = length;
            }
            i += length;
        }
        var text = new StringBuilder(39);
        for (var i = 0; i < 8; i++) {
            if (i == bestStart) {
                text.append("::");
                i += bestLength - 1;
                continue;
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(group(bytes, i)));
        }
        return text.toString();
    }

    private static int group(byte[] bytes, int index) {
        return (bytes[2 * index] & 0xff) << 8 | bytes[2 * index + 1] & 0xff;
    }
}
