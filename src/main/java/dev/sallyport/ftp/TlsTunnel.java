package dev.sallyport.ftp;

/**
 * TLS between the two ends of a control connection, which passes unseen until both have left it.
 *
 * <p>Clear text of one side is not enough: whoever is in the middle could add it (CVE-2011-1575), and a client alone cannot
 * turn a server back. So it waits until the other side has said its close_notify, or speaks clear text too. Stricter than
 * RFC 4217: clear text where TLS has not begun, and what is no TLS record, breaks the connection.
 */
public final class TlsTunnel {

    private final TlsRecords client = new TlsRecords();
    private final TlsRecords server = new TlsRecords();

    /** Takes the next bytes of one side. @return how many of them are TLS; those behind are to wait, or to be dropped */
    public int take(Side from, byte[] bytes, int length) {
        return of(from).take(bytes, length);
    }

    /** Whether what came from this side is neither TLS nor clear text behind it. */
    public boolean broken(Side from) {
        return of(from).broken();
    }

    /** Whether clear text of this side waits. */
    public boolean clear(Side from) {
        return of(from).clear();
    }

    /** Whether this side said close_notify before its clear text: the other may yet do so too. */
    public boolean announced(Side from) {
        return of(from).announced();
    }

    /** Whether both sides have left TLS, and one speaks clear text. */
    public boolean over() {
        return client.left() && server.left() && (client.clear() || server.clear());
    }

    private TlsRecords of(Side from) {
        return from == Side.CLIENT ? client : server;
    }
}
