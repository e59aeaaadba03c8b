package dev.sallyport.session;

import org.jspecify.annotations.Nullable;

/**
 * What a handshake on a control connection has agreed on.
 *
 * @param version such as {@code TLSv1.3}
 * @param cipher its name in the registry of IANA
 * @param subject whom the peer has proved to be, the subject of its certificate as in RFC 2253; null when it showed none
 */
public record TlsPeer(String version, String cipher, @Nullable String subject) {}
