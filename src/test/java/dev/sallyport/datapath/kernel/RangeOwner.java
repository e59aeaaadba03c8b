package dev.sallyport.datapath.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.PinholeOwner;
import dev.sallyport.session.Input;
import dev.sallyport.session.Moved;
import dev.sallyport.session.RangeId;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Who asks for ranges in a session's place. */
final class RangeOwner implements PinholeOwner {

    private final EventLoop loop;
    /** But for what is told of the data itself. */
    final BlockingQueue<Input> told = new LinkedBlockingQueue<>();

    private final ConcurrentLinkedQueue<Input.RangeMoved> moved = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<RangeId> ended = new ConcurrentLinkedQueue<>();

    RangeOwner(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public EventLoop eventLoop() {
        return loop;
    }

    @Override
    public void deliver(Input input) {
        switch (input) {
            case Input.RangeMoved more -> moved.add(more);
            case Input.RangeEnded(var id) -> ended.add(id);
            default -> told.add(input);
        }
    }

    Input next() throws InterruptedException {
        return Objects.requireNonNull(told.poll(5, TimeUnit.SECONDS), "nothing was told");
    }

    /** Of all that it was told of data: bytes, connections that came, and those that stand. */
    Input.RangeMoved sum(RangeId id) {
        return moved.stream().filter(more -> more.range().equals(id)).reduce(
                new Input.RangeMoved(id, Moved.NOTHING, 0, 0), (one, other) -> new Input.RangeMoved(
                        id, one.moved().plus(other.moved()), one.came() + other.came(), one.standing() + other.standing()));
    }

    List<RangeId> ended() {
        return List.copyOf(ended);
    }

    void awaitEnd(RangeId id) {
        await().untilAsserted(() -> assertThat(ended()).containsExactly(id));
    }
}
