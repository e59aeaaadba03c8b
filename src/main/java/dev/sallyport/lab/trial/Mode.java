package dev.sallyport.lab.trial;

/** The command that arranges a data connection. */
public enum Mode {
    PORT,
    PASV,
    EPRT,
    EPSV;

    /** Whether the client connects, and not the server. */
    public boolean passive() {
        return this == PASV || this == EPSV;
    }

    boolean extended() {
        return this == EPRT || this == EPSV;
    }

    /** PORT and PASV can only speak of IPv4 addresses (RFC 959); EPRT and EPSV of both (RFC 2428). */
    boolean worksOver(Family family) {
        return family == Family.IPV4 || extended();
    }
}
