package dev.sallyport.faults;

import static dev.sallyport.faults.OpaqueGateway.CLIENT;
import static dev.sallyport.faults.OpaqueGateway.assertCarries;
import static dev.sallyport.faults.OpaqueGateway.assertRefused;
import static dev.sallyport.faults.OpaqueGateway.connect;
import static dev.sallyport.faults.OpaqueGateway.listen;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.Transport;
import dev.sallyport.ftp.Port;
import dev.sallyport.session.EndReason;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Passive ports that the relay cannot have, because somebody else on this host has them. */
@Tag("system")
@ParameterizedClass
@EnumSource(Transport.class)
class TakenPassivePortsIT {

    private final OpaqueGateway site;

    TakenPassivePortsIT(Transport transport) throws Exception {
        site = ofUnusedPorts(transport);
    }

    /** A listener may have a port that a connection which is over still has; a connection may not. */
    private static OpaqueGateway ofUnusedPorts(Transport transport) throws Exception {
        while (true) {
            var site = new OpaqueGateway(transport, 4);
            try {
                for (var i = 0; i < site.ports.size(); i++) {
                    try (var unused = new Socket()) {
                        unused.bind(new InetSocketAddress(CLIENT, site.ports.at(i).number()));
                    }
                }
                return site;
            } catch (BindException used) {
                site.close();
            }
        }
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        site.close();
    }

    @Test
    void portThatSomebodyElseHas_refusesTheRange_andEndsTheSession() throws Exception {
        try (var _ = new ServerSocket(site.ports.at(1).number(), 1, CLIENT);
                var control = site.greeted()) {
            control.send("AUTH TLS");
            control.expect("421 Cannot open the data ports: No free data port.");
            control.expectEnd();
        }
        await().untilAsserted(() -> assertThat(site.ended).containsValue(EndReason.RANGE_REFUSED));
        // What had been bound is given back.
        try (var _ = site.opaque()) {
            assertThat(site.opaque).hasSize(1);
        }
    }

    /** The kernel refuses whoever calls it, and it will be free. */
    @Test
    void portThatAConnectionOfThisHostHas_isDoneWithout_untilItIsFree() throws Exception {
        var taken = site.ports.at(1);
        try (var connection = connectionFrom(taken);
                var _ = site.opaque()) {
            try (var listener = listen(site.ports.at(2));
                    var near = connect(CLIENT, site.ports.at(2));
                    var far = listener.accept()) {
                assertCarries(near, far);
            }
            assertRefused(CLIENT, taken);
            connection.close();
            await().until(() -> isOpen(taken));
            await().until(() -> site.gateway.dataPath().open() == 0);
            try (var listener = listen(taken);
                    var near = connect(CLIENT, taken);
                    var far = listener.accept()) {
                assertCarries(near, far);
            }
            await().until(() -> site.gateway.dataPath().open() == 0);
        }
    }

    /** A port that somebody only has bound is neither listened on nor to be had; then it is listened on. */
    @Test
    void portThatAProgramListensOnLater_endsTheSessions_andDataThatMovesMayFinish() throws Exception {
        var port = site.ports.at(1);
        try (var bound = new Socket(); var program = new ServerSocket()) {
            bound.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            bound.bind(new InetSocketAddress(CLIENT, port.number()));
            try (var one = site.opaque();
                    var two = site.opaque();
                    var listener = listen(site.ports.at(2));
                    var near = connect(CLIENT, site.ports.at(2));
                    var far = listener.accept()) {
                assertCarries(near, far);
                program.setOption(StandardSocketOptions.SO_REUSEPORT, true);
                program.bind(new InetSocketAddress(CLIENT, port.number()));
                one.expectEnd();
                two.expectEnd();
                assertCarries(far, near);
                assertRefused(CLIENT, site.ports.at(0));
                try (var control = site.greeted()) {
                    control.send("AUTH TLS");
                    control.expect("421 Cannot open the data ports: No free data port.");
                }
            }
        }
        await().untilAsserted(() -> assertThat(site.ended.values())
                .containsExactlyInAnyOrder(EndReason.RANGE_LOST, EndReason.RANGE_LOST, EndReason.RANGE_REFUSED));
    }

    /** The program that listens there is the gateway. */
    @Test
    void portThatIsListenedOnForAnotherClient_isOpenToBoth() throws Exception {
        var taken = site.ports.at(1);
        try (var connection = connectionFrom(taken);
                var _ = site.opaque()) {
            connection.close();
            try (var _ = site.opaque(OpaqueGateway.STRANGER);
                    var listener = listen(taken)) {
                listener.setSoTimeout(500);
                await().ignoreExceptions().untilAsserted(() -> {
                    try (var near = connect(CLIENT, taken);
                            var far = listener.accept()) {
                        assertCarries(near, far);
                    }
                });
                assertThat(site.ended).isEmpty();
            }
        }
    }

    /** It is reached at another address than the range's, as a server on the same host may be. */
    @Test
    void portThatAProgramListensOnElsewhere_isNoReason() throws Exception {
        try (var connection = connectionFrom(site.ports.at(1));
                var elsewhere = listen(site.ports.at(1));
                var _ = site.opaque();
                var listener = listen(site.ports.at(2));
                var near = connect(CLIENT, site.ports.at(2));
                var far = listener.accept()) {
            assertCarries(near, far);
            assertThat(List.of(connection.isBound(), elsewhere.isBound())).containsOnly(true);
        }
    }

    @Test
    void range_ofWhichNoPortCanBeHad_isRefused() throws Exception {
        var taken = new ArrayList<Socket>();
        try (var listener = new ServerSocket(0, site.ports.size(), OpaqueGateway.SERVER)) {
            for (var i = 0; i < site.ports.size(); i++) {
                taken.add(connectionFrom(site.ports.at(i), listener));
            }
            try (var control = site.greeted()) {
                control.send("AUTH TLS");
                control.expect("421 Cannot open the data ports: No free data port.");
                control.expectEnd();
            }
        } finally {
            for (var each : taken) {
                each.close();
            }
        }
        await().untilAsserted(() -> assertThat(site.ended).containsValue(EndReason.RANGE_REFUSED));
    }

    /** The port is that of its own end, as when the host has drawn it. */
    private static Socket connectionFrom(Port port) throws IOException {
        try (var listener = new ServerSocket(0, 1, OpaqueGateway.SERVER)) {
            return connectionFrom(port, listener);
        }
    }

    private static Socket connectionFrom(Port port, ServerSocket listener) throws IOException {
        var socket = new Socket();
        socket.bind(new InetSocketAddress(CLIENT, port.number()));
        socket.connect(listener.getLocalSocketAddress(), 5_000);
        listener.accept().close();
        return socket;
    }

    private static boolean isOpen(Port port) {
        try (var socket = connect(CLIENT, port)) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }
}
