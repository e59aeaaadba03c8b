package dev.sallyport.datapath;

import dev.sallyport.session.Input;
import dev.sallyport.session.Moved;
import dev.sallyport.session.RangeId;
import org.jspecify.annotations.Nullable;

/**
 * What goes through one passive range, and who is told. No connection tells whose it is, so one session is told of all: the first of
 * those that have the range. When it leaves the next is, and the last one until nothing stands any more.
 *
 * <p>Not thread-safe. Owners are told later, on their event loops: what they make of it may come back here.
 */
public final class RangeAccount {

    private record Told(RangeId range, PinholeOwner owner) {
        void deliver(Input input) {
            owner.eventLoop().execute(() -> owner.deliver(input));
        }
    }

    private @Nullable Told told;
    private int standing;
    private Moved moved = Moved.NOTHING;
    private int came;
    /** How many more stand than was told. */
    private int more;
    /** Whether nobody follows. */
    private boolean last;

    /** A session's range, which is told from now on; that of the session before has ended. */
    public void follow(RangeId range, PinholeOwner owner) {
        more -= standing;
        tell();
        end();
        more = standing;
        told = new Told(range, owner);
        tell();
    }

    /** Whether this one is told. */
    public boolean tells(RangeId range) {
        return told != null && told.range.equals(range);
    }

    /** The last session leaves. {@link #settle} tells it the end when nothing stands any more. */
    public void leave() {
        last = true;
    }

    public int standing() {
        return standing;
    }

    /** A connection has come. */
    public void began() {
        came++;
        more++;
        standing++;
    }

    /** One that had come has ended. */
    public void over() {
        more--;
        standing--;
    }

    public void moved(Moved news) {
        moved = moved.plus(news);
    }

    /** Tells what is new. */
    public void settle() {
        tell();
        if (last && standing == 0) {
            end();
        }
    }

    private void tell() {
        if (told != null && (came > 0 || more != 0 || !moved.equals(Moved.NOTHING))) {
            told.deliver(new Input.RangeMoved(told.range, moved, came, more));
            moved = Moved.NOTHING;
            came = 0;
            more = 0;
        }
    }

    private void end() {
        if (told != null) {
            told.deliver(new Input.RangeEnded(told.range));
            told = null;
        }
    }
}
