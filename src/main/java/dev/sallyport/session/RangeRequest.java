package dev.sallyport.session;

import dev.sallyport.ftp.PortRange;
import java.net.InetAddress;

/**
 * The declared passive ports of a server, open to one client while its control connection is opaque: from the client, to the
 * address that it has the control connection with, at any port of the range, and on to the same port of the server. The data
 * path answers with {@link Input.RangeOpened} or {@link Input.RangeRefused}.
 *
 * @param id names the range
 * @param client the address that connections must come from
 * @param listen the address that the client has the control connection with: the gateway's own, or, where it does not see the
 *     gateway, the server's
 * @param server where connections lead
 * @param dialFrom the address that the server sees them come from
 * @param ports the ports, the same on both sides
 * @param most most data connections at a time, positive; the kernel does not count them
 */
public record RangeRequest(
        RangeId id,
        InetAddress client,
        InetAddress listen,
        InetAddress server,
        InetAddress dialFrom,
        PortRange ports,
        int most) {}
