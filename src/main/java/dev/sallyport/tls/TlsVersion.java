package dev.sallyport.tls;

import java.util.Collection;

/** The versions that are spoken; older ones are not (RFC 8996). */
public enum TlsVersion {
    TLS_1_2("TLSv1.2"),
    TLS_1_3("TLSv1.3");

    /** How long what was agreed may be resumed: as long as tickets may live at all (RFC 8446 §4.6.1), since FTP sessions last. */
    static final long SESSION_SECONDS = 604_800;

    private final String protocol;

    TlsVersion(String protocol) {
        this.protocol = protocol;
    }

    /** As the JDK and Netty call them. */
    static String[] protocols(Collection<TlsVersion> versions) {
        return versions.stream().map(version -> version.protocol).toArray(String[]::new);
    }
}
