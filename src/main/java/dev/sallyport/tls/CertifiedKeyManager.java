package dev.sallyport.tls;

import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.internal.tcnative.SSL;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Shows clients the certificate that they ask for by name. An alias is an index among the certificates. */
final class CertifiedKeyManager extends X509ExtendedKeyManager {

    private final CertifiedKeys keys;

    CertifiedKeyManager(CertifiedKeys keys) {
        this.keys = keys;
    }

    /** Null when the one that is to be shown has a key of another kind than the client takes. */
    @Override
    public @Nullable String chooseEngineServerAlias(String algorithm, Principal @Nullable [] issuers, SSLEngine engine) {
        var name = SSL.getSniHostname(((ReferenceCountedOpenSslEngine) engine).sslPointer());
        var shown = keys.shownTo(name, algorithm);
        return shown == null ? null : Integer.toString(keys.all().indexOf(shown));
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return certified(alias).chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return certified(alias).key();
    }

    private CertifiedKey certified(String alias) {
        return keys.all().get(Integer.parseInt(alias));
    }

    // ---- Never asked: servers choose by the engine ----

    @Override
    public String @Nullable [] getServerAliases(String algorithm, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String algorithm, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String algorithm, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(String[] algorithms, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }
}
