package dev.sallyport.session;

import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Side;
import dev.sallyport.rules.Level;

/**
 * Decides, by the level of its check, what a fault does: the place where it was found goes on when it stops nothing. A fault
 * without a check always stops.
 */
final class Conduct {

    private final Conversation conversation;

    Conduct(Conversation conversation) {
        this.conversation = conversation;
    }

    Level level(Fault fault) {
        return conversation.policy.checks().of(fault);
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

    /** Whether the fault is enforced; it is told unless its check is off. What is to be done is left to the caller. */
    boolean forbids(Side side, Fault fault, String detail) {
        var level = level(fault);
        if (level != Level.OFF) {
            conversation.publishFault(side, fault, detail, level == Level.ENFORCE);
        }
        return level == Level.ENFORCE;
    }
}
