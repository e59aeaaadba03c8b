package dev.sallyport.admin.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.config.PrometheusProperties;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Metrics in the format that the one who asks prefers: OpenMetrics, Prometheus' text, or its protocol buffers. */
final class Exposition {

    private final PrometheusRegistry registry;
    private final ExpositionFormats formats = ExpositionFormats.init(PrometheusProperties.get().getExporterProperties());

    Exposition(PrometheusRegistry registry) {
        this.registry = registry;
    }

    /** @param accept the header of that name; null when there was none */
    Reply in(@Nullable String accept) {
        var writer = formats.findWriter(accept);
        var body = new ByteArrayOutputStream(1 << 16);
        try {
            writer.write(body, registry.scrape(), EscapingScheme.fromAcceptHeader(accept));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return Reply.file(writer.getContentType(), body.toByteArray()).with(HttpHeaderNames.VARY.toString(), "accept");
    }
}
