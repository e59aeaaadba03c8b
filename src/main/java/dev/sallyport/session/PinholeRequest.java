package dev.sallyport.session;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.Side;
import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A door for one data connection: from the expected peer, to an address and port that it will be told, and on to the
 * target. The data path answers with {@link Input.PinholeOpened} or {@link Input.PinholeRefused}.
 *
 * @param id names the pinhole
 * @param connects who will connect: the client in passive mode, the server in active mode
 * @param expected the address that the connection must come from
 * @param expectedPort the source port that it must come from; null for any
 * @param listen the address that the one who connects has the control connection with: the gateway's own, or, where a side
 *     does not see the gateway, the other side's
 * @param target where the connection leads
 * @param dialFrom the address that the target sees it come from: the one that the target has the control connection with
 * @param dialFromPort the source port that the target sees; null for any
 * @param protection which side has TLS
 * @param lifetime how long it waits for its connection; positive
 */
public record PinholeRequest(
        PinholeId id,
        Side connects,
        InetAddress expected,
        @Nullable Port expectedPort,
        InetAddress listen,
        Endpoint target,
        InetAddress dialFrom,
        @Nullable Port dialFromPort,
        DataProtection protection,
        Duration lifetime) {}
