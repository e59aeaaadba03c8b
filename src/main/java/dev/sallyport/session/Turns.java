package dev.sallyport.session;

import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.Fault;
import dev.sallyport.rules.Level;
import dev.sallyport.rules.limit.Limits;
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

    private final Conversation conversation;
    private final Limits limits;
    private @Nullable Command held;
    private long dueNanos;

    Turns(Conversation conversation, Limits limits) {
        this.conversation = conversation;
        this.limits = limits;
    }

    /** Whether a command of a login goes on now; otherwise it waits, or the session is over. */
    boolean permits(Command command) {
        var level = conversation.conduct.level(Fault.LOGIN_FLOOD);
        if (level == Level.OFF) {
            return true;
        }
        return switch (command.verb()) {
            case USER -> !limits.refuses(client(), conversation.gatekeeper.text().logins(), conversation.clocks.nowNanos())
                    || !conversation.conduct.stops(Fault.LOGIN_FLOOD, command);
            case PASS, ACCT -> hasTurn(command, level);
            default -> true;
        };
    }

    private boolean hasTurn(Command command, Level level) {
        var now = conversation.clocks.nowNanos();
        var wait = limits.turn(client(), conversation.gatekeeper.text().logins(), now);
        if (wait == 0) {
            return true;
        }
        if (wait < 0 || level == Level.LOG) {
            return !conversation.conduct.stops(Fault.LOGIN_FLOOD, command);
        }
        held = command;
        dueNanos = now + wait;
        conversation.publish(new SessionEvent.LoginHeld(Duration.ofNanos(wait)));
        return false;
    }

    /** Whether a command waits for its turn. */
    boolean waiting() {
        return held != null;
    }

    /** When the turn of the command that waits comes. */
    long dueNanos() {
        return dueNanos;
    }

    /** The command whose turn has come; null when there is none. It waits no more. */
    @Nullable Command due() {
        if (held == null || conversation.clocks.nowNanos() < dueNanos) {
            return null;
        }
        var command = held;
        held = null;
        return command;
    }

    /** The server refused a login. Its 421 tells that it is leaving, and nothing about the secret. */
    void refused(int code) {
        if (code != 421) {
            limits.loginFailed(client(), conversation.gatekeeper.text().logins(), conversation.clocks.nowNanos());
        }
    }

    private InetAddress client() {
        return conversation.context.client().address();
    }
}
