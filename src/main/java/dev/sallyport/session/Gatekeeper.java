package dev.sallyport.session;

import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.Verb;
import dev.sallyport.rules.Armed;
import dev.sallyport.rules.Checks;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Directory;
import dev.sallyport.rules.Question;
import dev.sallyport.rules.RuleText;
import dev.sallyport.rules.Scope;
import dev.sallyport.rules.SessionFacts;
import dev.sallyport.rules.TlsState;
import dev.sallyport.session.SessionEvent.Ruling;
import org.jspecify.annotations.Nullable;

/** Asks the rules about each command of the client, and does what they say. */
final class Gatekeeper {

    private final Conversation conversation;
    private final SessionHost host;
    private final Question question = new Question();
    private Armed armed;
    /** What the rules make of who is there; null until they are asked, and when that has changed. */
    private @Nullable Scope scope;

    Gatekeeper(Conversation conversation, SessionHost host) {
        this.conversation = conversation;
        this.host = host;
        this.armed = conversation.policy.rules().current();
    }

    /** Takes the rules that are in force now: at a command, so that one command is judged by one rule set. */
    void refresh() {
        var current = conversation.policy.rules().current();
        if (current != armed) {
            armed = current;
            scope = null;
            conversation.publish(new SessionEvent.RulesTaken(text().name(), armed.generation()));
        }
    }

    /** The rules in force, as they were written. */
    RuleText text() {
        return armed.rules().text();
    }

    /** The levels of checks in force. */
    Checks checks() {
        return armed.checks();
    }

    /** Who is there has changed. */
    void changed() {
        scope = null;
    }

    /** Whether a command goes on; it has been answered otherwise, and the session may be over. */
    boolean permits(Command command) {
        question.ask(command, Directory.UNKNOWN, conversation.dataMode(), conversation.clocks.nowNanos());
        return switch (armed.rules().decide(scope(), question, host.limits(), host.clock())) {
            case Decision.Allow(var rule, var log, _, _, _) -> {
                tell(log, rule, Ruling.ALLOWED, command);
                yield true;
            }
            case Decision.Deny(var rule, var log, var cause, var reply) -> {
                tell(log, rule, ruling(cause), command);
                conversation.local(command.verb(), reply);
                yield false;
            }
            case Decision.Close(var rule, var log, var reply) -> {
                tell(log, rule, Ruling.CLOSED, command);
                conversation.finish(EndReason.DENIED_BY_RULE, rule, reply, true);
                yield false;
            }
        };
    }

    /** Whether a verb is refused in any case, whatever its argument and the time; before a login, whoever logs in. */
    boolean refusesAlways(Verb verb) {
        return armed.rules().refusesAlways(verb, scope());
    }

    private void tell(boolean log, String rule, Ruling ruling, Command command) {
        if (log) {
            conversation.publish(new SessionEvent.RuleDecided(rule, ruling, command.verb(), command.toString()));
        }
    }

    private static Ruling ruling(Decision.Cause cause) {
        return switch (cause) {
            case RULE, DEFAULT -> Ruling.DENIED;
            case TOO_FAST -> Ruling.TOO_FAST;
            case PATH_UNKNOWN, USER_UNKNOWN -> Ruling.UNRESOLVED;
        };
    }

    private Scope scope() {
        var made = scope;
        if (made == null) {
            var login = conversation.login;
            made = armed.rules().scope(new SessionFacts(
                    conversation.context.client().address(), conversation.server().address(), conversation.context.gatewayName(),
                    login.user(), true, login.complete(), TlsState.PLAIN));
            scope = made;
        }
        return made;
    }
}
