package dev.sallyport.session;

import static dev.sallyport.session.Conversation.reply;

import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Verb;
import dev.sallyport.rules.Armed;
import dev.sallyport.rules.Checks;
import dev.sallyport.rules.DataMode;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Directory;
import dev.sallyport.rules.OwnAddresses;
import dev.sallyport.rules.Question;
import dev.sallyport.rules.RuleText;
import dev.sallyport.rules.Scope;
import dev.sallyport.rules.SessionFacts;
import dev.sallyport.rules.TlsState;
import dev.sallyport.session.RunningTransfer.Permit;
import dev.sallyport.session.SessionEvent.Ruling;
import java.net.InetAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks the rules about each command of the client, and does what they say.
 *
 * <p>A command is held where something has to be known first, and the client's next lines wait behind it, so that what goes on
 * does so in the client's order:
 *
 * <ul>
 *   <li>The working directory, which a rule may need. When nobody has told it, or a command that changes it is unanswered, the
 *       server is asked with a PWD of our own; what cannot be known then the rules refuse.
 *   <li>Whether somebody is logged in, when a PORT follows on CCC and the server has not shown it. It is asked likewise.
 *   <li>The mode of a transfer, which a rule may need, while a setup of a data connection is unanswered: which one the transfer
 *       will use is not known before. Only a transfer waits for that. What a client says while one runs, behind a PASV that it
 *       sent ahead, goes on at once: ABOR, STAT, QUIT. Behind a transfer that it sent ahead too they wait for the setup's
 *       reply, as they would in the server's own queue.
 * </ul>
 */
final class Gatekeeper {

    private static final Decision.Allow NOTHING_SPECIAL = new Decision.Allow(Decision.DEFAULTS, false, 0, false, null);

    private final Conversation conversation;
    private final SessionHost host;
    private final Question question = new Question();
    private final WorkingDirectory directory = new WorkingDirectory();
    private final Sizes sizes = new Sizes();
    private Armed armed;
    /** What the rules make of who is there; null until they are asked, and when that has changed. */
    private @Nullable Scope scope;
    /** By what the last command that went on was allowed. */
    private Decision.Allow allowed = NOTHING_SPECIAL;
    /**
     * What the last command that went on is let do as a transfer; null where it is none. Taken with the verdict: before it goes
     * on, what the server answers may use the question for another.
     */
    private @Nullable Permit permit;
    /** What waits for the server's answer to something before it is decided about. */
    private @Nullable Command held;
    /** Whether that is the answer to a setup of the client's, and not to a PWD of our own. */
    private boolean awaitsSetup;
    /** The last command must be followed by what it prepares: nothing of ours comes between (RFC 959 §4.1.3, REST, RNFR). */
    private boolean preparing;
    private TlsState tls = TlsState.PLAIN;
    /** Whom the client has proved to be, as in RFC 2253; empty: nobody. */
    private String subject = "";

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

    OwnAddresses ownAddresses() {
        return host.addresses();
    }

    /** Who is there has changed. */
    void changed() {
        scope = null;
    }

    /** What was encrypted is over: nothing is known of where that has led. */
    void cleared() {
        tls = TlsState.CLEARED;
        directory.forget();
        preparing = false;
        changed();
    }

    /** What the client says comes encrypted from now on, and is read. */
    void encrypted(TlsPeer client) {
        tls = TlsState.ENCRYPTED;
        subject = client.subject() == null ? "" : client.subject();
        changed();
    }

    /** It comes in clear again; who has shown a certificate is still the same. */
    void unencrypted() {
        tls = TlsState.PLAIN;
        changed();
    }

    // ---- The client's commands ----

    /** Whether a command goes on; it has been answered otherwise, or is held, and the session may be over. */
    boolean permits(Command command) {
        awaitsSetup = lacksMode(command);
        if (awaitsSetup) {
            held = command;
            return false;
        }
        ask(command);
        if (lacksLogin(command) || lacksDirectory(command)) {
            held = command;
            conversation.forward(FtpLine.of("PWD"), Exchange.own(Verb.PWD));
            return false;
        }
        return obeys(command, decide());
    }

