package dev.sallyport.lab.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * One figure of one variant, a value for each round in order; NaN where a round failed.
 *
 * <p>Medians, since a neighbour on the machine disturbs a round, not all of them; ratios by round and then their median, since whatever
 * slows one round slows both of its sides.
 */
record Series(double... rounds) {

    double median() {
        double[] sorted = valid().sorted().toArray();
        int n = sorted.length;
        return n == 0 ? Double.NaN : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }

    double min() {
        return valid().min().orElse(Double.NaN);
    }

    double max() {
        return valid().max().orElse(Double.NaN);
    }

    /** This divided by the other, round by round. */
    Series ratioTo(Series other) {
        double[] ratios = new double[Math.min(rounds.length, other.rounds.length)];
        Arrays.setAll(ratios, i -> rounds[i] / other.rounds[i]);
        return new Series(ratios);
    }

    Series with(double value) {
        double[] more = Arrays.copyOf(rounds, rounds.length + 1);
        more[rounds.length] = value;
        return new Series(more);
    }

    /** Median and range in this format, for people. */
    String text(String format) {
        return (format + " (" + format + "-" + format + ")").formatted(median(), min(), max());
    }

    /** The same for programs, with every round. */
    Map<String, Object> statistics() {
        Map<String, Object> statistics = new LinkedHashMap<>();
        statistics.put("median", median());
        statistics.put("min", min());
        statistics.put("max", max());
        statistics.put("rounds", rounds);
        return statistics;
    }

    private DoubleStream valid() {
        return Arrays.stream(rounds).filter(value -> !Double.isNaN(value));
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Series other && Arrays.equals(rounds, other.rounds);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(rounds);
    }

    @Override
    public String toString() {
        return Arrays.toString(rounds);
    }
}
