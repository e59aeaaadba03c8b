package dev.sallyport.datapath.kernel;

import java.util.Locale;

/**
 * The named counters of the table, shared by all gateways. Each counts first packets, but for {@link #STRAYS} and {@link
 * #CUT}, which count all.
 */
public enum RulesetCounter {
    /** Control connections taken to a gateway. */
    INTERCEPTED,
    /** Data connections let through a pinhole. */
    PINHOLES,
    /** Data connections of opaque sessions, let through a server's passive ports. */
    RANGES,
    /** Connections refused because their pinhole is used up or waits for another source port. */
    USED,
    /** Forwarded connections refused by a closed wall. */
    STRANGERS,
    /** Packets of no connection, refused by a closed wall. */
    STRAYS,
    /** Direct connections to an intercepting listener, refused. */
    LISTENER,
    /** Connections to a data port of the gateway itself that no pinhole waits for, refused. */
    DATAPORTS,
    /** Packets of data connections being cut. */
    CUT;

    /** What nftables calls it. */
    public String nftName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
