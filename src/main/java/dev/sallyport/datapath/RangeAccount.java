package dev.sallyport.datapath;

import dev.sallyport.session.Input;
import dev.sallyport.session.Moved;
import dev.sallyport.session.RangeId;
import org.jspecify.annotations.Nullable;

/**
 * What goes through one passive range, and who is told. No connection tells whose it is, so one session is told of all: the first of
 * those that have the range. When it leaves the next is, and the last one until nothing stands any more.
 *
 * <p>Thread-safe.
 */
public final class RangeAccount {

    private @Nullable RangeMember<?> told;
    private int standing;
    private Moved moved = Moved.NOTHING;
    private int came;
    /** How many more stand than was told. */
    private int more;
    /** Whether nobody follows. */
    private boolean last;

    /** A session's range, which is told from now on; that of the session before has ended. */
    synchronized void follow(RangeMember<?> member) {
        more -= standing;
        tell();
        end();
        more = standing;
        told = member;
        tell();
    }

    /** Whether this one is told. */
    synchronized boolean tells(RangeId range) {
        return told != null && told.range().equals(range);
    }

    /** The last session has left, and no more connections come: it is told the end as soon as nothing stands. */
    public synchronized void leave() {
        last = true;
        settle();
    }

    public synchronized int standing() {
        return standing;
    }

    /** A connection has come. */
    public synchronized void began() {
        came++;
        more++;
        standing++;
    }

    /** One that had come has ended. */
    public synchronized void over() {
        more--;
        standing--;
    }

    public synchronized void moved(Moved news) {
        moved = moved.plus(news);
    }

    /** Tells what is new. */
    public synchronized void settle() {
        tell();
        if (last && standing == 0) {
            end();
        }
    }

    private void tell() {
        if (told != null && (came > 0 || more != 0 || !moved.equals(Moved.NOTHING))) {
            told.tell(new Input.RangeMoved(told.range(), moved, came, more));
            moved = Moved.NOTHING;
            came = 0;
            more = 0;
        }
    }

    private void end() {
        if (told != null) {
            told.tell(new Input.RangeEnded(told.range()));
            told = null;
        }
    }
}
