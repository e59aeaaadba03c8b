package dev.sallyport.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.peers.Certificate;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Both roles of the gateway, each against the other: with clients it is the server, with servers the client. */
@Tag("system")
@Timeout(60)
class TlsLegIT {

    private static final String NAME = "ftp.example.org";
    private static final Set<TlsVersion> BOTH = Set.of(TlsVersion.values());

    @TempDir
    private static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static Certificate main;
    @SuppressWarnings("NullAway.Init")
    private static Certificate other;

    @BeforeAll
    static void make() throws Exception {
        main = made("main", NAME);
        other = made("other", "*.other.example");
    }

    private static Certificate made(String file, String name) throws InterruptedException {
        return Certificate.make(
                folder, file, "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=x", "-addext", "subjectAltName=DNS:" + name);
    }

    private static ClientTls withClients(Set<TlsVersion> versions, Certificate... certificates) throws Exception {
        var all = new ArrayList<CertifiedKey>();
        for (var certificate : certificates) {
            all.add(read(certificate));
        }
        return ClientTls.of(versions, new CertifiedKeys(all), null);
    }

    private static CertifiedKey read(Certificate certificate) throws IOException {
        return CertifiedKey.read(certificate.file(), certificate.key());
    }

    private static ServerTls withServers(Certificate trusted) throws Exception {
        return ServerTls.of(BOTH, ServerTrust.authorities(trusted.file()), null);
    }

    /** A connection from one leg to the other, the hands shaken. */
    private static Wire connect(TlsLeg withServer, TlsLeg withClient, boolean tickets) throws SSLException {
        var wire = Wire.between(withServer.control(ByteBufAllocator.DEFAULT), withClient.control(ByteBufAllocator.DEFAULT));
        try {
            return wire.shaken(tickets);
        } catch (SSLException refused) {
            wire.close();
            throw refused;
        }
    }

    private static boolean resumed(TlsLeg leg, Wire.End end) {
        return leg.resumed((ReferenceCountedOpenSslEngine) end.engine);
    }

    /** Tickets come with each connection, as with downloads; or on the control connection alone, as with uploads to ProFTPD. */
    @ParameterizedTest
    @CsvSource({"TLS_1_2,true", "TLS_1_2,false", "TLS_1_3,true", "TLS_1_3,false"})
    void dataConnections_resumeTheirControlConnection_alsoTheFortieth(TlsVersion version, boolean tickets) throws Exception {
        try (var servers = withServers(main);
                var near = servers.leg(NAME, 21);
                var far = withClients(Set.of(version), main).leg();
                var control = connect(near, far, true)) {
            assertThat(resumed(near, control.client())).isFalse();
            for (var i = 1; i <= 40; i++) {
                try (var data = connect(near, far, tickets)) {
                    assertThat(data.finished()).isTrue();
                    assertThat(resumed(near, data.client())).as("ours, %s", i).isTrue();
                    assertThat(resumed(far, data.server())).as("theirs, %s", i).isTrue();
                }
            }
            assertThat(servers.expected()).as("what has ended is forgotten").isLessThan(4);
        }
    }

    /** The share of X25519MLKEM768 takes 1,216 bytes (draft-ietf-tls-ecdhe-mlkem §4.1). */
    @Test
    void onlyAConnectionThatResumesNothing_isForTheTimeOfQuantumComputers() throws Exception {
        try (var servers = withServers(main);
                var near = servers.leg(NAME, 21);
                var far = withClients(BOTH, main).leg()) {
            assertThat(helloBytes(near)).isGreaterThan(1_216);
            try (var control = connect(near, far, true)) {
                assertThat(control.finished()).isTrue();
                assertThat(helloBytes(near)).isLessThan(1_216);
            }
        }
    }

    private static int helloBytes(TlsLeg leg) throws SSLException {
        var engine = leg.data(ByteBufAllocator.DEFAULT);
        try {
            engine.beginHandshake();
            return engine.wrap(ByteBuffer.allocate(0), ByteBuffer.allocateDirect(1 << 17)).bytesProduced();
        } finally {
            engine.release();
        }
    }

    @ParameterizedTest
    @EnumSource
    void ticketOfAnotherSession_isNotResumed(TlsVersion version) throws Exception {
        var clients = withClients(Set.of(version), main);
        try (var servers = withServers(main);
                var near = servers.leg(NAME, 21);
                var far = clients.leg();
                var another = clients.leg();
                var control = connect(near, far, true);
                var stolen = connect(near, another, true)) {
            assertThat(control.finished()).isTrue();
            assertThat(stolen.finished()).as("it is a good connection otherwise").isTrue();
            assertThat(resumed(another, stolen.server())).isFalse();
            assertThat(resumed(near, stolen.client())).isFalse();
        }
    }

    @Test
    void legThatIsClosed_offersNothing_andLeavesNothing() throws Exception {
        try (var servers = withServers(main); var far = withClients(BOTH, main).leg()) {
            var near = servers.leg(NAME, 21);
            try (var control = connect(near, far, true)) {
                near.close();
                assertThat(control.finished()).isTrue();
                assertThat(servers.expected()).isZero();
                try (var late = connect(near, far, true)) {
                    assertThat(resumed(near, late.client())).isFalse();
                }
            }
        }
    }

