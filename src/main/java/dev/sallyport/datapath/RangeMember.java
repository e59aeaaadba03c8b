package dev.sallyport.datapath;

import dev.sallyport.session.Input;
import dev.sallyport.session.RangeId;

/** A session that has a passive range. @param own what is kept with it besides */
record RangeMember<T>(RangeId range, PinholeOwner owner, T own) {

    /** Later, on its event loop: what it makes of it may come back here. */
    void tell(Input input) {
        owner.eventLoop().execute(() -> owner.deliver(input));
    }
}
