package dev.sallyport.lab.trial;

/**
 * What one packet was, as a trace or a capture tells it.
 *
 * @param sourcePort 0 where it has none
 * @param flags of the TCP header's byte 13; -1 where it is not TCP
 * @param said what else is known of it: a kind of ICMP, a line of FTP; may be empty
 */
public record Packet(String source, int sourcePort, String destination, int destinationPort, int flags, String said) {
    static final int FIN = 1;
    static final int SYN = 2;
    static final int RST = 4;
    static final int ACK = 16;

    private static final int CONTROL = 21;

    boolean tcp() {
        return flags >= 0;
    }

    /** The first of a connection. */
    boolean opens() {
        return tcp() && (flags & (FIN | SYN | RST | ACK)) == SYN;
    }

    /** The first of either direction of a connection. */
    boolean starts() {
        return tcp() && (flags & SYN) != 0;
    }

    boolean resets() {
        return tcp() && (flags & RST) != 0;
    }

    /** One of the last of a connection. */
    boolean ends() {
        return tcp() && (flags & (FIN | RST)) != 0;
    }

    boolean control() {
        return sourcePort == CONTROL || destinationPort == CONTROL;
    }

    /** Whether it answers the other. */
    boolean answers(Packet other) {
        return flow().equals(other.flow().reversed());
    }

    /** Whether it is of the same connection, in the same direction. */
    boolean follows(Packet other) {
        return flow().equals(other.flow());
    }

    Flow flow() {
        return new Flow(source, sourcePort, destination, destinationPort);
    }

    boolean neighbourDiscovery() {
        return said.contains("nd-neighbor") || said.contains("neighbor solicitation") || said.contains("neighbor advertisement");
    }

    @Override
    public String toString() {
        return "%s > %s%s%s".formatted(
                end(source, sourcePort), end(destination, destinationPort), tcp() ? " " + kind() : "", said.isEmpty() ? "" : " " + said);
    }

    private static String end(String address, int port) {
        return port == 0 ? address : (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
    }

    private String kind() {
        StringBuilder kind = new StringBuilder();
        kind.append((flags & SYN) != 0 ? "SYN " : "").append((flags & FIN) != 0 ? "FIN " : "").append((flags & RST) != 0 ? "RST " : "")
                .append((flags & ACK) != 0 ? "ACK" : "");
        return kind.toString().strip();
    }
}
