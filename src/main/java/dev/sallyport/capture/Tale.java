package dev.sallyport.capture;

import java.util.ArrayList;
import java.util.List;

/** What there is to tell of the packets of one batch. */
public final class Tale {

    private final List<Told> told = new ArrayList<>();
    private final List<TcpConnection> ignored = new ArrayList<>();
    private final PacketCounts counts = new PacketCounts();

    Tale() {}

    /** Of another batch from now on. */
    void begin(Batch batch) {
        told.clear();
        counts.take(batch.counts);
    }

    void add(Told next) {
        told.add(next);
    }

    /** What nobody wanted to hear more of when it was told is followed no more. */
    void ignore() {
        ignored.forEach(TcpConnection::stop);
        ignored.clear();
    }

    /** Tells it. @param listener the one that its tracker is for */
    public void tell(TcpListener listener) {
        for (var next : told) {
            next.tell(listener, ignored::add);
        }
    }

    /** What the packets of the batch are. */
    public PacketCounts counts() {
        return counts;
    }
}
