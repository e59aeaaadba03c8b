package dev.sallyport.lab.bench;

import static java.util.stream.Collectors.joining;

import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/** The result of a relay benchmark: figures, the machine, the method, and whether the bars were cleared. */
public final class RelayReport implements BenchReport {
    private final Machine machine;
    private final RelaySettings settings;
    private final List<String> variants;
    private final Figures<Measure> figures;

    RelayReport(Machine machine, RelaySettings settings, List<Variant> variants, Figures<Measure> figures) {
        this.machine = machine;
        this.settings = settings;
        this.variants = variants.stream().map(Variant::name).toList();
        this.figures = figures;
    }

    /** Whether every transfer came whole and every session lived. */
    @Override
    public boolean allTransferred() {
        return figures.faults().isEmpty();
    }

    /** A sentence for each bar that was missed or could not be judged. */
    @Override
    public List<String> missedBars() {
        return Arrays.stream(Measure.values())
                .flatMap(measure -> measure.bars.stream()
                        .flatMap(bar -> bar.missed(figures, measure, measure.title, Gateway.NAME).stream()))
                .toList();
    }

    /** A table for people. */
    @Override
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append(method()).append('\n');
        text.append("%-30s".formatted(""));
        variants.forEach(variant -> text.append("%26s".formatted(variant)));
        text.append("%26s%s%n".formatted("sallyport / haproxy", "   bar"));
        for (Measure measure : Measure.values()) {
            text.append("%-30s".formatted(measure.title + ", " + measure.unit));
            for (String variant : variants) {
                text.append("%26s".formatted(figures.of(measure, variant).map(s -> s.text(measure.format)).orElse("-")));
            }
            text.append("%26s".formatted(figures.ratio(measure, Gateway.NAME, Haproxy.NAME).map(s -> s.text("%.2f")).orElse("-")));
            text.append("   ").append(measure.bars.stream()
                    .map(bar -> bar + ": " + bar.text(figures, measure, Gateway.NAME)).collect(joining("; "))).append('\n');
        }
        text.append("%-30s".formatted("failed"));
        variants.forEach(variant -> text.append("%26d".formatted(figures.failed(variant))));
        text.append('\n');
        figures.faults().forEach(fault -> text.append("FAILED ").append(fault).append('\n'));
        return text.toString();
    }

    /** The same for programs: one JSON object. */
    @Override
    public String json() {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("machine", machine);
        report.put("settings", settings);
        Map<String, Object> measures = new LinkedHashMap<>();
        for (Measure measure : Measure.values()) {
            Map<String, Object> byVariant = new LinkedHashMap<>();
            byVariant.put("unit", measure.unit);
            for (String variant : variants) {
                figures.of(measure, variant).ifPresent(s -> byVariant.put(variant, s.statistics()));
                figures.ratio(measure, variant, Haproxy.NAME)
                        .filter(s -> !variant.equals(Haproxy.NAME))
                        .ifPresent(s -> byVariant.put(variant + "/haproxy", s.statistics()));
            }
            byVariant.put("bars", measure.bars.stream().map(bar -> bar.json(figures, measure, Gateway.NAME)).toList());
            measures.put(measure.name().toLowerCase(Locale.ROOT), byVariant);
        }
        report.put("measures", measures);
        Map<String, Long> failed = new LinkedHashMap<>();
        variants.forEach(variant -> failed.put(variant, figures.failed(variant)));
        report.put("failed", failed);
        report.put("faults", figures.faults());
        SimpleModule asText = new SimpleModule()
                .addSerializer(Port.class, ToStringSerializer.instance)
                .addSerializer(PortRange.class, ToStringSerializer.instance)
                .addSerializer(Path.class, ToStringSerializer.instance);
        return JsonMapper.builder().addModule(asText).enable(SerializationFeature.INDENT_OUTPUT).build().writeValueAsString(report);
    }

    private String method() {
        String peer = machine.haproxy() == null
                ? "HAProxy left out (--skip-haproxy): nothing to compare with"
                : "HAProxy " + machine.haproxy() + ", TCP mode, nbthread " + settings.haproxyThreads() + ", no splicing";
        return """
                %s %s, %d cores, %s
                JDK %s; %s
                Loopback; server, client and proxy each in a process of its own; %s in turn, every other round backwards,
                %s%d rounds to warm up and %d measured. no-telemetry is Sallyport that counts nothing and has no session
                log; the other has one and is scraped once in each. After small transfers each proxy is left to come to rest.
                Median (min-max). Ratios are paired by round, then the median taken.
                Download: one file of %,d bytes, from RETR to 226. Small transfers: %d sessions at once, PASV and RETR of %,d bytes \
                for %s s.
                Round trip: %,d times NOOP on one session, all else idle. Idle: VmRSS of a fresh process with %,d logged-in sessions,
                less what it was after the first session, %s s to settle before each reading, no collection forced.
                """.formatted(machine.kernel(), machine.architecture(), machine.cores(), machine.processor(), machine.jdk(), peer,
                String.join(", ", variants), settings.starts() == 1 ? "" : settings.starts() + " starts of all, each with ", settings.warmUps(), settings.rounds(), settings.downloadBytes(), settings.sessions(),
                RelaySettings.SMALL_BYTES, settings.time().toMillis() / 1e3, settings.roundTrips(), settings.idleSessions(),
                settings.settle().toMillis() / 1e3);
    }
}
