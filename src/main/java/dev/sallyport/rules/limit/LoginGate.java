package dev.sallyport.rules.limit;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns to log in: whoever has failed waits for the next one, and all sessions of one client wait in one queue, so that many
 * of them gain nothing. Remembers at most so many clients that have failed; the one that was heard of longest ago is forgotten.
 * Thread-safe.
 *
 * <pre>
 * failures n      free   free+1   free+2  ...          refuseAfter
 * wait      0 ... delay  2·delay  4·delay ... longest  refused
 * </pre>
 *
 * Who has not failed waits for nothing, so that the first wait is {@code delay} also where nothing is free. The wait counts
 * from the turn given last, and first from the failure. A queue that is longer than failures are remembered is refused.
 *
 * <p>Passwords that the server has not judged yet may all fail: no more are under way than failures are left before
 * {@code refuseAfter}, over however many sessions they are spread, and whether or not they have waited.
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
     * Gives the next turn. One that is given now is under way from now on, until {@link #over}.
     *
     * @return nanoseconds until it, {@link #REFUSED} or {@link #BUSY}
     */
    long turn(ClientKey client, LoginLimits limits, long nowNanos) {
        var stripe = stripe(client);
        synchronized (stripe) {
            var history = stripe.known(client, limits, nowNanos);
            var may = stripe.may(client, history, limits);
            if (may != 0) {
                return may;
            }
            var turn = history == null || history.failures < limits.free()
                    ? nowNanos
                    : Math.max(nowNanos, history.lastTurnNanos + waitNanos(limits, history.failures));
            if (turn - nowNanos > limits.forget().toNanos()) {
                return REFUSED;
            }
            if (history != null) {
                history.lastTurnNanos = turn;
            }
            if (turn == nowNanos) {
                stripe.begins(client);
            }
            return turn - nowNanos;
        }
    }

    /**
     * A turn that was waited for has come. It is under way from now on, unless too much has happened meanwhile.
     *
     * @return 0, {@link #REFUSED} or {@link #BUSY}
     */
    long begin(ClientKey client, LoginLimits limits, long nowNanos) {
        var stripe = stripe(client);
        synchronized (stripe) {
            var may = stripe.may(client, stripe.known(client, limits, nowNanos), limits);
            if (may == 0) {
                stripe.begins(client);
            }
            return may;
        }
    }

    /** One that was under way is so no more: the server has answered, or nobody waits for it. */
    void over(ClientKey client) {
        var stripe = stripe(client);
        synchronized (stripe) {
            stripe.underWay.computeIfPresent(client, (_, count) -> count > 1 ? count - 1 : null);
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

    /** Of a client that has failed. */
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
        /** How many passwords of a client are under way; none is forgotten before it is over, and each has its session. */
        private final Map<ClientKey, Integer> underWay = new HashMap<>();

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

        /** Whether one more may be under way: 0, {@link #REFUSED} or {@link #BUSY}. */
        private long may(ClientKey client, @Nullable History history, LoginLimits limits) {
            if (refuses(history, limits)) {
                return REFUSED;
            }
            var failures = history == null ? 0 : history.failures;
            var left = limits.refuseAfter() > 0 ? limits.refuseAfter() - failures : MOST_UNDER_WAY;
            return underWay.getOrDefault(client, 0) >= left ? BUSY : 0;
        }

        private void begins(ClientKey client) {
            underWay.merge(client, 1, Integer::sum);
        }
    }
}
