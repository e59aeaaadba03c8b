package dev.sallyport.rules.limit;

import java.net.InetAddress;

/**
 * What clients have used of what they may: rates of rules, and turns to log in. One for each gateway process, so that it
 * outlives sessions and reloads, and no client gains by going to another gateway. Thread-safe; what it remembers is bounded.
 */
public final class Limits {

    /** The most rates in use, and the most clients, that are remembered. */
    private static final int MOST = 65_536;

    private final Buckets buckets = new Buckets(MOST);
    /** Apart from the others: a client may name as many users as it likes, and so make all other buckets be forgotten. */
    private final Buckets users = new Buckets(MOST);
    private final LoginGate logins = new LoginGate(MOST);

    /**
     * Takes a token of a rate.
     *
     * @param rule what sets the rate; the bucket is the same while name and rate are
     * @param key whose bucket: a value with equality
     * @return whether there was one
     */
    public boolean take(String rule, Rate rate, Object key, long nowNanos) {
        return (rate.key() == Rate.Key.USER ? users : buckets).take(rule, rate, key, nowNanos);
    }

    /** What {@link #turn} answers to one who is turned away. */
    public static final long REFUSED = LoginGate.REFUSED;

    /** What {@link #turn} answers to one who is to ask again later: too many passwords of the client are under way. */
    public static final long BUSY = LoginGate.BUSY;

    /**
     * Gives a client its next turn to log in. One that is given now is under way until {@link #loginOver}.
     *
     * @return nanoseconds until it, 0 or more; {@link #REFUSED}; {@link #BUSY}
     */
    public long turn(InetAddress client, LoginLimits by, long nowNanos) {
        return logins.turn(ClientKey.of(client), by, nowNanos);
    }

    /**
     * Takes a turn that was waited for, now that it has come: the password is under way until {@link #loginOver}.
     *
     * @return 0; {@link #REFUSED} or {@link #BUSY} for what others of the client have done meanwhile
     */
    public long beginLogin(InetAddress client, LoginLimits by, long nowNanos) {
        return logins.begin(ClientKey.of(client), by, nowNanos);
    }

    /** A password that was under way is so no more. A failure is counted before. */
    public void loginOver(InetAddress client) {
        logins.over(ClientKey.of(client));
    }

    /** Counts a failed login. */
    public void loginFailed(InetAddress client, LoginLimits by, long nowNanos) {
        logins.failed(ClientKey.of(client), by, nowNanos);
    }

    /** Whether a client is turned away: it failed too often, and too short a time ago. */
    public boolean refuses(InetAddress client, LoginLimits by, long nowNanos) {
        return logins.refuses(ClientKey.of(client), by, nowNanos);
    }
}
