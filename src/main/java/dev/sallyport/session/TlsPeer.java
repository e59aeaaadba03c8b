package dev.sallyport.session;

import dev.sallyport.ftp.Side;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a handshake on a control connection has agreed on.
 *
 * @param version such as {@code TLSv1.3}
 * @param cipher its name in the registry of IANA
 * @param name which host the client called (SNI, RFC 6066 §3), as it said it; null when it said none, or the peer is the server
 * @param subject whom the peer has proved to be, the subject of its certificate as in RFC 2253; null when it showed none
 */
public record TlsPeer(String version, String cipher, @Nullable String name, @Nullable String subject) {

    /** The same map with another peer on one side, or with none there any more. What was given stays as it is. */
    public static Map<Side, TlsPeer> with(Map<Side, TlsPeer> known, Side side, @Nullable TlsPeer peer) {
        var changed = new EnumMap<Side, TlsPeer>(Side.class);
        changed.putAll(known);
        if (peer == null) {
            changed.remove(side);
        } else {
            changed.put(side, peer);
        }
        return changed;
    }
}
