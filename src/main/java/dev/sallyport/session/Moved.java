package dev.sallyport.session;

/**
 * What went through a data connection.
 *
 * @param bytesToClient payload, 0 or more
 * @param bytesToServer payload, 0 or more
 * @param packetsToClient 0 where the data path does not see packets
 * @param packetsToServer 0 where the data path does not see packets
 */
public record Moved(long bytesToClient, long bytesToServer, long packetsToClient, long packetsToServer) {

    public Moved plus(Moved other) {
        return new Moved(
                bytesToClient + other.bytesToClient, bytesToServer + other.bytesToServer, packetsToClient + other.packetsToClient,
                packetsToServer + other.packetsToServer);
    }

    /** As a data path tells that does not see packets. */
    public Moved(long bytesToClient, long bytesToServer) {
        this(bytesToClient, bytesToServer, 0, 0);
    }
}
