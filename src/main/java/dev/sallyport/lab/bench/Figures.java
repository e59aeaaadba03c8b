package dev.sallyport.lab.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was measured, by measure and variant, and every transfer or session that failed. */
final class Figures<M extends Enum<M>> {
    private final Map<M, Map<String, Series>> series;
    private final Map<String, Long> failed = new LinkedHashMap<>();
    private final List<String> faults = new ArrayList<>();

    Figures(Class<M> measures) {
        series = new EnumMap<>(measures);
    }

    void add(M measure, String variant, double value) {
        series.computeIfAbsent(measure, m -> new LinkedHashMap<>())
                .merge(variant, new Series(value), (before, one) -> before.with(value));
    }

    void addFailures(String variant, long count, String why) {
        failed.merge(variant, count, Long::sum);
        faults.add(variant + ": " + why);
    }

    Optional<Series> of(M measure, String variant) {
        return Optional.ofNullable(series.getOrDefault(measure, Map.of()).get(variant));
    }

    /** Ratios to another variant, paired by round; empty when one of them was not measured. */
    Optional<Series> ratio(M measure, String variant, String reference) {
        return of(measure, variant).flatMap(its -> of(measure, reference).map(its::ratioTo));
    }

    long failed(String variant) {
        return failed.getOrDefault(variant, 0L);
    }

    List<String> faults() {
        return List.copyOf(faults);
    }
}
