package dev.sallyport.session.conversations;

import dev.sallyport.ftp.FtpLine;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.conversations.Sent.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which command each answer is for. With a server that answers in order, the client must see one final answer to each command,
 * in the order of the commands, whoever gives it.
 */
final class AnswerOrder {

    /** The server's commands that the client did not send. */
    private static final int OWN = -1;

    private final boolean strict;
    private final List<Sent> asked = new ArrayList<>();
    /** For each command that reached the server, which of the client's it is. */
    private final List<Integer> forwarded = new ArrayList<>();

    private final Map<Integer, PinholeId> doorOf = new HashMap<>();
    private int answered;
    private int skippable;
    private int owns;

    AnswerOrder(boolean strict) {
        this.strict = strict;
    }

    /** The client's next line is handled. */
    void asked(Sent sent) {
        asked.add(sent);
        if (!strict && (sent.text().contains("ABOR") || sent.kind() == Kind.TRANSFER)) {
            skippable++;
        }
    }

    /** The gateway answers the client's last line, because it came too early or by a rule: what it says does not matter. */
    void answeredHere() {
        asked.set(asked.size() - 1, Sent.line("", Kind.REFUSED));
    }

    void forwarded(int number) {
        Check.same(number, forwarded.size(), "the number of the forwarded command");
        forwarded.add(asked.size() - 1);
    }

    void forwardedWithDoor(int number, PinholeId door) {
        forwarded(number);
        doorOf.put(number, door);
    }

    /** The gateway's own PORT. */
    void own(int number, PinholeId door) {
        Check.same(number, forwarded.size(), "the number of the forwarded command");
        forwarded.add(OWN);
        doorOf.put(number, door);
        owns++;
    }

    boolean ownOutstanding() {
        return owns > 0;
    }

    /** The client has been sent a line of the server, as it came or rewritten. */
    void answeredByServer(Sent reply, int code) {
        if (!strict || reply.answers() < 0 || code == 0) {
            return;
        }
        Check.same(forwarded.get(reply.answers()), answered, "which of the client's commands has an answer");
        answered += code >= 200 ? 1 : 0;
    }

    /** A server that is not strict has ended a reply: it answers some command, if there is one. */
    void answeredSomehow() {
        if (!strict && answered < asked.size()) {
            answered++;
        }
    }

    void answeredByGateway(FtpLine answer) {
        Check.that(!strict || answered < asked.size(), "a command waits for the answer %s", answer);
        answered = Math.min(answered + 1, asked.size());
    }

    /** What a final reply of a server that answers in order means for the doors. */
    void serverEnded(Sent reply, int code, Doors doors) {
        if (!strict || reply.answers() < 0) {
            return;
        }
        var command = forwarded.get(reply.answers());
        var door = doorOf.get(reply.answers());
        if (door != null) {
            owns -= command == OWN ? 1 : 0;
            var opened = doors.find(door);
            if (opened != null && code < 300) {
                opened.granted = true;
            }
            Check.that(opened == null || code < 300 || opened.state == Doors.State.CONNECTED,
                    "the pinhole %s of a refused PORT is closed", door);
        } else if (command != OWN && leaves(asked.get(command).text(), code)) {
            Check.same(doors.grantedAndUnused(), 0, "pinholes of a login that has ended");
        } else if (command != OWN && asked.get(command).kind() == Kind.TRANSFER) {
            if (code < 300) {
                doors.spent();
            } else {
                Check.same(doors.grantedAndUnused(), 0, "pinholes behind a transfer that failed");
            }
        }
    }

    /** Whether a PORT's pinhole closed before the server agreed to it: the agreement is replaced then, line by line. */
    boolean doorExpired(Doors doors) {
        for (var door : doorOf.values()) {
            if (doors.find(door) == null) {
                return true;
            }
        }
        return false;
    }

    private static boolean leaves(String command, int code) {
        return command.startsWith("REIN") && code < 300 || command.startsWith("USER") && code >= 300 && code < 400;
    }

    /** Whether a command before the last one asked decides who is logged in and has no answer yet. */
    boolean loginPending() {
        for (var i = answered; strict && i < asked.size() - 1; i++) {
            var text = asked.get(i).text();
            var refused = asked.get(i).kind() == Kind.REFUSED;
            if (!refused && (text.startsWith("USER") || text.startsWith("PASS ") || text.startsWith("ACCT") || text.startsWith("REIN"))) {
                return true;
            }
        }
        return false;
    }

    /** Whether a setup before the last command asked may have no answer yet. */
    boolean setupPending() {
        // Where a server's answers are a guess, any that was asked.
        return asked.subList(strict ? answered : 0, asked.size() - 1).stream()
                .anyMatch(earlier -> earlier.kind() == Kind.PASSIVE || earlier.kind() == Kind.ACTIVE);
    }

    int unanswered() {
        return asked.size() - answered;
    }

    /** How many commands a server that is not strict may have left without an answer: transfers, and their ABORs. */
    int skippable() {
        return skippable;
    }
}
