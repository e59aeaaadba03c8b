package dev.sallyport.lab.bench;

/** What the benchmark of FTPS measures, in which unit, and which bars Sallyport has to clear. */
enum FtpsMeasure implements Gauge {
    DOWNLOAD("download, MB/s", "%,.0f", new Bar.AtLeast(2, ProftpdModProxy.NAME), new Bar.AtLeast(0.8, Haproxy.NAME)),
    CPU_PER_GIB("CPU for each GiB, s", "%.2f"),
    PROXY_CPU_PER_GIB("of it the proxy's, s", "%.2f"),
    SMALL_TRANSFERS("small transfers, 1/s", "%,.0f", new Bar.AtLeast(2, ProftpdModProxy.NAME), new Bar.AtLeast(0.8, Haproxy.NAME)),
    CPU_PER_TRANSFER("CPU for each small transfer, µs", "%,.0f"),
    PROXY_CPU_PER_TRANSFER("of it the proxy's, µs", "%,.0f"),
    RESUMED_WITH_CLIENT("data resumed, client's leg, %", "%.0f"),
    RESUMED_WITH_SERVER("data resumed, server's leg, %", "%.0f"),
    ROUND_TRIP_P50("control round trip p50, µs", "%,.0f"),
    ROUND_TRIP_P99("control round trip p99, µs", "%,.0f");

    private final Shown shown;

    FtpsMeasure(String title, String format, Bar... bars) {
        shown = Shown.as(title, format, bars);
    }

    @Override
    public Shown shown() {
        return shown;
    }
}
