package dev.sallyport.session;

import dev.sallyport.ftp.Side;

/**
 * Which side of a data connection has TLS (PROT P, RFC 4217 §9). Client and server keep their roles: towards the client the gateway is
 * TLS's server, towards the server its client, whoever connects to whom.
 */
public record DataProtection(boolean client, boolean server) {

    /** Neither (PROT C). */
    public static final DataProtection CLEAR = new DataProtection(false, false);

    public boolean of(Side side) {
        return side == Side.CLIENT ? client : server;
    }

    /** Whether there is TLS anywhere. */
    public boolean any() {
        return client || server;
    }
}
