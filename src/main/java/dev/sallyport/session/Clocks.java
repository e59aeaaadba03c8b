package dev.sallyport.session;

import dev.sallyport.session.SessionPolicy.Timeouts;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Since when a session waits for what, and when that is too long. One deadline serves all of it and is set anew only when
 * something becomes due earlier; so a busy session costs no timer for each command.
 */
final class Clocks {

    private final Timeouts timeouts;
    private final long startNanos;
    private long nowNanos;
    private long activeNanos;
    private long replyNanos;
    private long loginNanos;

    Clocks(Timeouts timeouts, long nowNanos) {
        this.timeouts = timeouts;
        this.startNanos = nowNanos;
        this.nowNanos = nowNanos;
        this.activeNanos = nowNanos;
        this.replyNanos = nowNanos;
        this.loginNanos = nowNanos;
    }

    void now(long nanos) {
        nowNanos = nanos;
    }

    long nowNanos() {
        return nowNanos;
    }

    Duration age() {
        return Duration.ofNanos(nowNanos - startNanos);
    }

    /** The peers are talking: the idle time begins anew. */
    void active() {
        activeNanos = nowNanos;
    }

    /** The wait for a reply begins anew: a command went out, a reply came, or data stopped moving. */
    void awaitReply() {
        replyNanos = nowNanos;
    }

    /** The wait for a login begins anew. */
    void awaitLogin() {
        loginNanos = nowNanos;
    }

    /** When the server must have greeted. */
    long greetingDueNanos() {
        return startNanos + timeouts.greeting().toNanos();
    }

    /** When a silent connection has been so for too long. */
    long idleDueNanos() {
        return activeNanos + timeouts.idle().toNanos();
    }

    /** When a conversation in which no data moves is too old; see {@link #overdue}. */
    long conversationDueNanos(boolean loggedIn, boolean awaitsReply) {
        var due = awaitsReply ? replyNanos + timeouts.reply().toNanos() : idleDueNanos();
        return loggedIn ? due : Math.min(due, loginNanos + timeouts.login().toNanos());
    }

    /** Which limit such a conversation has exceeded; null for none. */
    @Nullable EndReason overdue(boolean loggedIn, boolean awaitsReply) {
        if (!loggedIn && over(loginNanos, timeouts.login())) {
            return EndReason.LOGIN_TIMEOUT;
        }
        if (awaitsReply) {
            return over(replyNanos, timeouts.reply()) ? EndReason.REPLY_TIMEOUT : null;
        }
        return over(activeNanos, timeouts.idle()) ? EndReason.IDLE_TIMEOUT : null;
    }

    private boolean over(long sinceNanos, Duration limit) {
        return nowNanos - sinceNanos >= limit.toNanos();
    }
}