    private boolean lacksMode(Command command) {
        return command.verb().transfers() && armed.rules().asksForModes() && conversation.outstanding.awaitsSetup();
    }

    private boolean lacksLogin(Command command) {
        return command.verb().role() == Verb.Role.ACTIVE && conversation.login.presumed() && !preparing;
    }

    /** Whether a command waits for the server's answer. */
    boolean holds() {
        return held != null;
    }

    /** @return the transfer that has waited for the setups before it, if they are answered and it goes on now */
    @Nullable Command setupsAnswered() {
        var command = held;
        if (command == null || !awaitsSetup || conversation.outstanding.awaitsSetup()) {
            return null;
        }
        held = null;
        return permits(command) ? command : null;
    }

    /** The server has said where the session is. @return the command that has waited, if it goes on now */
    @Nullable Command directoryAnswered(Exchange exchange, int code, FtpLine line) {
        var command = held;
        held = null;
        if (command == null) {
            throw new IllegalStateException("our own PWD was answered, and nothing waited for it");
        }
        directory.answered(exchange, code, line);
        if (code == 421) {
            conversation.local(command.verb(), line);
            return null;
        }
        ask(command);
        return obeys(command, decide()) ? command : null;
    }

    private void ask(Command command) {
        var mode = command.verb().transfers() ? conversation.dataMode() : DataMode.NONE;
        question.ask(command, whereItIs(), mode, conversation.clocks.nowNanos());
    }

    /** Where the session will be when the server takes the next command. */
    private Directory whereItIs() {
        return conversation.outstanding.changesDirectory() ? Directory.UNKNOWN : directory.now();
    }

    private Decision decide() {
        return armed.rules().decide(scope(), question, host.limits(), host.clock());
    }

    /**
     * Whether the server is to be asked first: now, or, before a command that must be followed by another, ahead of that. No
     * rule decides yet, so that none counts the command twice.
     */
    private boolean lacksDirectory(Command command) {
        var rules = armed.rules();
        if (!rules.asksForPaths() || !conversation.login.complete() || whereItIs().known()) {
            return false;
        }
        return switch (rules.foresee(scope(), question, host.clock())) {
            case Decision.Deny deny when deny.cause() == Decision.Cause.PATH_UNKNOWN -> question.lacksDirectory() && !preparing;
            case Decision.Allow _ -> prepares(command);
            case Decision.Deny _, Decision.Close _ -> false;
        };
    }

    private static boolean prepares(Command command) {
        return command.verb() == Verb.REST || command.verb() == Verb.RNFR;
    }

    private boolean obeys(Command command, Decision decision) {
        return switch (decision) {
            case Decision.Allow allow -> {
                allowed = allow;
                if (tooLarge(command, allow.mostBytes())) {
                    conversation.tally.refused(Ruling.TOO_LARGE);
                    tell(allow.rule(), Ruling.TOO_LARGE, command);
                    conversation.local(command.verb(), reply(552, "Not permitted: at most " + allow.mostBytes() + " bytes."));
                    yield false;
                }
                if (allow.log()) {
                    tell(allow.rule(), Ruling.ALLOWED, command);
                }
                permit = command.verb().transfers() ? permit(command.verb(), allow) : null;
                preparing = prepares(command);
                yield true;
            }
            case Decision.Deny(var rule, var log, var cause, var reply) -> {
                conversation.tally.refused(ruling(cause));
                // Where the rule allows, what it refuses all the same is worth a word.
                if (log || cause == Decision.Cause.TOO_FAST) {
                    tell(rule, ruling(cause), command);
                }
                conversation.local(command.verb(), reply);
                yield false;
            }
            case Decision.Close(var rule, var log, var reply) -> {
                conversation.tally.refused(Ruling.CLOSED);
                if (log) {
                    tell(rule, Ruling.CLOSED, command);
                }
                conversation.finish(EndReason.DENIED_BY_RULE, rule, reply, true);
                yield false;
            }
        };
    }

