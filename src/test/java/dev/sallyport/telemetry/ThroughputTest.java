package dev.sallyport.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.session.Moved;
import dev.sallyport.telemetry.Throughput.Second;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What each second has moved, told from what all have moved so far. */
class ThroughputTest {

    private Moved moved = Moved.NOTHING;
    private final Throughput throughput = new Throughput(() -> moved);

    @Test
    void second_isWhatIsNewInIt() {
        moved = new Moved(100, 7);
        assertThat(throughput.pass(1)).isEqualTo(new Second(100, 7));
        moved = new Moved(150, 7);
        assertThat(throughput.pass(1)).isEqualTo(new Second(50, 0));
        assertThat(throughput.pass(1)).isEqualTo(new Second(0, 0));
        assertThat(throughput.history()).isEqualTo(new Throughput.History(List.of(100L, 50L, 0L), List.of(7L, 0L, 0L)));
    }

    @Test
    void seconds_thatPassTogether_shareWhatIsNew_andLoseNothing() {
        moved = new Moved(10, 1);
        assertThat(throughput.pass(4)).isEqualTo(new Second(3, 1));
        assertThat(throughput.history().toClient()).hasSize(4).satisfies(
                seconds -> assertThat(seconds.stream().mapToLong(Long::longValue).sum()).isEqualTo(10));
    }

    @Test
    void history_keepsTheLast() {
        for (var second = 1; second <= Throughput.SECONDS + 5; second++) {
            moved = moved.plus(new Moved(second, 0));
            throughput.pass(1);
        }
        assertThat(throughput.history().toClient()).hasSize(Throughput.SECONDS).startsWith(6L).endsWith(Throughput.SECONDS + 5L);
    }
}
