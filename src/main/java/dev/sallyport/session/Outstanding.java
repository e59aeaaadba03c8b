package dev.sallyport.session;

import dev.sallyport.ftp.Verb;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The commands that await their final replies, in the order in which they were sent.
 *
 * <h2>Which command does a reply answer?</h2>
 *
 * Replies come in the order of the commands (RFC 959 §5.4), so it is the first in the queue. Real servers differ in three
 * ways, told apart by the code:
 *
 * <ul>
 *   <li>During a transfer a server may answer NOOP, STAT and the like before the transfer's own 226. A code that ends no
 *       transfer goes to the first command behind it.
 *   <li>A server may answer an aborted transfer and its ABOR with one reply. A code that answers no ABOR passes it by.
 *   <li>A server may leave a transfer without a final reply when the client closed its data connection early. A passive
 *       reply to a PASV behind it shows that it never will come.
 * </ul>
 *
 * A 227, 228 or 229 is matched to nothing but PASV, EPSV or LPSV: what opens a door has to have been asked for.
 */
final class Outstanding {

    private final ArrayDeque<Exchange> queue = new ArrayDeque<>(4);
    private int awaitingLogin;

    void add(Exchange exchange) {
        queue.add(exchange);
        if (settlesWhoIsThere(exchange)) {
            awaitingLogin++;
        }
    }

    /** The client aborts what it has asked for. */
    void abort() {
        for (var exchange : queue) {
            if (exchange.transfer != null) {
                exchange.transfer.aborted = true;
            }
        }
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Whether a reply must still come. Some servers answer a transfer and its ABOR with one, and then owe none. */
    boolean awaitsReply() {
        var first = queue.peekFirst();
        return first != null && (queue.size() > 1 || first.verb != Verb.ABOR);
    }

    int size() {
        return queue.size();
    }

    @Nullable Exchange first() {
        return queue.peekFirst();
    }

    void remove(Exchange exchange) {
        if (queue.peekFirst() == exchange) {
            queue.pollFirst();
        } else if (!queue.remove(exchange)) {
            return;
        }
        if (settlesWhoIsThere(exchange)) {
            awaitingLogin--;
        }
    }

    /** The session ends: no more replies will come. */
    void abandon(DataConnections data) {
        for (var exchange : queue) {
            if (exchange.transfer != null) {
                data.replied(exchange.transfer, 0);
            }
        }
        queue.clear();
        awaitingLogin = 0;
    }

    /** Whether the answer to a command that decides who is logged in, or what the connection is, is still out. */
    boolean awaitingLogin() {
        return awaitingLogin > 0;
    }

    /** Whether the setup of a data connection awaits its reply. */
    boolean awaitsSetup() {
        for (var exchange : queue) {
            if (setsUpData(exchange)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a transfer awaits its final reply. */
    boolean transferring() {
        for (var exchange : queue) {
            if (exchange.verb.transfers()) {
                return true;
            }
        }
        return false;
    }

    /** How many commands that ask the server to listen are unanswered. */
    int passives() {
        var passives = 0;
        for (var exchange : queue) {
            if (opens(exchange)) {
                passives++;
            }
        }
        return passives;
    }

    /** The transfer or ABOR at the head of the queue when a reply with this code shows that it never will be answered. */
    @Nullable Exchange abandoned(int code) {
        var first = queue.peekFirst();
        if (first == null || queue.size() == 1) {
            return null;
        }
        if (opensPassive(code)) {
            return (first.verb.transfers() || first.verb == Verb.ABOR) && passives() > 0 ? first : null;
        }
        return first.verb == Verb.ABOR && !answersAbort(code) ? first : null;
    }

    /** The exchange that a reply of the server answers; null when it answers nothing. It stays in the queue. */
    @Nullable Exchange match(int code) {
        var first = queue.peekFirst();
        if (first == null || first.kind == Exchange.Kind.LOCAL) {
            return null;
        }
        if (queue.size() == 1) {
            return opensPassive(code) && first.verb.role() != Verb.Role.PASSIVE ? null : first;
        }
        if (opensPassive(code)) {
            return first.verb.role() == Verb.Role.PASSIVE ? first : null;
        }
        if (first.verb.transfers() && !endsTransfer(code, first.preliminary)) {
            for (var exchange : queue) {
                if (!exchange.verb.transfers() && exchange.verb != Verb.ABOR
                        && (exchange.kind == Exchange.Kind.FORWARDED || ownQuestion(exchange))) {
                    return exchange;
                }
            }
        }
        return first;
    }

    static boolean opensPassive(int code) {
        return code >= 227 && code <= 229;
    }

    /** RFC 959 §5.4. A refusal could be anyone's: a client that has gone on has mostly had the answer to its ABOR. */
    private static boolean answersAbort(int code) {
        return code == 225 || code == 226;
    }

    /** RFC 959 §5.4: 1yz begins a transfer; 226, 250, 4yz and 5yz end it, but 50z does not once it has begun. */
    private static boolean endsTransfer(int code, boolean begun) {
        return code < 200 || code == 225 || code == 226 || code == 250 || code >= 400 && !(begun && code >= 500 && code <= 504);
    }

    /** Whether the command asks the server to listen: every PASV, EPSV and LPSV but EPSV ALL. */
    static boolean opens(Exchange exchange) {
        return exchange.kind == Exchange.Kind.FORWARDED
                && exchange.verb.role() == Verb.Role.PASSIVE
                && !exchange.argument.equals("ALL");
    }

    /**
     * A transfer's last reply came: it may have been the reply to a command behind it, whose own then ends the transfer. So what
     * those are answered says nothing of the directory.
     */
    void doubtDirectories() {
        for (var exchange : queue) {
            if (WorkingDirectory.changedBy(exchange.verb)) {
                exchange.command = null;
            }
        }
    }

    /** Whether the answer to a secret of the client awaits its reply. */
    boolean awaitsSecret() {
        for (var exchange : queue) {
            if (exchange.kind == Exchange.Kind.FORWARDED && (exchange.verb == Verb.PASS || exchange.verb == Verb.ACCT)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a command that may change the working directory awaits its reply. */
    boolean changesDirectory() {
        for (var exchange : queue) {
            if (exchange.kind == Exchange.Kind.FORWARDED && WorkingDirectory.changedBy(exchange.verb)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the gateway itself asks where the session is. */
    private static boolean ownQuestion(Exchange exchange) {
        return exchange.kind == Exchange.Kind.OWN && exchange.verb == Verb.PWD;
    }

    private static boolean setsUpData(Exchange exchange) {
        var role = exchange.verb.role();
        return exchange.kind != Exchange.Kind.LOCAL && (role == Verb.Role.PASSIVE || role == Verb.Role.ACTIVE);
    }

    private static boolean settlesWhoIsThere(Exchange exchange) {
        var role = exchange.verb.role();
        return exchange.kind == Exchange.Kind.FORWARDED && (role == Verb.Role.LOGIN || role == Verb.Role.SECURITY);
    }
}
