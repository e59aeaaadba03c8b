package dev.sallyport.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.Transport;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Port;
import dev.sallyport.peers.Family;
import dev.sallyport.peers.FreePorts;
import dev.sallyport.session.SessionEvent;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who gets a data connection and who does not: strangers, targets that refuse, ports that run out. */
class DataConnectionsIT extends ThroughEachTransport {

    private static final int CLIENTS = 100;

    DataConnectionsIT(Transport transport) throws IOException {
        super(transport);
    }

    @Test
    void onePort_serves_aHundredClientsAtOnce() throws Exception {
        try (var single = new GuardedServer(transport, FreePorts.range(1, Family.IPV4));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var allWereTold = new CyclicBarrier(CLIENTS);
            var downloads = threads.invokeAll(IntStream.rangeClosed(1, CLIENTS)
                    .<Callable<Long>>mapToObj(i -> () -> download(single, "127.0.1." + i, allWereTold))
                    .toList());
            for (var each : downloads) {
                assertThat(each.get()).isEqualTo(200_000);
            }
            assertThat(single.relay().strangers()).isZero();
        }
    }

    private static long download(GuardedServer server, String from, CyclicBarrier allWereTold) throws Exception {
        try (var caller = Caller.loggedIn(server.endpoint(), from)) {
            var told = caller.passive();
            // One who fails before must not keep the others waiting for ever.
            allWereTold.await(20, TimeUnit.SECONDS);
            try (var data = caller.connect(told)) {
                caller.ask("RETR 200000", "150 ");
                long came = Sequence.read(data.getInputStream());
                caller.control.expect("226 ");
                return came;
            }
        }
    }

    @Test
    void rangeUsedUp_byOneClient_waitsBrieflyThen425() throws Exception {
        try (var small = new GuardedServer(transport, FreePorts.range(2, Family.IPV4))) {
            try (var first = Caller.loggedIn(small.endpoint());
                    var second = Caller.loggedIn(small.endpoint());
                    var third = Caller.loggedIn(small.endpoint());
                    var elsewhere = Caller.loggedIn(small.endpoint(), "127.0.1.1")) {
                assertThat(first.passive()).isNotEqualTo(second.passive());
                third.ask("PASV", "425 Cannot open a data connection: No free data port.");
                // Another client address is not in the way of the first, nor the first in its.
                assertThat(elsewhere.download(1000)).isEqualTo(1000);

                assertThat(first.passive()).as("the place of the one before").isNotNull();
                third.control.send("PASV");
                second.control.close();
                third.control.expect("227 ");
            }
        }
    }

    @Test
    void passiveTarget_refuses_clientIsRefused() throws Exception {
        guarded.server.on("PASV", (none, visitor) -> visitor.say(FreePorts.pair(Family.IPV4)));
        try (var caller = Caller.loggedIn(guarded.endpoint())) {
            var told = caller.passive();
            assertReset(() -> caller.connect(told));
            caller.ask("NOOP", "200 ");
        }
    }

    @Test
    void activeClient_refuses_serverIsRefused() throws Exception {
        guarded.server.on("RETR", (bytes, visitor) -> {
            assertReset(visitor::data);
            visitor.control.send("425 You are not there.");
        });
        try (var caller = Caller.loggedIn(guarded.endpoint())) {
            caller.active().close();
            caller.ask("RETR 1000", "425 You are not there.");
        }
    }

    /** Whose queue is full does not answer who calls, and is called again after a second (tcp(7), tcp_abort_on_overflow). */
    @Test
    void activeClient_thatTakesLongToReach_hasItsConnectionBeforeItHearsThatAllIsDone() throws Exception {
        try (var caller = Caller.loggedIn(guarded.endpoint()); var listener = caller.active()) {
            var before = fill(listener);
            caller.ask("RETR 10", "150 ");
            var control = caller.control.socket();
            var patience = control.getSoTimeout();
            control.setSoTimeout(500);
            assertThatThrownBy(caller.control::line).isInstanceOf(SocketTimeoutException.class);
            control.setSoTimeout(patience);
            for (var each : before) {
                listener.accept().close();
                each.close();
            }
            try (var data = listener.accept()) {
                assertThat(Sequence.read(data.getInputStream())).isEqualTo(10);
            }
            caller.control.expect("226 ");
        }
    }

    private static List<Socket> fill(ServerSocket listener) throws IOException {
        var waiting = new ArrayList<Socket>();
        while (true) {
            var another = new Socket();
            try {
                another.connect(listener.getLocalSocketAddress(), 200);
                waiting.add(another);
            } catch (SocketTimeoutException full) {
                another.close();
                return waiting;
            }
        }
    }

    @Test
    void stranger_connects_isResetAndCountedAndTheRealOneStillComes() throws Exception {
        var before = guarded.relay().strangers();
        try (var caller = Caller.loggedIn(guarded.endpoint()); var other = Caller.loggedIn(guarded.endpoint(), "127.0.2.1")) {
            var told = caller.passive();
            assertReset(() -> other.connect(told));
            assertThat(guarded.relay().strangers()).isEqualTo(before + 1);
            awaitFaults("CLIENT DATA_FROM_STRANGER");
            try (var data = caller.connect(told)) {
                caller.ask("RETR 1000", "150 ");
                assertReset(() -> other.connect(told));
                assertThat(Sequence.read(data.getInputStream())).isEqualTo(1000);
                caller.control.expect("226 ");
            }
            assertThat(guarded.relay().strangers()).isEqualTo(before + 2);
            awaitFaults("CLIENT DATA_FROM_STRANGER", "CLIENT DATA_FROM_STRANGER");
        }
    }

