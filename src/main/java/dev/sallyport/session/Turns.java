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

    /** The least that passes before one asks again whose turn cannot be told. */
    private static final long SOON_NANOS = 100_000_000;

    private final Conversation conversation;
    private final Limits limits;
    private @Nullable Command held;
    private long dueNanos;
    /** Whether the turn of what is held is still to be asked for. */
    private boolean asks;
    /** Passwords that were given a turn, and that the server has not answered. */
    private int underWay;

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
            case USER -> !limits.refuses(client(), by(), conversation.clocks.nowNanos())
                    || !conversation.conduct.stops(Fault.LOGIN_FLOOD, command);
            case PASS, ACCT -> hasTurn(command, level);
            default -> true;
        };
    }

    private boolean hasTurn(Command command, Level level) {
        var wait = turn();
        if (wait == 0) {
            return true;
        }
        if (wait == Limits.REFUSED || level == Level.LOG) {
            return !conversation.conduct.stops(Fault.LOGIN_FLOOD, command);
        }
        held = command;
        hold(wait);
        conversation.publish(new SessionEvent.LoginHeld(Duration.ofNanos(dueNanos - conversation.clocks.nowNanos())));
        return false;
    }

    private long turn() {
        var wait = limits.turn(client(), by(), conversation.clocks.nowNanos());
        underWay += wait == 0 ? 1 : 0;
        return wait;
    }

    private void hold(long wait) {
        asks = wait == Limits.BUSY;
        dueNanos = conversation.clocks.nowNanos() + (asks ? Math.max(SOON_NANOS, by().delay().toNanos()) : wait);
    }

    /** Whether a command waits for its turn. */
    boolean waiting() {
        return held != null;
    }

    /** When the turn of the command that waits comes. */
    long dueNanos() {
        return dueNanos;
    }

    /** The command whose turn has come; null when there is none. It waits no more. The session may be over. */
    @Nullable Command due() {
        var command = held;
        if (command == null || conversation.clocks.nowNanos() < dueNanos) {
            return null;
        }
        if (asks) {
            var wait = turn();
            if (wait != 0 && wait != Limits.REFUSED) {
                hold(wait);
                return null;
            }
            held = null;
            return wait == 0 || !conversation.conduct.stops(Fault.LOGIN_FLOOD, command) ? command : null;
        }
        held = null;
        limits.loginBegan(client(), by(), conversation.clocks.nowNanos());
        underWay++;
        return command;
    }

    /** The server has answered a password; a failure was told before. */
    void answered() {
        if (underWay > 0) {
            underWay--;
            limits.loginsOver(client(), 1);
        }
    }

    /** The session is over, whatever the server still answers. */
    void leave() {
        if (underWay > 0) {
            limits.loginsOver(client(), underWay);
            underWay = 0;
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
