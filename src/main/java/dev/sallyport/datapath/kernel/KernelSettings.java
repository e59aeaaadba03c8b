package dev.sallyport.datapath.kernel;

import dev.sallyport.ftp.PortRange;
import java.time.Duration;

/**
 * What one gateway's data path goes by.
 *
 * @param dataPorts the ports that clients may be told where the server's own cannot be
 * @param serverDataPorts the ports that servers may be told where the client's own cannot be
 * @param portWait how long a request waits for a free port before it is refused, zero or more
 * @param idle longest silence of a data connection, positive
 * @param controlIdle longest silence of a control connection, positive, unless data moves
 */
public record KernelSettings(
        PortRange dataPorts, PortRange serverDataPorts, Duration portWait, Duration idle, Duration controlIdle) {}
