package dev.sallyport.ftp;

/**
 * An inclusive range of ports.
 *
 * @param first the lowest port
 * @param last the highest port, not below the first
 */
public record PortRange(Port first, Port last) {

    /** @throws IllegalArgumentException when the range is upside down */
    public PortRange {
        if (first.compareTo(last) > 0) {
            throw new IllegalArgumentException("a port range goes upwards, not from " + first + " to " + last);
        }
    }

    /**
     * Reads {@code 2122} or {@code 2122-2129}.
     *
     * @throws IllegalArgumentException when the text is neither; the message says what is allowed
     */
    public static PortRange parse(String text) {
        var dash = text.indexOf('-');
        try {
            var first = Integer.parseInt(dash < 0 ? text.strip() : text.substring(0, dash).strip());
            var last = dash < 0 ? first : Integer.parseInt(text.substring(dash + 1).strip());
            return new PortRange(new Port(first), new Port(last));
        } catch (NumberFormatException notNumbers) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a port range; write one port or two with a dash, such as 2122-2129", notNumbers);
        }
    }

    /** How many ports the range holds, 1 to 65535. */
    public int size() {
        return last.number() - first.number() + 1;
    }

    /** The port at an offset from the first, 0 to {@code size() - 1}. */
    public Port at(int offset) {
        return new Port(first.number() + offset);
    }

    /** Whether the port is in the range. */
    public boolean contains(Port port) {
        return first.compareTo(port) <= 0 && port.compareTo(last) <= 0;
    }

    @Override
    public String toString() {
        return first.equals(last) ? first.toString() : first + "-" + last;
    }
}
