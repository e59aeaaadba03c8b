package dev.sallyport.telemetry;

import dev.sallyport.session.SessionId;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.model.snapshots.Labels;

/** One series of a histogram. */
public final class Distribution {

    private static final double NANOS = 1e9;

    private final DistributionDataPoint series;

    Distribution(DistributionDataPoint series) {
        this.series = series;
    }

    public void seconds(long nanos) {
        series.observe(nanos / NANOS);
    }

    public void value(double value) {
        series.observe(value);
    }

    /** With the session as an exemplar: who sees an outlier finds the session that it was. */
    void seconds(long nanos, SessionId session) {
        value(nanos / NANOS, session);
    }

    void value(double value, SessionId session) {
        series.observeWithExemplar(value, Labels.of("session_id", session.toString()));
    }
}
