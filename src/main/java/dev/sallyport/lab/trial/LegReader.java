package dev.sallyport.lab.trial;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what {@code tcpdump -nn} prints of one leg, a line for each packet:
 *
 * <pre>
 * IP 192.0.2.10.59522 &gt; 198.51.100.20.21: Flags [P.], seq 1:17, ack 21, win 63, options […], length 16: FTP: USER anonymous
 * IP6 2001:db8:c::10 &gt; ff02::1:ff00:1: ICMP6, neighbor solicitation, who has 2001:db8:c::1, length 32
 * </pre>
 */
final class LegReader {
    private static final Pattern LINE = Pattern.compile("IP(6?) (\\S+) > (\\S+): (.*)");
    private static final Pattern TCP = Pattern.compile("Flags \\[(\\S*)].*?(?:: FTP: (.*))?");

    private static final Pattern UNSEEN = Pattern.compile("(\\d{1,9}) packets? dropped by (?:kernel|interface)");

    private LegReader() {}

    /** The packet of a line; empty where the line tells of none. */
    static Optional<Packet> packet(String text) {
        Matcher line = LINE.matcher(text);
        return line.matches() ? Optional.of(packet(line.group(2), line.group(3), line.group(4))) : Optional.empty();
    }

    /** How many packets tcpdump says at its end that it did not see; 0 where a line says no such thing. */
    static int unseen(String text) {
        Matcher line = UNSEEN.matcher(text);
        return line.matches() ? Integer.parseInt(line.group(1)) : 0;
    }

    private static Packet packet(String source, String destination, String what) {
        Matcher tcp = TCP.matcher(what);
        if (!tcp.matches()) {
            return new Packet(source, 0, destination, 0, -1, what.replaceAll(", length \\d+$", ""));
        }
        String said = tcp.group(2) == null ? "" : tcp.group(2).strip();
        return new Packet(address(source), port(source), address(destination), port(destination), flags(tcp.group(1)), said);
    }

    private static String address(String end) {
        return end.substring(0, end.lastIndexOf('.'));
    }

    private static int port(String end) {
        return Integer.parseInt(end.substring(end.lastIndexOf('.') + 1));
    }

    private static int flags(String letters) {
        return (letters.contains("F") ? Packet.FIN : 0) | (letters.contains("S") ? Packet.SYN : 0)
                | (letters.contains("R") ? Packet.RST : 0) | (letters.contains(".") ? Packet.ACK : 0);
    }
}
