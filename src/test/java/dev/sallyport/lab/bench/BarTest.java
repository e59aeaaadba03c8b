package dev.sallyport.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import org.junit.jupiter.api.Test;

class BarTest {

    private static final Bar BAR = new Bar.AtLeast(0.9, "peer");

    private final Figures<Measure> figures = new Figures<>(Measure.class);

    @Test
    void bar_thatWasCleared_isToldWithItsValue() {
        measured(19, 20);
        assertThat(BAR.text(figures, Measure.DOWNLOAD, "own")).isEqualTo("0.95, cleared");
        assertThat(BAR.json(figures, Measure.DOWNLOAD, "own")).containsExactly(
                entry("bar", "≥ 0.90 × peer"), entry("value", 0.95), entry("cleared", true));
        assertThat(BAR.missed(figures, Measure.DOWNLOAD, "download", "own")).isEmpty();
    }

    @Test
    void bar_thatWasMissed_isToldWithItsValue() {
        measured(10, 20);
        assertThat(BAR.text(figures, Measure.DOWNLOAD, "own")).isEqualTo("0.50, MISSED");
        assertThat(BAR.json(figures, Measure.DOWNLOAD, "own")).containsExactly(
                entry("bar", "≥ 0.90 × peer"), entry("value", 0.5), entry("cleared", false));
        assertThat(BAR.missed(figures, Measure.DOWNLOAD, "download", "own")).hasValue("download ≥ 0.90 × peer: it is 0.50");
    }

    @Test
    void bar_ofWhatWasNotMeasured_isNoneThatWasMissedNorCleared() {
        measured(Double.NaN, 20);
        assertThat(BAR.text(figures, Measure.DOWNLOAD, "own")).isEqualTo("not measured");
        assertThat(BAR.json(figures, Measure.DOWNLOAD, "own")).containsExactly(entry("bar", "≥ 0.90 × peer"));
        assertThat(BAR.missed(figures, Measure.DOWNLOAD, "download", "own")).hasValue("download ≥ 0.90 × peer: not measured");
    }

    private void measured(double own, double peer) {
        figures.add(Measure.DOWNLOAD, "own", own);
        figures.add(Measure.DOWNLOAD, "peer", peer);
    }
}
