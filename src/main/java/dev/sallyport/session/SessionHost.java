package dev.sallyport.session;

import dev.sallyport.rules.OwnAddresses;
import dev.sallyport.rules.WallClock;
import dev.sallyport.rules.limit.Limits;

/**
 * What sessions share with each other, whatever their gateway: the process and the host that they run on.
 *
 * @param limits what each client has used of what it may
 * @param clock the time of day
 * @param addresses the host's own
 */
public record SessionHost(Limits limits, WallClock clock, OwnAddresses addresses) {

    /** A session that shares nothing: always at midnight of a Monday, on a host without addresses. */
    public static SessionHost alone() {
        return new SessionHost(new Limits(), (_, _) -> 0, OwnAddresses.NONE);
    }
}
