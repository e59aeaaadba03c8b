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

    /** @param exemplar see {@link #exemplar} */
    void seconds(long nanos, Labels exemplar) {
        series.observeWithExemplar(nanos / NANOS, exemplar);
    }

    /** @param exemplar see {@link #exemplar} */
    void value(double value, Labels exemplar) {
        series.observeWithExemplar(value, exemplar);
    }

    /**
     * The session that a value was: who sees an outlier finds it. Made once for a session, since of the many that are given with values
     * few are kept.
     */
    static Labels exemplar(SessionId session) {
        return Labels.of("session_id", session.toString());
    }
}
