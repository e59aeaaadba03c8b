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
 */
final class LoginGate {

    /** What {@link #turn} answers to one who is turned away. */
    static final long REFUSED = -1;

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

    /** Gives the next turn. @return nanoseconds until it, or {@link #REFUSED} */
    long turn(ClientKey client, LoginLimits limits, long nowNanos) {
        var stripe = stripe(client);
        synchronized (stripe) {
            var history = stripe.known(client, limits, nowNanos);
            if (refuses(history, limits)) {
                return REFUSED;
            }
            if (history == null || history.failures < limits.free()) {
                return 0;
            }
            var turn = Math.max(nowNanos, history.lastTurnNanos + waitNanos(limits, history.failures));
            if (turn - nowNanos > limits.forget().toNanos()) {
                return REFUSED;
            }
            history.lastTurnNanos = turn;
            return turn - nowNanos;
        }
    }

    /** Counts a failure. */
    void failed(ClientKey client, LoginLimits limits, long nowNanos) {
        var stripe = stripe(client);
        synchronized (stripe) {
            var history = stripe.known(client, limits, nowNanos);
            if (history == null) {
                history = new History(nowNanos);
                stripe.histories.put(client, history);
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
