package dev.sallyport.peers;

/** The command that arranges a data connection. */
enum TransferMode {
    PORT,
    PASV,
    EPRT,
    EPSV;

    /** PORT and PASV can only speak of IPv4 addresses (RFC 959); EPRT and EPSV of both (RFC 2428). */
    boolean worksOver(Family family) {
        return family == Family.IPV4 || extended();
    }

    boolean extended() {
        return this == EPRT || this == EPSV;
    }

    boolean passive() {
        return this == PASV || this == EPSV;
    }
}
