package dev.sallyport.lab.bench;

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
