package dev.sallyport.session;

import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;
import dev.sallyport.rules.Level;

/**
 * Decides, by the level of its check, what a fault does: the place where it was found goes on when it stops nothing. A fault
 * without a check always stops.
 */
final class Conduct {

    private static final long SECOND_NANOS = 1_000_000_000;

    /** The lines of one side in the second that began with the first of them. */
    private static final class Pace {
        long sinceNanos;
        int lines;
    }

    private final Conversation conversation;
    private final Pace ofClient = new Pace();
    private final Pace ofServer = new Pace();

    Conduct(Conversation conversation) {
        this.conversation = conversation;
    }

    Level level(Fault fault) {
        return conversation.gatekeeper.checks().of(fault);
    }

    /** Whether the fault is enforced; it is told unless its check is off, and what its severity says has been done. */
    boolean stops(Side side, Fault fault, String detail) {
        if (level(fault) == Level.ENFORCE) {
            conversation.fault(side, fault, detail);
            return true;
        }
        return forbids(side, fault, detail);
    }

    /** The same for a client's command. */
    boolean stops(Fault fault, Command command) {
        return switch (level(fault)) {
            case ENFORCE -> {
                conversation.fault(fault, command);
                yield true;
            }
            case LOG -> forbids(Side.CLIENT, fault, command.toString());
            case OFF -> false;
        };
    }

    /** Counts a line of this side. Whether it was one too many in a second, which ended the session. */
    boolean floods(Side side) {
        var pace = side == Side.CLIENT ? ofClient : ofServer;
        var now = conversation.clocks.nowNanos();
        if (pace.lines == 0 || now - pace.sinceNanos >= SECOND_NANOS) {
            pace.sinceNanos = now;
            pace.lines = 0;
        }
        // Told once in a second.
        return ++pace.lines == conversation.gatekeeper.text().limits().linesPerSecond() + 1 && stops(side, Fault.TOO_MANY_LINES, "");
    }

    /** Whether a command that is well-formed goes no further for its bytes, its length, or because it comes too early. */
    boolean stops(Command command) {
        return suspicious(Fault.BINARY_IN_COMMAND) && binary(command) && stops(Fault.BINARY_IN_COMMAND, command)
                || tooLong(command) && stops(Fault.ARGUMENT_TOO_LONG, command)
                || suspicious(Fault.COMMAND_AHEAD_OF_REPLY) && ahead(command.verb())
                        && stops(Fault.COMMAND_AHEAD_OF_REPLY, command);
    }

    private boolean suspicious(Fault fault) {
        return level(fault) != Level.OFF;
    }

    /** Control characters, and 8-bit bytes where no name stands. CR NUL is a CR in a name (RFC 2640 §3.1). */
    private static boolean binary(Command command) {
        var line = command.line();
        var mostByte = named(command.verb()) ? 0xff : '~';
        for (var i = 0; i < line.length(); i++) {
            var c = line.at(i);
            if (c > mostByte || c < ' ' && c != '\t' && c != '\r' && c != 0 || c == 0x7f) {
                return true;
            }
        }
        return false;
    }

    /** Whether a name or a path, in any encoding, may stand in the argument. */
    private static boolean named(Verb verb) {
        return switch (verb) {
            case USER, PASS, ACCT, CLNT -> true;
            case UNKNOWN -> false;
            default -> verb.argument() != Verb.Argument.NONE;
        };
    }

    private boolean tooLong(Command command) {
        return command.line().length() - command.argumentStart() > conversation.gatekeeper.text().limits().argumentBytes()
                && switch (command.verb().argument()) {
                    case PATH, TREE, FOLDER, LISTING, UNIQUE, BEHIND_WORD, DATED, ONE_WORD -> true;
                    case NONE, PARENT, OPAQUE -> false;
                };
    }

    /** While a transfer runs a client may well ask how it goes on, or end it. */
    private boolean ahead(Verb verb) {
        return conversation.outstanding.awaitsReply() && !(conversation.outstanding.transferring() && switch (verb) {
            case ABOR, STAT, QUIT, NOOP -> true;
            default -> false;
        });
    }

    /** Whether the fault is enforced; it is told unless its check is off. What is to be done is left to the caller. */
    boolean forbids(Side side, Fault fault, String detail) {
        var level = level(fault);
        if (level != Level.OFF) {
            conversation.publishFault(side, fault, detail, level == Level.ENFORCE);
        }
        return level == Level.ENFORCE;
    }
}
