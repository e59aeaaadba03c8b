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
 * @param listen the gateway's own address towards the one who connects
 * @param target where the connection leads
 * @param dialFrom the gateway's own address towards the target; null for the one that routing chooses
 * @param dialFromPort the source port of the connection to the target; null for any, and when {@code dialFrom} is
 * @param lifetime how long it waits for its connection; positive
 */
public record PinholeRequest(
        PinholeId id,
        Side connects,
        InetAddress expected,
        @Nullable Port expectedPort,
        InetAddress listen,
        Endpoint target,
        @Nullable InetAddress dialFrom,
        @Nullable Port dialFromPort,
        Duration lifetime) {}
