package dev.sallyport.proxy;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.proxy.GatewaySettings.Carrier;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.TlsPolicy;
import dev.sallyport.session.TlsPolicy.Ended;
import dev.sallyport.tls.GatewayTls;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionTlsTest {

    private static final GatewayTls TLS = new GatewayTls(new GatewayTls.Parts(null, null, null, true));

    private static GatewaySettings settings(TlsPolicy tls, Carrier carrier) {
        var usual = SessionPolicy.DEFAULT;
        var ports = new PortRange(new Port(2122), new Port(2129));
        return new GatewaySettings(
                "main", List.of(), Interception.NONE, new ServerChoice.Fixed(new ServerAddress("192.0.2.1", new Port(21))),
                new SourceAddress.Routed(), carrier, ports, ports,
                new SessionPolicy(null, null, usual.clientSourcePort(), tls, usual.rules(), usual.limits(), usual.timeouts()),
                GatewaySettings.Limits.DEFAULT, GatewaySettings.Timeouts.DEFAULT);
    }

    @Test
    void gatewayThatEndsTls_whereItCannot_isRefused() {
        var ended = new Ended(Ended.Client.OFFERED, Ended.Server.NONE, Ended.ClientData.ALLOW, Ended.ServerData.CLEAR);
        assertThatThrownBy(() -> SessionTls.require(settings(ended, Carrier.RELAY), null))
                .isInstanceOf(IOException.class).hasMessageContaining("no certificate");
        assertThatCode(() -> SessionTls.require(settings(ended, Carrier.RELAY), TLS)).doesNotThrowAnyException();
        assertThatCode(() -> SessionTls.require(settings(ended, Carrier.KERNEL), TLS)).doesNotThrowAnyException();
        assertThatCode(() -> SessionTls.require(settings(TlsPolicy.DENY, Carrier.KERNEL), null)).doesNotThrowAnyException();
    }
}