    /** The port that the server is told in active mode: who knows it and is quicker gets no file, and can give none. */
    @Test
    void stranger_atTheServersPort_isResetBeforeAndAfterTheServer() throws Exception {
        guarded.server.on("RETR", (bytes, visitor) -> {
            visitor.control.send("150 Here it comes.");
            assertReset(() -> connect("127.0.0.2", visitor.active()));
            try (var data = visitor.data()) {
                assertReset(() -> connect("127.0.0.2", visitor.active()));
                Sequence.write(data.getOutputStream(), Long.parseLong(bytes), guarded.server.sent);
            }
            visitor.control.send("226 Sent.");
        });
        try (var caller = Caller.loggedIn(guarded.endpoint())) {
            assertThat(caller.downloadActively(1000)).isEqualTo(1000);
        }
        // The port is gone with the server's connection: whoever comes right behind it may find it closing.
        await().untilAsserted(() -> assertThat(guarded.faults()).isNotEmpty().containsOnly("SERVER DATA_FROM_STRANGER"));
    }

    @Test
    void secondConnection_toAUsedPinhole_isReset() throws Exception {
        try (var caller = Caller.loggedIn(guarded.endpoint())) {
            var told = caller.passive();
            try (var data = caller.connect(told)) {
                assertReset(() -> caller.connect(told));
                caller.ask("RETR 1000", "150 ");
                assertThat(Sequence.read(data.getInputStream())).isEqualTo(1000);
                caller.control.expect("226 ");
            }
        }
        awaitFaults("CLIENT DATA_FROM_STRANGER");
    }

    @Test
    void activeServer_callsFromAnotherPort_isRefusedAndMayTryAgain() throws Exception {
        guarded.server.on("RETR", (bytes, visitor) -> {
            var right = visitor.activeFrom;
            visitor.activeFrom = new Port(FreePorts.pair(Family.IPV4));
            assertReset(visitor::data);
            visitor.activeFrom = right;
            visitor.send(Long.parseLong(bytes));
        });
        try (var caller = Caller.loggedIn(guarded.endpoint()); var listener = caller.active()) {
            caller.ask("RETR 1000", "150 ");
            try (var data = listener.accept()) {
                assertThat(data.getPort()).isEqualTo(guarded.endpoint().port().number() - 1);
                assertThat(Sequence.read(data.getInputStream())).isEqualTo(1000);
            }
            caller.control.expect("226 ");
        }
        assertThat(guarded.events)
                .anyMatch(event -> event instanceof SessionEvent.FaultSeen seen && seen.fault() == Fault.DATA_FROM_OTHER_PORT);
    }

    @Test
    void activeClient_isCalledFromAnyPort_whenTheOneBelowIsTaken() throws Exception {
        // One that has called nobody from there: a port that has been used cannot be taken for a while.
        try (var fresh = new GuardedServer(transport); var taken = new ServerSocket()) {
            var below = fresh.endpoint().port().number() - 1;
            taken.setReuseAddress(false);
            taken.bind(new InetSocketAddress(fresh.endpoint().address(), below));
            try (var caller = Caller.loggedIn(fresh.endpoint()); var listener = caller.active()) {
                caller.ask("RETR 1000", "150 ");
                try (var data = listener.accept()) {
                    assertThat(data.getPort()).isNotEqualTo(below);
                    assertThat(Sequence.read(data.getInputStream())).isEqualTo(1000);
                }
                caller.control.expect("226 ");
            }
        }
    }

    /** Its connections all come from one port: to a port that it has used it cannot connect again for a while. */
    @Test
    void activeServer_withItsOnePort_isNeverToldThePortAgain() throws Exception {
        try (var caller = Caller.loggedIn(guarded.endpoint())) {
            for (int i = 0; i < 50; i++) {
                try (var listener = caller.active()) {
                    caller.ask("RETR 1000", "150 ");
                    try (var data = listener.accept()) {
                        assertThat(Sequence.read(data.getInputStream())).isEqualTo(1000);
                    }
                    caller.control.expect("226 ");
                }
            }
        }
    }

    private void awaitFaults(String... faults) {
        await().untilAsserted(() -> assertThat(guarded.faults()).containsExactly(faults));
    }

    private static Socket connect(String from, Endpoint to) throws IOException {
        var socket = new Socket();
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(to.toSocketAddress());
        return socket;
    }

    /** The kernel makes the connection before the gateway has looked at it; then it ends at once, or just before that. */
    private static void assertReset(Callable<Socket> connecting) {
        assertThatThrownBy(() -> {
                    try (var data = connecting.call()) {
                        data.getInputStream().read();
                    }
                })
                .isInstanceOf(SocketException.class);
    }
}
