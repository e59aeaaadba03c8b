package dev.sallyport.peers;

import java.nio.file.Path;

/**
 * An FTP server that a test can start, on loopback or in a host of a {@link dev.sallyport.net.Network}, with the account
 * {@value #USER} (password {@value #PASSWORD}), which
 * may read and write.
 */
interface ServerProgram {
    String USER = "demo";
    String PASSWORD = Passwords.OF_ACCOUNT;

    /** What {@code openssl passwd -6} makes of {@link #PASSWORD}. */
    String PASSWORD_HASH =
            "$6$sallyport$B1MaxxWTrbxTcCra94SMS/9InY6vEDfuInpJeh2BZWPE./bJn7BN3y54mVenOoISyq3hkFx4zFeWNSpkhN7O.1";

    String name();

    /** From which port this server's active data connections come, as configured here. */
    ActiveSourcePort activeSourcePort();

    /** Whether this server, as configured here, lets {@code anonymous} read. */
    boolean anonymousReads();

    /**
     * Starts the server and returns once it greets. It runs in the network namespace of the calling thread, see {@link
     * dev.sallyport.net.Host#call}.
     *
     * @param address where it listens, of the family
     * @param port its control port; the port below it is to be free as well, for active data connections
     * @param root the directory that it serves
     * @param work a directory of its own for configuration and logs
     */
    RunningServer start(Family family, String address, int port, Path root, Path work) throws Exception;
}