    /** Whether a verb is refused in any case, whatever its argument and the time; before a login, whoever logs in. */
    boolean refusesAlways(Verb verb) {
        return armed.rules().refusesAlways(verb, scope());
    }

    private void tell(String rule, Ruling ruling, Command command) {
        conversation.publish(new SessionEvent.RuleDecided(rule, ruling, command.verb(), command.toString()));
    }

    private static Ruling ruling(Decision.Cause cause) {
        return switch (cause) {
            case RULE, DEFAULT -> Ruling.DENIED;
            case TOO_FAST -> Ruling.TOO_FAST;
            case PATH_UNKNOWN, ARGUMENT_UNKNOWN, USER_UNKNOWN -> Ruling.UNRESOLVED;
        };
    }

    private Scope scope() {
        var made = scope;
        if (made == null) {
            var login = conversation.login;
            made = armed.rules().scope(new SessionFacts(
                    conversation.context.client().address(), conversation.server().address(), conversation.context.gatewayName(),
                    login.user(), login.userKnown(), login.complete(), tls, subject));
            scope = made;
        }
        return made;
    }

    // ---- Third parties ----

    /** By what the command that goes on now was allowed. */
    Decision.Allow allowed() {
        return allowed;
    }

    /** Whether a rule names the third party that the answer to a passive command names. */
    boolean namesThirdParty(Exchange exchange, InetAddress address) {
        if (exchange.command == null || exchange.allowed == null) {
            return false;
        }
        ask(exchange.command);
        question.thirdParty(address);
        // The command was counted when it came: only a rule of third parties counts it again.
        return namesThirdParty(armed.rules().foresee(scope(), question, host.clock())) && namesThirdParty(decide());
    }

    private static boolean namesThirdParty(Decision decision) {
        return decision instanceof Decision.Allow allow && allow.thirdParty();
    }

    // ---- What replies tell ----

    /** The final reply to a command of the client came. */
    void answered(Exchange exchange, int code, FtpLine line) {
        directory.answered(exchange, code, line);
        if (exchange.verb == Verb.SIZE && code == 213) {
            var path = pathOf(exchange);
            if (path != null) {
                sizes.told(path, line);
            }
        }
    }

    /** A line within a reply came. */
    void told(Exchange exchange, FtpLine line) {
        if (exchange.verb == Verb.MLST) {
            var path = pathOf(exchange);
            if (path != null) {
                sizes.toldFacts(path, line);
            }
        }
    }

    /** Which reply answers what was guessed: what they told of the directory may be about another. */
    void repliesGuessed() {
        directory.forget();
    }

    private @Nullable String pathOf(Exchange exchange) {
        if (exchange.command == null || !armed.rules().limitsSizes()) {
            return null;
        }
        question.ask(exchange.command, directory.now(), DataMode.NONE, conversation.clocks.nowNanos());
        return question.exactPath(text().foldCase());
    }

    // ---- Sizes ----

    private boolean tooLarge(Command command, long mostBytes) {
        return switch (command.verb().role()) {
            case DOWNLOAD -> {
                var path = mostBytes == 0 ? null : question.exactPath(text().foldCase());
                yield path != null && sizes.of(path) > mostBytes;
            }
            case UPLOAD -> sizes.announced() > mostBytes && mostBytes > 0;
            case PLAIN -> {
                if (command.verb() == Verb.ALLO) {
                    sizes.announced(command.argument());
                }
                yield false;
            }
            case LOGIN, SECURITY, PASSIVE, ACTIVE, LISTING, UNSUPPORTED -> false;
        };
    }

    /** The server takes the name as it is, however the rules compare it. */
    private Permit permit(Verb verb, Decision.Allow allow) {
        return new Permit(allow.rule(), verb.role() == Verb.Role.LISTING ? 0 : allow.mostBytes(), question.exactPath(false));
    }

    /** What the transfer that goes on now is let do. */
    Permit permit() {
        return Objects.requireNonNull(permit, "no transfer goes on");
    }
}
