package dev.sallyport.datapath.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Port;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortsInUseTest {

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1, true", "127.0.0.1, 127.0.0.2, false", "127.0.0.1, 0.0.0.0, true", "0.0.0.0, 127.0.0.2, true",
        "::1, ::1, true", "::1, 127.0.0.1, false", "::1, ::, true", "::, ::1, true", "::, 127.0.0.1, true"
    })
    void port_isListenedOn_whereItIsReached(String listening, String place, boolean reached) throws IOException {
        try (var listener = new ServerSocket()) {
            listener.bind(new InetSocketAddress(InetAddress.ofLiteral(listening), 0));
            var port = new Port(listener.getLocalPort());
            assertThat(PortsInUse.listened(InetAddress.ofLiteral(place), List.of(port))).isEqualTo(reached ? List.of(port) : List.of());
        }
    }

    @Test
    void port_ofAConnection_isNotListenedOn() throws IOException {
        var here = InetAddress.ofLiteral("127.0.0.1");
        try (var listener = new ServerSocket(0, 1, here);
                var client = new Socket(here, listener.getLocalPort())) {
            assertThat(PortsInUse.listened(here, List.of(new Port(client.getLocalPort())))).isEmpty();
        }
    }

    @Test
    void ports_areOrdered_andEachIsToldOnce() throws IOException {
        var here = InetAddress.ofLiteral("127.0.0.1");
        try (var one = new ServerSocket(0, 1, here);
                var two = new ServerSocket(0, 1, here);
                var again = new ServerSocket(one.getLocalPort(), 1, InetAddress.ofLiteral("127.0.0.2"))) {
            var ports = List.of(new Port(two.getLocalPort()), new Port(again.getLocalPort()));
            assertThat(PortsInUse.listened(InetAddress.ofLiteral("0.0.0.0"), ports)).isEqualTo(ports.stream().sorted().toList());
        }
    }
}
