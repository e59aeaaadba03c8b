package dev.sallyport.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpinTest {

    private final Spin spin = new Spin();

    @Test
    void look_whileWorkIsRare_isNotTried() {
        assertThat(tries(100, 1_000_000)).isZero();
    }

    @Test
    void look_thatFinds_isTriedAgain() {
        tries(1, 50_000);
        assertThat(tries(100, 1_000)).isEqualTo(100);
    }

    @Test
    void look_inVain_isTriedMoreAndMoreRarely() {
        tries(1, 50_000);
        assertThat(tries(1_000, 50_000)).isBetween(10, 25);
        assertThat(tries(64, 1_000)).as("until one finds").isGreaterThanOrEqualTo(1);
        assertThat(tries(100, 1_000)).isEqualTo(100);
    }

    /** @return how often it was tried while each work came {@code gapNanos} after the one before */
    private int tries(int rounds, long gapNanos) {
        return IntStream.range(0, rounds).map(round -> {
            long looking = spin.nanos();
            spin.came(looking, gapNanos);
            return looking > 0 ? 1 : 0;
        }).sum();
    }
}
