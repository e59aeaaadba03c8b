package dev.sallyport.datapath.relay;

import dev.sallyport.ftp.PortRange;
import java.time.Duration;

/**
 * @param placement where it listens
 * @param handedOver whether clients' data connections are accepted elsewhere and handed over ({@link RelayDataPath#handOver})
 * @param ownMark SO_MARK of its transparent sockets
 * @param dataPorts the ports that may be listened on for clients; one port serves all client addresses at once
 * @param serverDataPorts the ports that may be listened on for servers; each serves one connection a minute
 * @param portWait how long a request waits for a free port before it is refused, zero or more
 * @param portLinger how long, and at most twice as long, a port is listened on without a pinhole, positive
 * @param connect longest time to connect to a target, positive
 * @param idle longest silence of a data connection, positive
 */
public record RelaySettings(
        Placement placement,
        boolean handedOver,
        int ownMark,
        PortRange dataPorts,
        PortRange serverDataPorts,
        Duration portWait,
        Duration portLinger,
        Duration connect,
        Duration idle) {

    /** Where the relay listens and connects from. */
    public enum Placement {
        /** At the address that the peer is told, which is this host's. */
        HERE,
        /** At the address that the peer is told, this host's or not: with transparent sockets. */
        TRANSPARENT,
        /**
         * At every address, this host's or not. Beside the kernel's data path: the packets of a connection that this forwards would
         * otherwise be taken for the listener's where it has that connection's own address and port.
         */
        EVERYWHERE,
        /** At every address of this host, since the kernel redirects clients to one of them; it connects transparently. */
        REDIRECTED
    }
}
