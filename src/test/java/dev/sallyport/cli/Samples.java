package dev.sallyport.cli;

import dev.sallyport.net.Host;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a gateway exposes, as Prometheus' text format has it. */
record Samples(List<String> lines) {

    private static final Pattern SAMPLE = Pattern.compile("(\\w+)(\\{.*})? (\\S+)");

    static Samples read(String exposed) {
        return new Samples(exposed.lines().filter(line -> !line.startsWith("#")).toList());
    }

    /** What it exposes now. @param host that it is on; null for this one */
    static Samples ask(@Nullable Host host, String telemetry) throws Exception {
        return read(Prometheus.get(host, telemetry, "/metrics"));
    }

    /** The sum of all series of that name with these labels. @param labels such as {@code outcome="cut"} */
    double sum(String name, String... labels) {
        return series(name, labels).stream().mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    }

    /** Series of that name with these labels. */
    List<String> series(String name, String... labels) {
        return lines.stream().filter(line -> {
            var sample = SAMPLE.matcher(line);
            return sample.matches() && sample.group(1).equals(name)
                    && List.of(labels).stream().allMatch(label -> String.valueOf(sample.group(2)).contains(label));
        }).toList();
    }
}
