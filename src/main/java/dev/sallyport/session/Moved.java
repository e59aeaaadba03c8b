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

    public static final Moved NOTHING = new Moved(0, 0);

    public Moved plus(Moved other) {
        return new Moved(
                bytesToClient + other.bytesToClient, bytesToServer + other.bytesToServer, packetsToClient + other.packetsToClient,
                packetsToServer + other.packetsToServer);
    }

    /** What is more here than there. */
    public Moved beyond(Moved other) {
        return new Moved(
                Math.max(0, bytesToClient - other.bytesToClient), Math.max(0, bytesToServer - other.bytesToServer),
                Math.max(0, packetsToClient - other.packetsToClient), Math.max(0, packetsToServer - other.packetsToServer));
    }

    /** As a data path tells that does not see packets. */
    public Moved(long bytesToClient, long bytesToServer) {
        this(bytesToClient, bytesToServer, 0, 0);
    }
}
