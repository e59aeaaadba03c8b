package dev.sallyport.session;

import org.jspecify.annotations.Nullable;

/**
 * What a handshake on a control connection has agreed on.
 *
 * @param version such as {@code TLSv1.3}
 * @param cipher its name in the registry of IANA
 * @param name which host the client called (SNI, RFC 6066 §3), as it said it; null when it said none, or the peer is the server
 * @param subject whom the peer has proved to be, the subject of its certificate as in RFC 2253; null when it showed none
 */
public record TlsPeer(String version, String cipher, @Nullable String name, @Nullable String subject) {}
