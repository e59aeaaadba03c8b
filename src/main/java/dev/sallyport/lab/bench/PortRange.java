package dev.sallyport.lab.bench;

import java.util.stream.IntStream;

/** The ports for data connections, written {@code FIRST-LAST}, both included. */
public record PortRange(int first, int last) {

    static final int HIGHEST = 65_535;

    public PortRange {
        if (first < 1 || last > HIGHEST || first > last) {
            throw new IllegalArgumentException("a range of ports is FIRST-LAST within 1-65535, not " + first + "-" + last);
        }
    }

    /** Reads {@code FIRST-LAST}; throws IllegalArgumentException with a sentence for anything else. */
    public static PortRange parse(String text) {
        String[] ends = text.split("-", -1);
        try {
            if (ends.length == 2) {
                return new PortRange(Integer.parseInt(ends[0].strip()), Integer.parseInt(ends[1].strip()));
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a range of ports is FIRST-LAST, such as 22200-22263, not '" + text + "'", e);
        }
        throw new IllegalArgumentException("a range of ports is FIRST-LAST, such as 22200-22263, not '" + text + "'");
    }

    public int size() {
        return last - first + 1;
    }

    public boolean contains(int port) {
        return first <= port && port <= last;
    }

    IntStream ports() {
        return IntStream.rangeClosed(first, last);
    }

    @Override
    public String toString() {
        return first + "-" + last;
    }
}
