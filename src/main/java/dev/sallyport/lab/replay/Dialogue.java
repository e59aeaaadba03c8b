package dev.sallyport.lab.replay;

import dev.sallyport.ftp.ReplyReader;
import dev.sallyport.ftp.Side;
import dev.sallyport.lab.replay.SessionReport.Outcome;
import dev.sallyport.session.SessionPolicy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Locale;

/**
 * What both sides say in the capture, line by line before the engine. Each reply of the server is matched with the client's
 * command: the engine decides about the command first, and where it does not let it through, the reply is left out.
 */
final class Dialogue {

    /** No turn at a login, and no rule, makes anything wait longer. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);
    /** So many commands without a reply are remembered. */
    private static final int MOST_AWAITING = 4_096;
    /** RFC 4217 §4. */
    private static final int TLS_BEGINS = 234;
    /** What a client says ahead while the engine does not take it. */
    private static final int MOST_UNREAD_BYTES = 1 << 20;
    /** What a line takes besides its bytes, about. */
    private static final int LINE_BYTES = 160;

    private final ReplayEngine engine;
    private final Verdicts verdicts;
    private final Findings findings;
    private final Waiting waiting;
    private final LineCutter fromClient = new LineCutter();
    private final LineCutter fromServer = new LineCutter();
    private final ReplyReader replies = new ReplyReader(SessionPolicy.MOST_REPLY_LINES);
    /** Lines that the engine does not take yet. */
    private final Deque<SeenCommand> unread = new ArrayDeque<>();
    /** Commands that the capture has no final reply for so far. */
    private final Deque<SeenCommand> awaiting = new ArrayDeque<>();
    private boolean greeted;
    private boolean encrypted;
    private int unreadBytes;
    /** What is counted of this session among what waits. */
    private long counted;

    Dialogue(ReplayEngine engine, Verdicts verdicts, Findings findings, Waiting waiting) {
        this.waiting = waiting;
        this.engine = engine;
        this.verdicts = verdicts;
        this.findings = findings;
    }

    /** Whether the server has agreed to TLS that the engine does not let begin. */
    boolean encrypted() {
        return encrypted;
    }

    /** @return false when more waits than is remembered: nothing can be said of it any more */
    boolean bytes(Side side, byte[] bytes, int at, int length) {
        if (engine.opaque()) {
            engine.feed(side, Arrays.copyOfRange(bytes, at, at + length));
        } else if (side == Side.CLIENT) {
            fromClient.add(bytes, at, length, this::client);
        } else {
            fromServer.add(bytes, at, length, this::server);
        }
        var waits = (long) unreadBytes + fromClient.begun() + fromServer.begun();
        var room = waiting.add(waits - counted) || waits <= counted;
        counted = waits;
        return room && unreadBytes <= MOST_UNREAD_BYTES;
    }

    /** Nothing of it is needed any more. */
    void forget() {
        waiting.add(-counted);
        counted = 0;
        unread.clear();
    }

    /** A side says no more: what it has begun to say is all. */
    void ended(Side side) {
        var rest = (side == Side.CLIENT ? fromClient : fromServer).rest();
        if (rest.length > 0) {
            engine.feed(side, rest);
        }
    }

    private void client(byte[] line) {
        if (engine.closed()) {
            return;
        }
        var command = new SeenCommand(++findings.commands, line);
        unread.add(command);
        unreadBytes += line.length + LINE_BYTES;
        if (command.answered() && awaiting.size() < MOST_AWAITING) {
            awaiting.add(command);
        }
        handOver();
    }

    /** Hands to the engine what it takes of the client's lines. */
    void handOver() {
        while (!engine.closed() && verdicts.free() && !unread.isEmpty() && engine.acceptsCommand()) {
            var next = unread.remove();
            unreadBytes -= next.bytes.length + LINE_BYTES;
            verdicts.begin(next);
            engine.feed(Side.CLIENT, next.bytes);
        }
    }

    private void server(byte[] line) {
        if (engine.closed()) {
            return;
        }
        var part = replies.read(SeenCommand.line(line));
        var answered = greeted && replies.code() != 421 ? awaiting.peek() : null;
        if (answered != null) {
            judge(answered);
        }
        if (answered == null || !answered.refused) {
            verdicts.beginReply(line, answered);
            engine.feed(Side.SERVER, line);
            verdicts.endReply();
        }
        if (part == ReplyReader.Part.WHOLE || part == ReplyReader.Part.LAST) {
            if (answered != null && replies.code() >= 200) {
                awaiting.poll();
            }
            greeted |= replies.code() >= 200;
            encrypted |= answered != null && answered.refused && replies.code() == TLS_BEGINS;
        }
        handOver();
    }

    /** Has the engine decide about a command, which may have to wait for its turn. */
    private void judge(SeenCommand command) {
        handOver();
        var waited = Duration.ZERO;
        while (!command.judged && !engine.closed()) {
            var wait = engine.untilDeadline();
            if (wait == null || waited.plus(wait).compareTo(LONGEST_WAIT) > 0) {
                return;
            }
            waited = waited.plus(wait);
            engine.letWait(wait);
            handOver();
        }
        if (waited.isPositive()) {
            findings.verdict(command.number, command.shown(), Outcome.HELD, "", String.format(Locale.ROOT,
                    "for %.1f s", waited.toNanos() / 1e9));
        }
    }
}
