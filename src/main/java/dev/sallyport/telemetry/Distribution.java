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
        seconds(nanos, exemplar(session));
    }

    /** For what comes too often to write the session's id each time. @param exemplar see {@link #exemplar} */
    void seconds(long nanos, Labels exemplar) {
        series.observeWithExemplar(nanos / NANOS, exemplar);
    }

    void value(double value, SessionId session) {
        series.observeWithExemplar(value, exemplar(session));
    }

    static Labels exemplar(SessionId session) {
        return Labels.of("session_id", session.toString());
    }
}
