package dev.sallyport.lab.trial;

/** Where the firewall stands. */
public enum Topology {
    /** Clients and servers see each other's own addresses. */
    ROUTED,
    /** Clients call an address of the firewall's, which stands for a server behind it. */
    VIP,
    /** Servers know no way to the clients, whose addresses the firewall hides behind its own. */
    OUTBOUND;

    @Override
    public String toString() {
        return Cell.lower(this);
    }
}
