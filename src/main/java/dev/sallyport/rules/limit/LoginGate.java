package dev.sallyport.rules.limit;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns to log in: whoever has failed waits for the next one, and all sessions of one client wait in one queue, so that many
 * of them gain nothing. Remembers at most so many clients; the one that was heard of longest ago is forgotten. Thread-safe.
 *
 * <pre>
 * failures n      free   free+1   free+2  ...          refuseAfter
 * wait      0 ... delay  2·delay  4·delay ... longest  refused
 * </pre>
 *
 * Who has not failed waits for nothing, so that the first wait is {@code delay} also where nothing is free. The wait counts
 * from the turn given last. A queue that is longer than failures are remembered is refused.
 *
 * <p>Passwords that the server has not judged yet may all fail: no more are under way than failures are left before
 * {@code refuseAfter}, over however many sessions they are spread.
 */
final class LoginGate {

    /** What {@link #turn} answers to one who is turned away. */
    static final long REFUSED = -1;

    /** What it answers to one who is to ask again: too many passwords of the client are under way. */
    static final long BUSY = -2;

    /** As many may be under way where nobody is refused. */
    private static final int MOST_UNDER_WAY = 20;

    private static final int STRIPES = 16;

    /** Beyond it, doubling any delay exceeds every limit. */
    private static final int MOST_DOUBLINGS = 40;

    private final Stripe[] stripes = new Stripe[STRIPES];

    /** @param most clients in all; at least one for each stripe */
    LoginGate(int most) {
        for (var i = 0; i < STRIPES; i++) {
            stripes[i] = new Stripe(Math.max(1, most / STRIPES));
        }
    }

    /**
     * Gives the next turn. One that is given now is under way from now on.
     *
     * @return nanoseconds until it, {@link #REFUSED} or {@link #BUSY}
     */
    long turn(ClientKey client, LoginLimits limits, long nowNanos) {
        var stripe = stripe(client);
        synchronized (stripe) {
            var history = stripe.known(client, limits, nowNanos);
            if (refuses(history, limits)) {
                return REFUSED;
            }
            if (history == null) {
                history = stripe.remember(client, nowNanos);
            }
            var left = limits.refuseAfter() > 0 ? limits.refuseAfter() - history.failures : MOST_UNDER_WAY;
            if (history.underWay >= left) {
                return BUSY;
            }
            if (history.failures == 0 || history.failures < limits.free()) {
                history.underWay++;
                history.lastTurnNanos = nowNanos;
                return 0;
            }
            var turn = Math.max(nowNanos, history.lastTurnNanos + waitNanos(limits, history.failures));
            if (turn - nowNanos > limits.forget().toNanos()) {
                return REFUSED;
            }
            history.lastTurnNanos = turn;
            history.underWay += turn == nowNanos ? 1 : 0;
            return turn - nowNanos;
        }
    }

    /** A turn that was waited for has come: it is under way. */
    void began(ClientKey client, LoginLimits limits, long nowNanos) {
        var stripe = stripe(client);
        synchronized (stripe) {
            var history = stripe.known(client, limits, nowNanos);
            (history == null ? stripe.remember(client, nowNanos) : history).underWay++;
        }
    }

    /** Some that were under way are so no more: the server has answered, or nobody waits for it. */
    void over(ClientKey client, int count) {
        var stripe = stripe(client);
        synchronized (stripe) {
            var history = stripe.histories.get(client);
            if (history != null) {
                history.underWay = Math.max(0, history.underWay - count);
                if (history.underWay == 0 && history.failures == 0) {
                    stripe.histories.remove(client);
                }
            }
        }
    }

    /** Counts a failure. */
    void failed(ClientKey client, LoginLimits limits, long nowNanos) {
        var stripe = stripe(client);
        synchronized (stripe) {
            var history = stripe.known(client, limits, nowNanos);
            if (history == null) {
                history = stripe.remember(client, nowNanos);
            }
            history.failures = Math.min(history.failures + 1, Integer.MAX_VALUE - 1);
            history.lastFailureNanos = Math.max(history.lastFailureNanos, nowNanos);
        }
    }

    /** Whether a client has failed so often that it is turned away. */
    boolean refuses(ClientKey client, LoginLimits limits, long nowNanos) {
        var stripe = stripe(client);
        synchronized (stripe) {
            return refuses(stripe.known(client, limits, nowNanos), limits);
        }
    }

    private static boolean refuses(@Nullable History history, LoginLimits limits) {
        return history != null && limits.refuseAfter() > 0 && history.failures >= limits.refuseAfter();
    }

    private static long waitNanos(LoginLimits limits, int failures) {
        var delay = limits.delay().toNanos();
        var longest = limits.longest().toNanos();
        var doublings = failures - Math.max(1, limits.free());
        return doublings > MOST_DOUBLINGS || delay > longest >> doublings ? longest : delay << doublings;
    }

    private Stripe stripe(ClientKey client) {
        return stripes[client.hashCode() * 0x9e3779b9 >>> Integer.SIZE - 4];
    }

    private static final class History {
        private int failures;
        private int underWay;
        private long lastFailureNanos;
        private long lastTurnNanos;

        History(long nowNanos) {
            lastFailureNanos = nowNanos;
            lastTurnNanos = nowNanos;
        }
    }

    private static final class Stripe {
        private final Map<ClientKey, History> histories;

        Stripe(int most) {
            histories = new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<ClientKey, History> eldest) {
                    return size() > most;
                }
            };
        }

        private History remember(ClientKey client, long nowNanos) {
            var history = new History(nowNanos);
            histories.put(client, history);
            return history;
        }

        /** What is remembered of a client; null when that is nothing, or all of it is old. */
        private @Nullable History known(ClientKey client, LoginLimits limits, long nowNanos) {
            var history = histories.get(client);
            if (history != null && nowNanos - history.lastFailureNanos >= limits.forget().toNanos()) {
                histories.remove(client);
                return null;
            }
            return history;
        }
    }
}
