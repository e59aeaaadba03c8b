package dev.sallyport.session;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;
import java.time.Duration;

/**
 * What observers of a session are told. No event holds a secret. User names and paths are as the client sent them, one
 * character for each byte: whoever shows them must escape them.
 */
public sealed interface SessionEvent {

    /** The first event of a live session: the client is connected, the server is not yet. The runner tells it. */
    record Arrived() implements SessionEvent {}

    /** The server is connected too. */
    record Started(Endpoint client, Endpoint server) implements SessionEvent {}

    record LoggedIn(String user) implements SessionEvent {}

    record LoginRefused(String user, int code) implements SessionEvent {}

    /** A password waits for so long before the server sees it, because others of this client were wrong. */
    record LoginHeld(Duration duration) implements SessionEvent {}

    /** @param mode the command that set it up @param took from the request until it was open */
    record PinholeOpened(PinholeRequest request, Verb mode, Endpoint told, Duration took) implements SessionEvent {}

    record PinholeRefused(PinholeRequest request, PinholeRefusal reason) implements SessionEvent {}

    record PinholeUsed(PinholeId pinhole, Verb mode) implements SessionEvent {}

    /** Closed without having been used. */
    record PinholeUnused(PinholeId pinhole, Unused why) implements SessionEvent {}

    enum Unused {
        SUPERSEDED,
        COMMAND_FAILED,
        EXPIRED,
        SESSION_ENDED
    }

    /** The connection through a used pinhole has ended. */
    record DataEnded(PinholeId pinhole, Moved moved, DataEnd end) implements SessionEvent {}

    /** A transfer command went to the server. @param argument as the client sent it; may be empty */
    record TransferBegan(Verb verb, String argument) implements SessionEvent {}

    record TransferEnded(Transfer transfer) implements SessionEvent {}

    /**
     * A peer's fault.
     *
     * @param side whose fault it is
     * @param detail what it was about, escaped; may be empty
     * @param enforced whether what the fault's severity says was done; otherwise its check's level is {@code log}
     */
    record FaultSeen(Side side, Fault fault, String detail, boolean enforced) implements SessionEvent {}

    /**
     * A rule has refused a command, or allowed it and is to be told of; only what the rule wants logged is an event.
     *
     * @param rule the rule's name, or {@link dev.sallyport.rules.Decision#DEFAULTS}
     * @param detail the command, escaped, secrets masked
     */
    record RuleDecided(String rule, Ruling ruling, Verb verb, String detail) implements SessionEvent {}

    /** What became of a command by a rule. */
    enum Ruling {
        ALLOWED,
        DENIED,
        /** The session ends. */
        CLOSED,
        /** The rule allows fewer. */
        TOO_FAST,
        /** What the rule asks for cannot be known. */
        UNRESOLVED,
        /** The rule allows smaller files: it was refused, or cut, or has gone through before its size was known. */
        TOO_LARGE
    }

    /** From here on these rules are in force. @param generation how often rules have been replaced */
    record RulesTaken(String ruleSet, long generation) implements SessionEvent {}

    /** The gateway speaks TLS with one side, and still sees what is said. */
    record Secured(Side side, TlsPeer peer) implements SessionEvent {}

    /** TLS with one side has ended, and the connection stays. */
    record Unsecured(Side side) implements SessionEvent {}

    /** The control connection is opaque from here on. */
    record BecameOpaque() implements SessionEvent {}

    /** The server's passive range is open to the client. */
    record RangeOpened(RangeRequest request) implements SessionEvent {}

    record RangeRefused(RangeRequest request, PinholeRefusal reason) implements SessionEvent {}

    /** See {@link Input.RangeMoved}. May come after the range was closed: its data may finish. */
    record RangeMoved(RangeId range, Moved moved, int came, int standing) implements SessionEvent {}

    record RangeClosed(RangeId range) implements SessionEvent {}

    /** TLS has ended, the control connection is read again. */
    record Cleared() implements SessionEvent {}

    /** The last event of a session. */
    record Ended(EndReason reason, String detail, Duration duration, int commands, int transfers, long bytesToClient,
            long bytesToServer) implements SessionEvent {}
}
