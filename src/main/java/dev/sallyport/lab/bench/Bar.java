package dev.sallyport.lab.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What a median must reach. */
sealed interface Bar {

    /** The median of the ratios to another variant, paired by round. */
    record AtLeast(double ratio, String peer) implements Bar {
        @Override
        public String toString() {
            return "≥ %.2f × %s".formatted(ratio, peer);
        }
    }

    /** Likewise, where less is better. */
    record AtMostTimes(double ratio, String peer) implements Bar {
        @Override
        public String toString() {
            return "≤ %.2f × %s".formatted(ratio, peer);
        }
    }

    /** The variant's own median. */
    record AtMost(double value) implements Bar {
        @Override
        public String toString() {
            return "≤ %.0f".formatted(value);
        }
    }

    /** What it is about, of one variant; empty when it was not measured. */
    default <M extends Enum<M>> Optional<Double> judged(Figures<M> figures, M measure, String variant) {
        return (switch (this) {
            case AtLeast(_, var peer) -> figures.ratio(measure, variant, peer);
            case AtMostTimes(_, var peer) -> figures.ratio(measure, variant, peer);
            case AtMost _ -> figures.of(measure, variant);
        }).map(Series::median).filter(value -> !value.isNaN());
    }

    /** The judgement for people, without the bar itself. */
    default <M extends Enum<M>> String text(Figures<M> figures, M measure, String variant) {
        return judged(figures, measure, variant)
                .map(value -> "%.2f, ".formatted(value) + (cleared(value) ? "cleared" : "MISSED")).orElse("not measured");
    }

    /** The bar and its judgement for programs: a value and whether that cleared it, unless it was not measured. */
    default <M extends Enum<M>> Map<String, Object> json(Figures<M> figures, M measure, String variant) {
        Map<String, Object> judgement = new LinkedHashMap<>();
        judgement.put("bar", toString());
        judged(figures, measure, variant).ifPresent(value -> {
            judgement.put("value", value);
            judgement.put("cleared", cleared(value));
        });
        return judgement;
    }

    default boolean cleared(double value) {
        return switch (this) {
            case AtLeast(var ratio, _) -> value >= ratio;
            case AtMostTimes(var ratio, _) -> value <= ratio;
            case AtMost(var most) -> value <= most;
        };
    }

    /** A sentence when it was missed or could not be judged; empty when it was cleared. @param title of the measure */
    default <M extends Enum<M>> Optional<String> missed(Figures<M> figures, M measure, String title, String variant) {
        var value = judged(figures, measure, variant);
        return value.filter(this::cleared).isPresent()
                ? Optional.empty()
                : Optional.of(title + " " + this + ": " + value.map("it is %.2f"::formatted).orElse("not measured"));
    }
}
