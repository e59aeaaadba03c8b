package dev.sallyport.telemetry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.config.ExemplarsProperties;
import io.prometheus.metrics.config.PrometheusProperties;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * The figures of a process: Micrometer's registry for counters, gauges and the JVM, the Prometheus client's own for
 * histograms, which have native buckets and exemplars there. Both are exposed as one.
 *
 * <p>Series are made before anything is counted, one adder for each: what runs for each command looks nothing up.
 */
public final class Metrics implements AutoCloseable {

    private static final int NATIVE_BUCKETS = 160;

    /** Each exemplar that is taken wakes a thread that lets the next one in: who is asked every few seconds needs no more of them. */
    private static final PrometheusProperties SELDOM_EXEMPLARS = PrometheusProperties.builder()
            .exemplarProperties(ExemplarsProperties.builder().sampleIntervalMilliseconds(500).build()).build();

    private final PrometheusRegistry exposed = new PrometheusRegistry();
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, exposed, io.micrometer.core.instrument.Clock.SYSTEM);
    private final Map<Meter, Histogram> histograms = new EnumMap<>(Meter.class);
    /** The registry itself keeps what it asks by weak references. */
    private final List<LongSupplier> kept = new CopyOnWriteArrayList<>();
    private final JvmGcMetrics garbage = new JvmGcMetrics();

    /** Their names break Prometheus' conventions, and nobody asks for them; the time of processors is {@link Meter#PROCESS_CPU}. */
    private static final List<String> LEFT_OUT = List.of("system.cpu.count", "process.cpu.time", "jvm.compilation.time");

    /** @param version of the program */
    public Metrics(String version) {
        LEFT_OUT.forEach(name -> registry.config().meterFilter(MeterFilter.denyNameStartsWith(name)));
        Info.builder().name(Meter.BUILD_INFO.exposed()).help(Meter.BUILD_INFO.help).labelNames(Meter.BUILD_INFO.tagNames())
                .register(exposed).addLabelValues(version);
        for (var binder : List.of(
                new ClassLoaderMetrics(), new JvmMemoryMetrics(), garbage, new JvmThreadMetrics(), new ProcessorMetrics(),
                new UptimeMetrics(), new FileDescriptorMetrics())) {
            binder.bindTo(registry);
        }
        ProcessFigures.expose(exposed);
        for (var meter : Meter.values()) {
            if (meter.kind == Meter.Kind.HISTOGRAM) {
                histograms.put(meter, Histogram.builder(SELDOM_EXEMPLARS)
                        .name(meter.exposed())
                        .help(meter.help)
                        .labelNames(meter.tagNames())
                        .classicUpperBounds(meter.buckets)
                        .nativeMaxNumberOfBuckets(NATIVE_BUCKETS)
                        .register(exposed));
            }
        }
    }

    /**
     * Counts what happens in the sessions of one gateway.
     *
     * @param gateway its name; asked for once for each
     * @param paths who carry its data
     */
    public GatewayMeters of(String gateway, DataPaths paths) {
        return new GatewayMeters(this, gateway, paths);
    }

    /** Exposes what another makes when it is asked. */
    public void expose(MultiCollector collector) {
        exposed.register(collector);
    }

    /** What is exposed, for whoever writes it out. */
    public PrometheusRegistry exposed() {
        return exposed;
    }

    /** A new series. @param values of the meter's tags, in their order */
    public LongAdder counter(Meter meter, String... values) {
        var adder = new LongAdder();
        FunctionCounter.builder(meter.registered(), adder, LongAdder::sum)
                .description(meter.help).tags(tags(meter, values)).register(registry);
        return adder;
    }

    /** A new series of what somebody else counts. @param values of the meter's tags, in their order */
    public void count(Meter meter, LongSupplier counted, String... values) {
        kept.add(counted);
        FunctionCounter.builder(meter.registered(), counted, LongSupplier::getAsLong)
                .description(meter.help).tags(tags(meter, values)).register(registry);
    }

    /** A new series, asked for at each scrape. @param values of the meter's tags, in their order */
    public void gauge(Meter meter, LongSupplier value, String... values) {
        kept.add(value);
        Gauge.builder(meter.registered(), value, LongSupplier::getAsLong)
                .description(meter.help).tags(tags(meter, values)).register(registry);
    }

    /** A new series of a histogram. @param values of the meter's tags, in their order */
    public Distribution distribution(Meter meter, String... values) {
        var histogram = histograms.get(meter);
        if (histogram == null) {
            throw new IllegalArgumentException(meter + " is no histogram");
        }
        return new Distribution(histogram.labelValues(values));
    }

    private static Tags tags(Meter meter, String... values) {
        if (values.length != meter.tags.size()) {
            throw new IllegalArgumentException(meter + " has the tags " + meter.tags);
        }
        var tags = Tags.empty();
        for (var i = 0; i < values.length; i++) {
            tags = tags.and(meter.tags.get(i).text(), values[i]);
        }
        return tags;
    }

    @Override
    public void close() {
        garbage.close();
        registry.close();
    }
}
