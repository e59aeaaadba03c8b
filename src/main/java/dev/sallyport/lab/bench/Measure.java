package dev.sallyport.lab.bench;

import java.util.List;

/** What the benchmark measures, in which unit, and which bars Sallyport has to clear. */
enum Measure {
    DOWNLOAD("download", "MB/s", "%,.0f", new Bar.AtLeast(0.9, Haproxy.NAME)),
    SMALL_TRANSFERS("small transfers", "1/s", "%,.0f", new Bar.AtLeast(0.8, Haproxy.NAME), new Bar.AtLeast(0.97, Gateway.UNCOUNTED)),
    CONTROL_ROUND_TRIP_P50("control round trip p50", "µs", "%,.1f"),
    CONTROL_ROUND_TRIP_P99("control round trip p99", "µs", "%,.1f"),
    RESIDENT_PER_IDLE_SESSION("resident per idle session", "KiB", "%,.2f", new Bar.AtMost(16));

    final String title;
    final String unit;
    final String format;
    final List<Bar> bars;

    Measure(String title, String unit, String format, Bar... bars) {
        this.title = title;
        this.unit = unit;
        this.format = format;
        this.bars = List.of(bars);
    }
}
