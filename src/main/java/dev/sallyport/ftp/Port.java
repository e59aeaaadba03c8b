package dev.sallyport.ftp;

/**
 * A TCP port that can be connected to.
 *
 * @param number 1 to 65535
 */
public record Port(int number) implements Comparable<Port> {

    /** The highest port number of TCP (RFC 9293 §3.1: sixteen bits). */
    public static final int HIGHEST = 65_535;

    /** Ports below this one belong to well-known services (RFC 2577 §3 advises never to let PORT name one). */
    public static final int FIRST_UNPRIVILEGED = 1024;

    /** @throws IllegalArgumentException when the number is out of range */
    public Port {
        if (!valid(number)) {
            throw new IllegalArgumentException("a port is 1 to 65535, not " + number);
        }
    }

    /** Whether the number can be a port. */
    public static boolean valid(int number) {
        return number >= 1 && number <= HIGHEST;
    }

    /** Whether the port belongs to a well-known service. */
    public boolean privileged() {
        return number < FIRST_UNPRIVILEGED;
    }

    @Override
    public int compareTo(Port other) {
        return Integer.compare(number, other.number);
    }

    @Override
    public String toString() {
        return Integer.toString(number);
    }
}
