package dev.sallyport.datapath.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.net.Network;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.net.RunningGateway;
import dev.sallyport.net.Wall;
import dev.sallyport.session.Input;
import dev.sallyport.session.Moved;
import dev.sallyport.session.RangeId;
import dev.sallyport.session.RangeRequest;
import dev.sallyport.session.SessionId;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes through a passive range in the kernel: counted, told to a session, and cut however much it is. */
@Tag("system")
@Timeout(60)
class KernelRangeDataIT {

    private static final int PORT = 50_010;
    private static final int MANY = 1_500;
    private static final Duration SOON = Duration.ofSeconds(5);

    private Network network;
    private ServerSocket listener;
    private GatewayInHost gateway;

    @BeforeEach
    void build() throws Exception {
        network = Network.open(Topology.ROUTED);
        listener = Wall.listen(network.server(), Network.SERVER.four(), PORT);
        gateway = GatewayInHost.start(network, "", RulesetSettings.DEFAULT_SET_SIZE, Firewall.Tuning.USUAL);
    }

    @AfterEach
    void remove() throws Exception {
        if (gateway != null) {
            gateway.close();
        }
        if (network != null) {
            listener.close();
            network.close();
        }
    }

    private RangeId open(int session, RangeOwner owner) throws InterruptedException {
        var client = Objects.requireNonNull(Addresses.parse(Network.CLIENT.four()));
        var server = Objects.requireNonNull(Addresses.parse(Network.SERVER.four()));
        var request = new RangeRequest(
                new RangeId(new SessionId(session), 1), client, server, server, client, GatewayInHost.PASSIVE, 8);
        gateway.gateway.dataPath().openRange(request, owner);
        assertThat(owner.next()).isEqualTo(new Input.RangeOpened(request.id()));
        return request.id();
    }

    private RangeOwner owner() {
        return new RangeOwner(gateway.loop());
    }

    private Socket connect() throws Exception {
        return Wall.connect(network.client(), Network.CLIENT.four(), 0, Network.SERVER.four(), PORT);
    }

    private static Input.RangeMoved told(RangeId id, long toClient, long toServer, int came, int standing) {
        return new Input.RangeMoved(id, new Moved(toClient, toServer), came, standing);
    }

    /** Without the packets, whose number depends on when acknowledgements were sent. */
    private static Input.RangeMoved sum(RangeOwner owner, RangeId id) {
        var sum = owner.sum(id);
        return told(id, sum.moved().bytesToClient(), sum.moved().bytesToServer(), sum.came(), sum.standing());
    }

    @Test
    void dataConnections_areToldAsTheyComeAndGo_withTheirBytes() throws Exception {
        network.client().assumeNothingIsLost();
        network.server().assumeNothingIsLost();
        var owner = owner();
        var id = open(1, owner);
        for (var i = 1; i <= 3; i++) {
            var number = i;
            try (var near = connect(); var far = listener.accept()) {
                await().atMost(SOON).untilAsserted(
                        () -> assertThat(sum(owner, id)).isEqualTo(told(id, 4L * (number - 1), 5L * (number - 1), number, 1)));
                Wall.converse(near, far);
            }
            await().atMost(SOON).untilAsserted(() -> assertThat(sum(owner, id)).isEqualTo(told(id, 4L * number, 5L * number, number, 0)));
        }
        assertThat(owner.sum(id).moved().packetsToServer()).isPositive();
        assertThat(owner.ended()).isEmpty();
        gateway.gateway.dataPath().closeRange(id, false);
        owner.awaitEnd(id);
    }

    @Test
    void dataThatMoves_isToldToWhoLooks_andNothingTwice() throws Exception {
        network.client().assumeNothingIsLost();
        network.server().assumeNothingIsLost();
        var owner = owner();
        var id = open(1, owner);
        try (var near = connect(); var far = listener.accept()) {
            for (var times = 1; times <= 3; times++) {
                Wall.converse(near, far);
                var bytes = 4L * times;
                await().atMost(SOON).untilAsserted(() -> {
                    gateway.gateway.dataPath().moving();
                    assertThat(owner.sum(id).moved().bytesToClient()).isEqualTo(bytes);
                });
            }
        }
        await().atMost(SOON).untilAsserted(() -> assertThat(sum(owner, id)).isEqualTo(told(id, 12, 15, 1, 0)));
    }

    @Test
    void sessionThatLeaves_handsItsDataOver_andTheLastIsToldItsEnd() throws Exception {
        var one = owner();
        var two = owner();
        var first = open(1, one);
        var second = open(2, two);
        try (var near = connect(); var far = listener.accept()) {
            await().atMost(SOON).untilAsserted(() -> assertThat(one.sum(first).standing()).isOne());
            gateway.gateway.dataPath().closeRange(first, false);
            one.awaitEnd(first);
            await().atMost(SOON).untilAsserted(() -> assertThat(two.sum(second).standing()).isOne());
            assertThat(one.sum(first).standing()).isZero();
            assertThat(one.sum(first).came() + two.sum(second).came()).as("counted once").isOne();

            gateway.gateway.dataPath().closeRange(second, false);
            Wall.converse(near, far);
            assertThat(two.ended()).as("data moves").isEmpty();
        }
        two.awaitEnd(second);
        assertThat(sum(two, second)).isEqualTo(told(second, 4, 5, 0, 0));
    }

    @Test
    void dataThatWasToFinish_isCut_whenItsSessionIsKilled() throws Exception {
        var owner = owner();
        var id = open(1, owner);
        try (var near = connect(); var far = listener.accept()) {
            await().atMost(SOON).untilAsserted(() -> assertThat(owner.sum(id).standing()).isOne());
            gateway.gateway.dataPath().closeRange(id, false);
            Wall.converse(near, far);
            gateway.gateway.dataPath().closeRange(id, true);
            owner.awaitEnd(id);
            reset(List.of(near, far));
        }
    }

    /** They are more than are reset at a time, and more than sockets may be used for it at a time. */
    @Test
    void manyDataConnections_areAllCut_andTheirEntriesGo() throws Exception {
        var owner = owner();
        var id = open(1, owner);
        var ends = new ArrayList<Socket>();
        try {
            for (var i = 0; i < MANY; i++) {
                ends.add(connect());
                ends.add(listener.accept());
            }
            await().atMost(SOON).untilAsserted(() -> assertThat(owner.sum(id).standing()).isEqualTo(MANY));
            gateway.gateway.dataPath().closeRange(id, true);
            owner.awaitEnd(id);
            reset(ends);
            assertThat(sum(owner, id)).isEqualTo(told(id, 0, 0, MANY, 0));
            await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> assertThat(RunningGateway.flows(network.gateway())).isEmpty());
        } finally {
            for (var end : ends) {
                end.close();
            }
        }
    }

    private static void reset(List<Socket> ends) throws IOException {
        for (var end : ends) {
            // A knock at an end has its socket for a second, and only some hundred knocks are under way at a time.
            end.setSoTimeout(20_000);
            assertThatThrownBy(() -> end.getInputStream().read()).isInstanceOf(IOException.class).hasMessageContaining("reset");
        }
    }
}