    /** What a session has begun with stays, also for the data connections that it will make. */
    @ParameterizedTest
    @EnumSource
    void partsTakenAnew_areNewSessions_andThoseThatStandGoOn(TlsVersion version) throws Exception {
        var old = new GatewayTls.Parts(withClients(Set.of(version), main), withServers(main), NAME, true);
        try (var tls = new GatewayTls(old);
                var near = tls.withServer("192.0.2.1", 21);
                var far = tls.withClient();
                var control = connect(near, far, true)) {
            tls.take(new GatewayTls.Parts(withClients(Set.of(version), other), withServers(other), "ftp.other.example", false));
            try (var data = connect(near, far, true)) {
                assertThat(resumed(near, data.client())).isTrue();
                assertThat(shown(data)).isEqualTo(shown(control)).isEqualTo(read(main).chain().getFirst());
            }
            try (var next = tls.withServer("192.0.2.1", 21);
                    var itsClient = tls.withClient();
                    var nextControl = connect(next, itsClient, true)) {
                assertThat(shown(nextControl)).isEqualTo(read(other).chain().getFirst());
                assertThat(tls.reuseDemanded()).isFalse();
            }
            try (var next = tls.withServer("192.0.2.1", 21)) {
                assertThatThrownBy(() -> connect(next, far, false).close()).isInstanceOf(SSLException.class);
            }
        }
    }

    @Test
    void certificate_isThatOfTheNameAskedFor_orTheFirst() throws Exception {
        var clients = withClients(BOTH, main, other);
        for (var asked : List.of(NAME, "a.other.example", "unknown.example", "127.0.0.1")) {
            var expected = asked.endsWith("other.example") ? other : main;
            try (var servers = ServerTls.of(BOTH, ServerTrust.pinned(Set.of(pin(expected))), null);
                    var near = servers.leg(asked, 21);
                    var far = clients.leg();
                    var control = connect(near, far, true)) {
                assertThat(control.finished()).as(asked).isTrue();
            }
        }
    }

    private static KeyPin pin(Certificate certificate) throws Exception {
        return KeyPin.of(read(certificate).chain().getFirst());
    }

    @Test
    void server_isRefused_whoseCertificateIsNotAsItMustBe() throws Exception {
        refuses(main, "of.another.name.example", ServerTrust.authorities(main.file()));
        refuses(main, NAME, ServerTrust.authorities(other.file()));
        refuses(main, NAME, ServerTrust.system());
        refuses(main, NAME, ServerTrust.pinned(Set.of(pin(other))));
        var expired = made("expired", NAME).of(-1);
        refuses(expired, NAME, ServerTrust.authorities(expired.file()));
    }

    private static void refuses(Certificate shown, String host, ServerTrust trust) throws Exception {
        try (var servers = ServerTls.of(BOTH, trust, null);
                var near = servers.leg(host, 21);
                var far = withClients(BOTH, shown).leg()) {
            assertThatThrownBy(() -> connect(near, far, false).close()).isInstanceOf(SSLException.class);
        }
    }

    /** Data that is not resumed shows the control connection's certificate: it is there to compare. */
    @Test
    void resumedConnection_stillTellsTheServersCertificate() throws Exception {
        try (var servers = withServers(main);
                var near = servers.leg(NAME, 21);
                var far = withClients(BOTH, main).leg();
                var control = connect(near, far, true);
                var data = connect(near, far, true)) {
            assertThat(shown(data)).isEqualTo(shown(control)).isEqualTo(read(main).chain().getFirst());
        }
    }

    private static X509Certificate shown(Wire wire) throws SSLPeerUnverifiedException {
        return (X509Certificate) wire.client().engine.getSession().getPeerCertificates()[0];
    }

    /** Of a data connection that resumes it is known too whose it is. */
    @ParameterizedTest
    @EnumSource
    void clientsCertificate_isToldOnEachConnection(TlsVersion version) throws Exception {
        var clients = ClientTls.of(Set.of(version), new CertifiedKeys(List.of(read(main))), ClientTrust.authorities(other.file(), true));
        try (var servers = ServerTls.of(BOTH, ServerTrust.authorities(main.file()), read(other));
                var near = servers.leg(NAME, 21);
                var far = clients.leg();
                var control = connect(near, far, true);
                var data = connect(near, far, true)) {
            assertThat(resumed(far, data.server())).isTrue();
            for (var wire : List.of(control, data)) {
                assertThat(wire.server().engine.getSession().getPeerCertificates()[0]).isEqualTo(read(other).chain().getFirst());
            }
        }
    }

    @Test
    void client_thatShowsNoCertificate_isRefusedWhereOneIsRequired() throws Exception {
        for (var required : List.of(true, false)) {
            var clients = ClientTls.of(
                    Set.of(TlsVersion.TLS_1_2), new CertifiedKeys(List.of(read(main))), ClientTrust.authorities(other.file(), required));
            try (var servers = withServers(main); var near = servers.leg(NAME, 21); var far = clients.leg()) {
                if (required) {
                    assertThatThrownBy(() -> connect(near, far, false).close()).isInstanceOf(SSLException.class);
                } else {
                    try (var control = connect(near, far, false)) {
                        assertThat(control.finished()).isTrue();
                    }
                }
            }
        }
    }

    @Test
    void client_whoseCertificateIsAnothers_isRefused() throws Exception {
        var clients = ClientTls.of(
                Set.of(TlsVersion.TLS_1_2), new CertifiedKeys(List.of(read(main))), ClientTrust.authorities(main.file(), false));
        try (var servers = ServerTls.of(BOTH, ServerTrust.authorities(main.file()), read(other));
                var near = servers.leg(NAME, 21);
                var far = clients.leg()) {
            assertThatThrownBy(() -> connect(near, far, false).close()).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void keyThatBoringSslDoesNotTake_isRefused_withItsFile() throws Exception {
        var edwards = Certificate.make(folder, "edwards", "ed25519", "-subj", "/CN=x");
        assertThatThrownBy(() -> withClients(BOTH, edwards)).hasMessageContaining("edwards.pem has a key of EdDSA");
    }
}
