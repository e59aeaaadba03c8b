package dev.sallyport.lab.bench;

import java.util.List;

/** What the benchmark of replay measures, and which bars replay has to clear. */
enum ReplayMeasure {
    PACKETS("packets/s", "%,.0f", new Bar.AtLeast(10, ReplayBench.TSHARK)),
    CPU("CPU, s", "%.2f"),
    MEMORY("peak memory, MiB", "%,.0f", new Bar.AtMost(512));

    final String title;
    final String format;
    final List<Bar> bars;

    ReplayMeasure(String title, String format, Bar... bars) {
        this.title = title;
        this.format = format;
        this.bars = List.of(bars);
    }
}
