package dev.sallyport.lab.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The result of a benchmark of Sallyport and its peers: figures, the machine, the method, and whether the bars were cleared.
 *
 * @param method how it was measured, for people, lines that end
 * @param measures what was measured
 * @param variants those that were measured, in order
 * @param leftOut those that were not, and why
 * @param ours variants that are Sallyport; the first is judged
 */
record PeerReport<M extends Enum<M> & Gauge>(
        Machine machine, String method, List<M> measures, List<String> variants, Map<String, String> leftOut, Figures<M> figures,
        List<String> ours) implements BenchReport {

    /** Whether all that went through Sallyport came whole; a peer's failures are told and do not fail the run. */
    @Override
    public boolean allTransferred() {
        return ours.stream().allMatch(variant -> figures.failed(variant) == 0);
    }

    private String judged() {
        return ours.getFirst();
    }

    /** A sentence for each bar that was missed or could not be judged. */
    @Override
    public List<String> missedBars() {
        List<String> missed = new ArrayList<>();
        for (M measure : this.measures) {
            for (Bar bar : measure.bars()) {
                bar.missed(figures, measure, measure.title(), judged()).ifPresent(missed::add);
            }
        }
        return missed;
    }

    /** A table for people. */
    @Override
    public String text() {
        StringBuilder text = new StringBuilder(method).append('\n');
        text.append("%-36s".formatted(""));
        variants.forEach(variant -> text.append("%17s".formatted(variant)));
        text.append('\n');
        for (M measure : this.measures) {
            text.append("%-36s".formatted(measure.title()));
            variants.forEach(variant -> text.append("%17s".formatted(figures.of(measure, variant)
                    .map(series -> measure.format().formatted(series.median())).orElse("-"))));
            text.append('\n');
        }
        text.append("%-36s".formatted("failed"));
        variants.forEach(variant -> text.append("%17d".formatted(figures.failed(variant))));
        text.append("\n\n");
        for (M measure : this.measures) {
            for (Bar bar : measure.bars()) {
                text.append("%-36s%-28s%s%n".formatted(measure.title(), bar, bar.text(figures, measure, judged())));
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
        report.put("method", method.lines().toList());
        Map<String, Object> measures = new LinkedHashMap<>();
        for (M measure : this.measures) {
            Map<String, Object> byVariant = new LinkedHashMap<>();
            byVariant.put("title", measure.title());
            for (String variant : variants) {
                figures.of(measure, variant).ifPresent(series -> byVariant.put(variant, series.statistics()));
            }
            measures.put(measure.name().toLowerCase(Locale.ROOT), byVariant);
        }
        report.put("measures", measures);
        List<Object> bars = new ArrayList<>();
        for (M measure : this.measures) {
            for (Bar bar : measure.bars()) {
                Map<String, Object> judgement = new LinkedHashMap<>();
                judgement.put("measure", measure.name().toLowerCase(Locale.ROOT));
                judgement.putAll(bar.json(figures, measure, judged()));
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
}
