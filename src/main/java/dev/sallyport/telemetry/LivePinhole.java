package dev.sallyport.telemetry;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.Side;
import dev.sallyport.session.DataProtection;
import dev.sallyport.session.PinholeId;
import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A pinhole, or the data connection through it, as it was when somebody asked.
 *
 * @param id the pinhole
 * @param gateway the gateway's name
 * @param connects who was told of it: the client in passive mode, the server in active mode
 * @param from the address that the connection must come from
 * @param fromPort the source port that it must come from; null for any
 * @param told the address and port that the one who connects was told
 * @param target where the connection leads
 * @param protection which side has TLS that the gateway ends
 * @param age since it was opened
 * @param remaining until it closes unused, zero or more; null once it is used
 */
public record LivePinhole(
        PinholeId id,
        String gateway,
        Side connects,
        InetAddress from,
        @Nullable Port fromPort,
        Endpoint told,
        Endpoint target,
        DataProtection protection,
        Duration age,
        @Nullable Duration remaining) {

    /** Whether the connection came; then the pinhole is shut, and its data connection open. */
    public boolean used() {
        return remaining == null;
    }
}
