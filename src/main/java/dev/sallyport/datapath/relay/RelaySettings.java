package dev.sallyport.datapath.relay;

import dev.sallyport.ftp.PortRange;
import java.time.Duration;

/**
 * @param dataPorts the ports that may be listened on for clients; one port serves all client addresses at once
 * @param serverDataPorts the ports that may be listened on for servers; each serves one connection a minute
 * @param portWait how long a request waits for a free port before it is refused, zero or more
 * @param connect longest time to connect to a target, positive
 * @param idle longest silence of a data connection, positive
 */
public record RelaySettings(
        PortRange dataPorts, PortRange serverDataPorts, Duration portWait, Duration connect, Duration idle) {}
