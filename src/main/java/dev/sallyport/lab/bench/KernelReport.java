package dev.sallyport.lab.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The result of a kernel benchmark: figures, the machine, the method, and whether the bars were cleared. */
public final class KernelReport implements BenchReport {
    private static final String JUDGED = GatewayOnRoute.KERNEL;

    private final Machine machine;
    private final KernelSettings settings;
    private final List<String> variants;
    private final Map<String, String> leftOut;
    private final Figures<KernelMeasure> figures;

    KernelReport(Machine machine, KernelSettings settings, List<String> variants, Map<String, String> leftOut,
            Figures<KernelMeasure> figures) {
        this.machine = machine;
        this.settings = settings;
        this.variants = variants;
        this.leftOut = leftOut;
        this.figures = figures;
    }

    /** Whether all that went through Sallyport came whole; a peer's failures are told and do not fail the run. */
    @Override
    public boolean allTransferred() {
        return figures.failed(GatewayOnRoute.KERNEL) == 0 && figures.failed(GatewayOnRoute.RELAY) == 0;
    }

    /** A sentence for each bar that was missed or could not be judged. */
    @Override
    public List<String> missedBars() {
        List<String> missed = new ArrayList<>();
        for (KernelMeasure measure : KernelMeasure.values()) {
            for (Bar bar : measure.bars) {
                bar.missed(figures, measure, measure.title, JUDGED).ifPresent(missed::add);
            }
        }
        return missed;
    }

    /** A table for people. */
    @Override
    public String text() {
        StringBuilder text = new StringBuilder(method()).append('\n');
        text.append("%-36s".formatted(""));
        variants.forEach(variant -> text.append("%17s".formatted(variant)));
        text.append('\n');
        for (KernelMeasure measure : KernelMeasure.values()) {
            text.append("%-36s".formatted(measure.title));
            variants.forEach(variant -> text.append("%17s".formatted(figures.of(measure, variant)
                    .map(series -> measure.format.formatted(series.median())).orElse("-"))));
            text.append('\n');
        }
        text.append("%-36s".formatted("failed"));
        variants.forEach(variant -> text.append("%17d".formatted(figures.failed(variant))));
        text.append("\n\n");
        for (KernelMeasure measure : KernelMeasure.values()) {
            for (Bar bar : measure.bars) {
                text.append("%-36s%-28s%s%n".formatted(measure.title, bar, bar.text(figures, measure, JUDGED)));
            }
        }
        leftOut.forEach((name, why) -> text.append("left out: ").append(name).append(": ").append(why).append('\n'));
        figures.faults().forEach(fault -> text.append("FAILED ").append(fault).append('\n'));
        return text.toString();
    }

    /** The same for programs: one JSON object. */
    @Override
    public String json() {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("machine", machine);
        report.put("method", method().lines().toList());
        Map<String, Object> measures = new LinkedHashMap<>();
        for (KernelMeasure measure : KernelMeasure.values()) {
            Map<String, Object> byVariant = new LinkedHashMap<>();
            byVariant.put("title", measure.title);
            for (String variant : variants) {
                figures.of(measure, variant).ifPresent(series -> byVariant.put(variant, series.statistics()));
            }
            measures.put(measure.name().toLowerCase(Locale.ROOT), byVariant);
        }
        report.put("measures", measures);
        List<Object> bars = new ArrayList<>();
        for (KernelMeasure measure : KernelMeasure.values()) {
            for (Bar bar : measure.bars) {
                Map<String, Object> judgement = new LinkedHashMap<>();
                judgement.put("measure", measure.name().toLowerCase(Locale.ROOT));
                judgement.putAll(bar.json(figures, measure, JUDGED));
                bars.add(judgement);
            }
        }
        report.put("bars", bars);
        Map<String, Long> failed = new LinkedHashMap<>();
        variants.forEach(variant -> failed.put(variant, figures.failed(variant)));
        report.put("failed", failed);
        report.put("faults", figures.faults());
        report.put("left_out", leftOut);
        return JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build().writeValueAsString(report);
    }

    private String method() {
        return """
                %s %s, %d cores, %s
                JDK %s; HAProxy %s, TCP mode, nbthread %d, no splicing
                One client, one server and a gateway for each variant, all up at once, in network namespaces; %d rounds after %d to warm up,
                the variants in turn within each; medians, and ratios paired by round and then their median.
                Download: %,d bytes, from RETR to 226; CPU: what all processors of the machine worked meanwhile, kernel included.
                Small transfers: PASV and RETR of %,d bytes for %s s. Round trips: %,d times NOOP on one session, all else idle.
                227 held: from the packet that enters the gateway to the packet that leaves it, by a capture there, one client with
                transfers one after another; then with %,d more pinholes in the sets of Sallyport's table.
                """.formatted(machine.kernel(), machine.architecture(), machine.cores(), machine.processor(), machine.jdk(),
                machine.haproxy(), settings.haproxyThreads(), settings.rounds(), settings.warmUps(), settings.downloadBytes(),
                RelaySettings.SMALL_BYTES, settings.time().toMillis() / 1e3, settings.roundTrips(), settings.waitingPinholes());
    }
}
