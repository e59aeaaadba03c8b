package dev.sallyport.lab.bench;

/** What the kernel benchmark measures, in which unit, and which bars Sallyport's kernel path has to clear. */
enum KernelMeasure implements Gauge {
    DOWNLOAD("download, MB/s", "%,.0f", new Bar.AtLeast(0.95, WithRules.HELPER)),
    CPU_PER_GIB("CPU for each GiB, s", "%.2f", new Bar.AtMostTimes(1.05, WithRules.HELPER)),
    SMALL_TRANSFERS_1("small transfers, 1 client, 1/s", "%,.0f",
            new Bar.AtLeast(0.9, HaproxyOnRoute.CONTROL), new Bar.AtLeast(2.5, ProftpdModProxy.NAME)),
    SMALL_TRANSFERS_16("small transfers, 16 clients, 1/s", "%,.0f",
            new Bar.AtLeast(0.9, HaproxyOnRoute.CONTROL), new Bar.AtLeast(2.5, ProftpdModProxy.NAME)),
    SMALL_TRANSFERS_128("small transfers, 128 clients, 1/s", "%,.0f",
            new Bar.AtLeast(0.9, HaproxyOnRoute.CONTROL), new Bar.AtLeast(2.5, ProftpdModProxy.NAME)),
    LOGINS("logins, 16 clients, 1/s", "%,.0f", new Bar.AtLeast(0.8, HaproxyOnRoute.CONTROL)),
    ROUND_TRIP_P50("control round trip p50, µs", "%,.0f"),
    ROUND_TRIP_P99("control round trip p99, µs", "%,.0f"),
    REPLY_HELD_P50("227 held p50, µs", "%,.0f"),
    REPLY_HELD_P99("227 held p99, µs", "%,.0f", new Bar.AtMost(100)),
    FULL_REPLY_HELD_P50("227 held p50, pinholes waiting, µs", "%,.0f"),
    FULL_REPLY_HELD_P99("227 held p99, pinholes waiting, µs", "%,.0f", new Bar.AtMost(100));

    private final Shown shown;

    KernelMeasure(String title, String format, Bar... bars) {
        shown = Shown.as(title, format, bars);
    }

    @Override
    public Shown shown() {
        return shown;
    }
}
