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

    /**
     * Gives a client its next turn to log in.
     *
     * @return nanoseconds until it, 0 or more; -1: it is turned away
     */
    public long turn(InetAddress client, LoginLimits by, long nowNanos) {
        return logins.turn(ClientKey.of(client), by, nowNanos);
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
