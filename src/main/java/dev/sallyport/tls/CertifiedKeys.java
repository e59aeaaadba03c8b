package dev.sallyport.tls;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The certificates that a gateway shows to clients.
 *
 * @param all at least one; the first is shown to clients that name nobody, or somebody unknown
 */
public record CertifiedKeys(List<CertifiedKey> all) {

    public CertifiedKeys {
        all = List.copyOf(all);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("no certificate");
        }
    }

    /**
     * The one to show: the first that is made out to the name, or to any where none is.
     *
     * @param name that the client asked for (RFC 6066 §3); null for none
     * @param algorithm that the client takes, {@code RSA} or {@code EC}
     * @return null when none that is to be shown has such a key
     */
    @Nullable CertifiedKey shownTo(@Nullable String name, String algorithm) {
        var named = name == null ? List.<CertifiedKey>of() : all.stream().filter(certified -> certified.isNamed(name)).toList();
        return (named.isEmpty() ? all : named).stream()
                .filter(certified -> certified.key().getAlgorithm().equals(algorithm))
                .findFirst().orElse(null);
    }
}
