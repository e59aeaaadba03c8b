package dev.sallyport.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Figures as who asks for them gets them. */
final class Exposed {

    private Exposed() {}

    /** Lines that are no comments. */
    static List<String> samples(Metrics metrics) {
        return text(metrics).lines().filter(line -> !line.startsWith("#")).toList();
    }

    static String text(Metrics metrics) {
        return written(metrics, PrometheusTextFormatWriter.create());
    }

    /** With exemplars. */
    static String openMetrics(Metrics metrics) {
        return written(metrics, OpenMetricsTextFormatWriter.create());
    }

    private static String written(Metrics metrics, ExpositionFormatWriter writer) {
        var out = new ByteArrayOutputStream();
        try {
            writer.write(out, metrics.exposed().scrape(), EscapingScheme.ALLOW_UTF8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return out.toString(UTF_8);
    }
}
