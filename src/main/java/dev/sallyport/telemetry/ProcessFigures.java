package dev.sallyport.telemetry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.management.OperatingSystemMXBean;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * What the process takes of its machine, by the names that Prometheus asks of all its clients and that dashboards of others
 * expect. Micrometer has the first by a name of its own and in nanoseconds, and the second not at all.
 */
final class ProcessFigures {

    private static final Path STATUS = Path.of("/proc/self/status");
    /** {@code VmRSS: 123456 kB}, proc_pid_status(5). */
    private static final Pattern RESIDENT = Pattern.compile("^VmRSS:\\s+(\\d+) kB$", Pattern.MULTILINE);
    private static final int KIB = 1024;
    private static final double NANOS = 1e9;

    private ProcessFigures() {}

    /** What cannot be known has no series. */
    static void expose(PrometheusRegistry exposed) {
        CounterWithCallback.builder().name(Meter.PROCESS_CPU.exposed()).help(Meter.PROCESS_CPU.help)
                .callback(series -> cpuNanos().ifPresent(nanos -> series.call(nanos / NANOS)))
                .register(exposed);
        GaugeWithCallback.builder().name(Meter.PROCESS_RESIDENT.exposed()).help(Meter.PROCESS_RESIDENT.help)
                .callback(series -> residentBytes().ifPresent(bytes -> series.call(bytes)))
                .register(exposed);
    }

    private static OptionalLong cpuNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system && system.getProcessCpuTime() >= 0
                ? OptionalLong.of(system.getProcessCpuTime())
                : OptionalLong.empty();
    }

    private static OptionalLong residentBytes() {
        try {
            var found = RESIDENT.matcher(Files.readString(STATUS, ISO_8859_1));
            return found.find() ? OptionalLong.of(Long.parseLong(found.group(1)) * KIB) : OptionalLong.empty();
        } catch (IOException unknown) {
            return OptionalLong.empty();
        }
    }
}
