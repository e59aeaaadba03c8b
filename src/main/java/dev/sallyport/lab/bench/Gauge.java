package dev.sallyport.lab.bench;

import java.util.List;

/** One thing that a benchmark measures. */
interface Gauge {

    /** With its unit. */
    String title();

    /** Of a value, for people. */
    String format();

    /** What the variant that is judged has to reach. */
    List<Bar> bars();
}
