package dev.sallyport.proxy;

import dev.sallyport.datapath.DataTls;
import dev.sallyport.ftp.Side;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.TlsPeer;
import dev.sallyport.session.TlsPolicy;
import dev.sallyport.tls.GatewayTls;
import dev.sallyport.tls.TlsLeg;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import java.io.IOException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Objects;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** TLS of one session, on the sides where the gateway ends it: the control connections', and that of its data connections. */
final class SessionTls implements DataTls, AutoCloseable {

    private final @Nullable GatewayTls by;
    /** Whom the client calls, or means to. */
    private final ServerAddress called;
    /** Made when they are needed: few clients that are offered TLS may take it. */
    private @Nullable TlsLeg client;
    private @Nullable TlsLeg server;
    /** What the server has proved to be on the control connection. */
    private @Nullable Certificate serverCertificate;
    private boolean resumptionDemanded;

    /** @param by what it is ended with; null where it is not */
    SessionTls(GatewaySettings settings, @Nullable GatewayTls by, SessionContext context) {
        this.by = by;
        this.called = settings.server() instanceof ServerChoice.Fixed(var address) ? address
                : new ServerAddress(context.gateway().address().getHostAddress(), context.gateway().port());
    }

    /** @throws IOException when a gateway's policy has it end TLS that it cannot end; the message says why */
    static void require(GatewaySettings settings, @Nullable GatewayTls by) throws IOException {
        if (settings.policy().tls() instanceof TlsPolicy.Ended && by == null) {
            throw new IOException("gateway " + settings.name() + " is to end TLS, and has no certificate and nobody to trust");
        }
    }

    @Override
    public ReferenceCountedOpenSslEngine engine(Side side, ByteBufAllocator allocator) {
        return leg(side).data(allocator);
    }

    /** That of the control connection. @return to be released likewise */
    ReferenceCountedOpenSslEngine control(Side side, ByteBufAllocator allocator) {
        return leg(side).control(allocator);
    }

    private TlsLeg leg(Side side) {
        var gateway = Objects.requireNonNull(by, "a gateway that ends TLS was set up for it");
        if (side == Side.CLIENT) {
            if (client == null) {
                client = gateway.withClient();
                resumptionDemanded = gateway.reuseDemanded();
            }
            return client;
        }
        if (server == null) {
            server = gateway.withServer(called.host(), called.port().number());
        }
        return server;
    }

    /** Whom a control connection is with, whose handshake has just succeeded. */
    TlsPeer peer(Side side, ReferenceCountedOpenSslEngine engine) {
        var shown = certificate(engine);
        if (side == Side.SERVER) {
            serverCertificate = shown;
        }
        var session = engine.getSession();
        return new TlsPeer(
                session.getProtocol(), session.getCipherSuite(), leg(side).called(engine),
                shown instanceof X509Certificate known ? known.getSubjectX500Principal().getName(X500Principal.RFC2253) : null);
    }

    private static @Nullable Certificate certificate(ReferenceCountedOpenSslEngine engine) {
        try {
            return engine.getSession().getPeerCertificates()[0];
        } catch (SSLPeerUnverifiedException none) {
            return null;
        }
    }

    @Override
    public boolean resumed(Side side, ReferenceCountedOpenSslEngine engine) {
        return leg(side).resumed(engine);
    }

    /** A client that resumes has the control connection's secret; a server that does not, some never do, must show its certificate. */
    @Override
    public @Nullable DataEnd objection(Side side, ReferenceCountedOpenSslEngine engine, boolean resumed) {
        if (resumed) {
            return null;
        }
        if (side == Side.CLIENT) {
            return resumptionDemanded ? DataEnd.NOT_RESUMED : null;
        }
        return serverCertificate != null && serverCertificate.equals(certificate(engine)) ? null : DataEnd.SERVER_TLS_FAILED;
    }

    /** Nothing more is resumed. Data connections that stand go on. */
    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
        if (server != null) {
            server.close();
        }
    }
}
