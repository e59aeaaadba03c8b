package dev.sallyport.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeriesTest {
    @Test
    void median_oddAndEvenRounds_middleOrMeanOfBoth() {
        assertThat(new Series(3, 1, 2).median()).isEqualTo(2);
        assertThat(new Series(4, 1, 2, 3).median()).isEqualTo(2.5);
    }

    @Test
    void aFailedRound_isLeftOutOfEveryStatistic() {
        Series series = new Series(5, Double.NaN, 7);
        assertThat(series.median()).isEqualTo(6);
        assertThat(series.min()).isEqualTo(5);
        assertThat(series.max()).isEqualTo(7);
    }

    @Test
    void nothingMeasured_isNotANumber() {
        assertThat(new Series(Double.NaN).median()).isNaN();
        assertThat(new Series().max()).isNaN();
    }

    @Test
    void ratio_isPairedByRound_notTakenOfTheMedians() {
        Series ratio = new Series(10, 100, 30).ratioTo(new Series(10, 50, 60));
        assertThat(ratio).isEqualTo(new Series(1, 2, 0.5));
        assertThat(ratio.median()).isEqualTo(1);
    }

    @Test
    void ratio_roundThatOneSideFailed_isLeftOut() {
        assertThat(new Series(10, Double.NaN).ratioTo(new Series(20, 20)).median()).isEqualTo(0.5);
    }
}
