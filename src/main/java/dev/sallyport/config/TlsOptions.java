package dev.sallyport.config;

import dev.sallyport.tls.KeyPin;
import dev.sallyport.tls.TlsVersion;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway that ends TLS shows, and whom it believes. It may change while the gateway runs.
 *
 * @param certificates shown to clients, the first to those that name nobody; empty where clients have no TLS
 * @param clientCertificates those that clients are asked for; null for none
 * @param verify which servers are taken for what they say; null where servers have no TLS
 * @param name whom a server has to prove to be; null: whoever it is called
 * @param versions at least one
 * @param reuseDemanded whether a client's data connections have to resume its control connection's TLS
 */
public record TlsOptions(
        List<TlsFiles> certificates,
        @Nullable ClientCertificates clientCertificates,
        @Nullable Verify verify,
        @Nullable String name,
        Set<TlsVersion> versions,
        boolean reuseDemanded) {

    /** @param ca PEM, one certificate at least @param required whether a client that shows none is refused */
    public record ClientCertificates(Path ca, boolean required) {}

    /** Which servers are taken for what they say. */
    public sealed interface Verify {

        /** Whom this system trusts. */
        record BySystem() implements Verify {}

        /** @param ca PEM, one certificate at least */
        record ByAuthorities(Path ca) implements Verify {}

        /** Whoever has one of these keys. @param pins at least one */
        record ByKey(Set<KeyPin> pins) implements Verify {
            public ByKey {
                pins = Set.copyOf(pins);
            }
        }
    }

    public TlsOptions {
        certificates = List.copyOf(certificates);
        versions = Set.copyOf(versions);
    }
}
