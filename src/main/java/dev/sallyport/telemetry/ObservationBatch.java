package dev.sallyport.telemetry;

import dev.sallyport.session.SessionEvent;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What happened, in order. Nothing in it is made for each: it is filled and emptied many thousand times a second. */
final class ObservationBatch {

    /** The most that an event loop leaves behind before it tells all by itself. */
    static final int MOST = 1 << 15;

    /** The most that peers have said in it, in characters: they choose how long it is. */
    static final int MOST_TEXT = 1 << 20;

    ObservationQueue.@Nullable Later[] watches = new ObservationQueue.@Nullable Later[64];
    /** An event, or what a tally is told. */
    @Nullable Object[] what = new @Nullable Object[64];
    /** When, for an event. */
    long[] values = new long[64];
    int size;
    private int text;

    /** @param text how much of it a peer has said */
    void add(ObservationQueue.Later watch, Object happened, long value, int text) {
        if (size == values.length) {
            watches = Arrays.copyOf(watches, 2 * size);
            what = Arrays.copyOf(what, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
        }
        watches[size] = watch;
        what[size] = happened;
        values[size++] = value;
        this.text += text;
    }

    boolean full() {
        return size >= MOST || text >= MOST_TEXT;
    }

    void clear() {
        Arrays.fill(watches, 0, size, null);
        Arrays.fill(what, 0, size, null);
        size = 0;
        text = 0;
    }

    /** How much of an event a peer has said, in characters. */
    static int text(SessionEvent event) {
        return switch (event) {
            case SessionEvent.FaultSeen seen -> seen.detail().length();
            case SessionEvent.RuleDecided decided -> decided.detail().length();
            case SessionEvent.TransferBegan began -> began.argument().length();
            case SessionEvent.LoggedIn login -> login.user().length();
            case SessionEvent.LoginRefused login -> login.user().length();
            default -> 0;
        };
    }
}
