package dev.sallyport.datapath.kernel;

import java.io.IOException;

/** Another process has the table and the policy routes of this host; nothing has been changed. */
public final class FirewallTakenException extends IOException {
    private static final long serialVersionUID = 1;

    /** @param holder the other's process id; 0 where this process cannot see it, as from another container */
    FirewallTakenException(int holder) {
        super("another process" + (holder == 0 ? "" : ", " + holder + ",") + " has Sallyport's table in the packet filter of this host, "
                + "and two would undo each other's. Stop that one, or put the gateways of both in one configuration file: one process "
                + "serves many. What must be apart wants a network namespace of its own");
    }
}
