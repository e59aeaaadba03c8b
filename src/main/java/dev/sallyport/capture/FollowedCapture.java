package dev.sallyport.capture;

import java.io.Closeable;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A capture whose connections are followed by a thread of its own, ahead of who is told of them.
 *
 * <p>Few tales go round: written there, told here. With each comes back what nobody wants to hear more of. As they go round in one order,
 * that takes effect so many batches later, neither sooner nor later: what is told does not depend on which thread is faster.
 */
public final class FollowedCapture implements Closeable {

    private static final int TALES = 4;

    private final DecodedCapture capture;
    private final TcpTracker tracker;
    private final List<Tale> all = Stream.generate(Tale::new).limit(TALES).toList();
    private final Ahead<Tale> tales;
    private @Nullable Tale used;

    /** Begins to follow. @param tracker that nobody else uses until this is closed */
    public FollowedCapture(DecodedCapture capture, TcpTracker tracker) {
        this.capture = capture;
        this.tracker = tracker;
        this.tales = new Ahead<>("capture-follower", all, this::follow);
    }

    private void follow(Ahead<Tale> round) throws CaptureException, InterruptedException {
        for (var batch = capture.next(); batch != null; batch = capture.next()) {
            var tale = round.empty();
            tale.ignore();
            tale.begin(batch);
            tracker.listener.writeTo(tale);
            batch.feed(tracker);
            round.filled(tale);
        }
    }

    /**
     * What there is to tell of the next packets.
     *
     * @return valid until this is called again; null behind the last
     * @throws CaptureException when the file cannot be read further: the packets before this are good
     */
    public @Nullable Tale next() throws CaptureException {
        if (used != null) {
            tales.used(used);
        }
        used = tales.next();
        return used;
    }

    /** Nothing is followed any further. */
    @Override
    public void close() {
        tales.close();
        tracker.listener.writeTo(null);
        all.forEach(Tale::ignore);
    }
}
