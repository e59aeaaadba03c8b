package dev.sallyport.lab.bench;

import org.jspecify.annotations.Nullable;

/** What the benchmark measures, in which unit, and which bar Sallyport has to clear. */
enum Measure {
    DOWNLOAD("download", "MB/s", "%,.0f", new Bar.RatioAtLeast(0.9)),
    SMALL_TRANSFERS("small transfers", "1/s", "%,.0f", new Bar.RatioAtLeast(0.8)),
    CONTROL_ROUND_TRIP_P50("control round trip p50", "µs", "%,.1f", null),
    CONTROL_ROUND_TRIP_P99("control round trip p99", "µs", "%,.1f", null),
    RESIDENT_PER_IDLE_SESSION("resident per idle session", "KiB", "%,.2f", new Bar.AtMost(16));

    final String title;
    final String unit;
    final String format;
    final @Nullable Bar bar;

    Measure(String title, String unit, String format, @Nullable Bar bar) {
        this.title = title;
        this.unit = unit;
        this.format = format;
        this.bar = bar;
    }

    /** What a median must reach. */
    sealed interface Bar {

        /** The median of Sallyport's ratios to HAProxy, paired by round. */
        record RatioAtLeast(double ratio) implements Bar {
            @Override
            public String toString() {
                return "≥ %.2f × haproxy".formatted(ratio);
            }
        }

        /** Sallyport's own median. */
        record AtMost(double value) implements Bar {
            @Override
            public String toString() {
                return "≤ %.0f".formatted(value);
            }
        }
    }
}
