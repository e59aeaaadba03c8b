package dev.sallyport.lab.replay;

import dev.sallyport.ftp.FtpLine;
import dev.sallyport.lab.replay.SessionReport.Outcome;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What becomes of the lines that the engine is busy with, by what it lets through and what it answers. */
final class Verdicts {

    private final Findings findings;
    /** Commands that the engine has refused and will answer in their turn. */
    private final Deque<SeenCommand> toBeAnswered = new ArrayDeque<>();
    /** The client's line that has not gone on yet. */
    private @Nullable SeenCommand current;
    /** The server's line before the engine. */
    private byte @Nullable [] serverLine;
    /** Whose reply it is; null: nobody's. */
    private @Nullable SeenCommand answering;
    /** Something has gone to the client in place of the server's line. */
    private boolean clientTold;
    /** The rule or the check that has spoken last; empty: none, or it has been told. */
    private String why = "";

    Verdicts(Findings findings) {
        this.findings = findings;
    }

    // ---- What goes before the engine ----

    /** Whether the engine may have the client's next line: it has decided about the last. */
    boolean free() {
        return current == null;
    }

    void begin(SeenCommand command) {
        current = command;
    }

    /** @param command whose reply it is; null: nobody's */
    void beginReply(byte[] line, @Nullable SeenCommand command) {
        serverLine = line;
        answering = command;
        clientTold = false;
    }

    void endReply() {
        serverLine = null;
        answering = null;
    }

    // ---- What comes out ----

    void because(String reason) {
        why = reason;
    }

    /** @return whether it is the gateway's own: it asks where the session is, or names the default data port */
    boolean asksOnItsOwn(FtpLine line) {
        var command = current;
        if (command == null || command.judged) {
            return false;
        }
        if (!command.goesOnAs(line)) {
            findings.remark("The gateway would have asked the server " + line + " on its own before " + command.shown()
                    + ", and the capture does not know the answer.");
            return true;
        }
        command.judged = true;
        if (!Arrays.equals(line.wire(), command.bytes)) {
            rewritten(command.number, command.shown(), line);
        }
        return false;
    }

    void toClient(FtpLine line) {
        var came = serverLine;
        if (came != null && !clientTold && !Arrays.equals(line.wire(), came)) {
            rewritten(numberOf(answering), SeenCommand.line(came).toString(), line);
        }
        clientTold = true;
    }

    private void rewritten(int number, String line, FtpLine goesOn) {
        findings.rewritten++;
        findings.verdict(number, line, Outcome.REWRITTEN, goesOn.toString(), reason());
    }

    /** The gateway's own reply goes to the client. */
    void replied(String reply) {
        var command = current;
        if (command != null && !command.judged) {
            refuse(command);
            findings.verdict(command.number, command.shown(), Outcome.REFUSED, reply, reason());
            return;
        }
        var came = serverLine;
        if (came != null && !clientTold) {
            clientTold = true;
            findings.refused++;
            findings.verdict(numberOf(answering), SeenCommand.line(came).toString(), Outcome.REFUSED, reply, reason());
            return;
        }
        var late = toBeAnswered.poll();
        if (late != null) {
            findings.verdict(late.number, late.shown(), Outcome.REFUSED, reply, reason());
        } else {
            findings.verdict(0, "", Outcome.ENDED, reply, reason());
        }
    }

    private String reason() {
        var reason = why;
        why = "";
        return reason;
    }

    private static int numberOf(@Nullable SeenCommand command) {
        return command == null ? 0 : command.number;
    }

    /**
     * Nothing more comes out for now.
     *
     * @param accepts whether the engine would take the client's next line
     * @param closed whether the gateway has closed the session
     */
    void settled(boolean accepts, boolean closed) {
        var command = current;
        if (command != null && !command.judged && !closed && accepts) {
            // It was neither passed on nor is it held: its answer waits for its turn.
            refuse(command);
            toBeAnswered.add(command);
        }
        if (command != null && (command.judged || closed)) {
            current = null;
        }
        if (!why.isEmpty()) {
            var line = serverLine != null ? SeenCommand.line(serverLine).toString() : command != null ? command.shown() : "";
            findings.verdict(numberOf(command), line, Outcome.NOTED, "", reason());
        }
    }

    /** Nothing more comes out, ever. */
    void end() {
        for (var late : toBeAnswered) {
            findings.verdict(late.number, late.shown(), Outcome.REFUSED, "", "");
        }
    }

    private void refuse(SeenCommand command) {
        command.judged = true;
        command.refused = true;
        findings.refused++;
    }
}
