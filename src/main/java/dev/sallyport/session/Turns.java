package dev.sallyport.session;

import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.Fault;
import dev.sallyport.rules.Level;
import dev.sallyport.rules.limit.Limits;
import dev.sallyport.rules.limit.LoginLimits;
import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Lets a client that has failed to log in wait before its next password reaches the server. Clients wait in the queues of
 * {@link Limits}, one for all sessions of a client; here is the one command of this session that waits.
 *
 * <p>A name alone waits for nothing: what is guessed is the secret behind it. So sessions that stand ready with their names
 * gain nothing either.
 */
final class Turns {

    /** What passes before one asks again whose turn cannot be told. */
    private static final long SOON_NANOS = 100_000_000;

    private final Conversation conversation;
    private final Limits limits;
    private @Nullable Command held;
    private long dueNanos;
    /** Whether what is held has no turn yet, and is to ask for one. */
    private boolean asks;
    /** Whether a password was given its turn, and the server has not answered: the client's next line waits until then. */
    private boolean underWay;

    Turns(Conversation conversation, Limits limits) {
        this.conversation = conversation;
        this.limits = limits;
    }

    /** Whether a command of a login goes on now; otherwise it waits, or the session is over. */
    boolean permits(Command command) {
        if (conversation.conduct.level(Fault.LOGIN_FLOOD) == Level.OFF) {
            return true;
        }
        return switch (command.verb()) {
            case USER -> !limits.refuses(client(), by(), conversation.clocks.nowNanos())
                    || !conversation.conduct.stops(Fault.LOGIN_FLOOD, command);
            case PASS, ACCT -> {
                var goesOn = goesOn(command, limits.turn(client(), by(), conversation.clocks.nowNanos()));
                if (held != null) {
                    conversation.publish(new SessionEvent.LoginHeld(Duration.ofNanos(dueNanos - conversation.clocks.nowNanos())));
                }
                yield goesOn;
            }
            default -> true;
        };
    }

    /** Whether a command goes on that was given this turn; otherwise it waits, or the session is over. */
    private boolean goesOn(Command command, long turn) {
        if (turn == 0) {
            underWay = true;
            return true;
        }
        if (turn == Limits.REFUSED || conversation.conduct.level(Fault.LOGIN_FLOOD) != Level.ENFORCE) {
            // Where nothing is enforced many may be under way: that alone is no fault.
            return turn == Limits.BUSY || !conversation.conduct.stops(Fault.LOGIN_FLOOD, command);
        }
        held = command;
        asks = turn == Limits.BUSY;
        dueNanos = conversation.clocks.nowNanos() + (asks ? SOON_NANOS : turn);
        return false;
    }

    /** Whether a command waits for its turn. */
    boolean waiting() {
        return held != null;
    }

    /** When the turn of the command that waits comes, or it asks again. */
    long dueNanos() {
        return dueNanos;
    }

    /** The command whose turn has come; null when there is none. It waits no more. The session may be over. */
    @Nullable Command due() {
        var command = held;
        var now = conversation.clocks.nowNanos();
        if (command == null || now < dueNanos) {
            return null;
        }
        held = null;
        var turn = asks ? limits.turn(client(), by(), now) : limits.beginLogin(client(), by(), now);
        return goesOn(command, turn) ? command : null;
    }

    /** The server has answered a password, a failure was told before; or the session is over, whatever it still answers. */
    void over() {
        if (underWay) {
            underWay = false;
            limits.loginOver(client());
        }
    }

    /** The server refused a login. Its 421 tells that it is leaving, and nothing about the secret. */
    void refused(int code) {
        if (code != 421) {
            limits.loginFailed(client(), by(), conversation.clocks.nowNanos());
        }
    }

    private LoginLimits by() {
        return conversation.gatekeeper.text().logins();
    }

    private InetAddress client() {
        return conversation.context.client().address();
    }
}
