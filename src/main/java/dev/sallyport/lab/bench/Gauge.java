package dev.sallyport.lab.bench;

import java.util.List;

/** One thing that a benchmark measures. */
interface Gauge {

    /**
     * What is told of it.
     *
     * @param title with its unit
     * @param format of a value, for people
     * @param bars what the variant that is judged has to reach
     */
    record Shown(String title, String format, List<Bar> bars) {
        static Shown as(String title, String format, Bar... bars) {
            return new Shown(title, format, List.of(bars));
        }
    }

    Shown shown();

    default String title() {
        return shown().title();
    }

    default String format() {
        return shown().format();
    }

    default List<Bar> bars() {
        return shown().bars();
    }
}
