package dev.sallyport.lab.bench;

import dev.sallyport.lab.bench.traffic.GeneratedCapture;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The result of a benchmark of replay: figures, the machine, the method, and whether the bars were cleared. */
public final class ReplayReport implements BenchReport {

    private final Machine machine;
    private final String tshark;
    private final ReplaySettings settings;
    private final GeneratedCapture capture;
    private final Figures<ReplayMeasure> figures;

    ReplayReport(
            Machine machine, String tshark, ReplaySettings settings, GeneratedCapture capture, Figures<ReplayMeasure> figures) {
        this.machine = machine;
        this.tshark = tshark;
        this.settings = settings;
        this.capture = capture;
        this.figures = figures;
    }

    @Override
    public boolean allTransferred() {
        return figures.failed(ReplayBench.REPLAY) == 0;
    }

    @Override
    public List<String> missedBars() {
        List<String> missed = new ArrayList<>();
        for (ReplayMeasure measure : ReplayMeasure.values()) {
            for (Bar bar : measure.bars) {
                bar.missed(figures, measure, measure.title, ReplayBench.REPLAY).ifPresent(missed::add);
            }
        }
        return missed;
    }

    @Override
    public String text() {
        StringBuilder text = new StringBuilder(method()).append('\n');
        text.append("%-20s".formatted(""));
        ReplayBench.VARIANTS.forEach(variant -> text.append("%34s".formatted(variant)));
        text.append("%26s%n".formatted("sallyport / tshark"));
        for (ReplayMeasure measure : ReplayMeasure.values()) {
            text.append("%-20s".formatted(measure.title));
            ReplayBench.VARIANTS.forEach(variant -> text.append("%34s".formatted(
                    figures.of(measure, variant).map(series -> series.text(measure.format)).orElse("-"))));
            text.append("%26s".formatted(figures.ratio(measure, ReplayBench.REPLAY, ReplayBench.TSHARK)
                    .map(series -> series.text("%.2f")).orElse("-")));
            measure.bars.forEach(bar -> text.append("   ").append(bar).append(": ")
                    .append(bar.text(figures, measure, ReplayBench.REPLAY)));
            text.append('\n');
        }
        figures.faults().forEach(fault -> text.append("FAILED ").append(fault).append('\n'));
        return text.toString();
    }

    @Override
    public String json() {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("machine", machine);
        report.put("method", method().lines().toList());
        report.put("capture", capture);
        Map<String, Object> measures = new LinkedHashMap<>();
        for (ReplayMeasure measure : ReplayMeasure.values()) {
            Map<String, Object> figure = new LinkedHashMap<>();
            figure.put("title", measure.title);
            for (String variant : ReplayBench.VARIANTS) {
                figures.of(measure, variant).ifPresent(series -> figure.put(variant, series.statistics()));
            }
            figures.ratio(measure, ReplayBench.REPLAY, ReplayBench.TSHARK)
                    .ifPresent(series -> figure.put("sallyport/tshark", series.statistics()));
            figure.put("bars", measure.bars.stream().map(bar -> bar.json(figures, measure, ReplayBench.REPLAY)).toList());
            measures.put(measure.name().toLowerCase(Locale.ROOT), figure);
        }
        report.put("measures", measures);
        report.put("faults", figures.faults());
        return JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build().writeValueAsString(report);
    }

    private String method() {
        return """
                %s %s, %d cores, %s
                JDK %s; tshark %s
                A capture of %,d packets, %,d bytes, %,d FTP sessions with %,d transfers among TLS and datagrams, written just before and
                so in memory; replay and tshark (-n -q -z conv,tcp, FTP decoded) in turn, %d rounds, every other backwards, each a
                process of its own from its start to its end. CPU and peak memory as GNU time tells them. Median (min-max); ratios are
                paired by round, then the median taken.
                """.formatted(machine.kernel(), machine.architecture(), machine.cores(), machine.processor(), machine.jdk(), tshark,
                capture.packets(), capture.bytes(), capture.sessions(), capture.transfers(), settings.rounds());
    }
}
