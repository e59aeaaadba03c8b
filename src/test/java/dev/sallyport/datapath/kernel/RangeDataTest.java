package dev.sallyport.datapath.kernel;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.RangeAccount;
import dev.sallyport.datapath.RangeMembers;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.netlink.Flow;
import dev.sallyport.netlink.FlowTuple;
import dev.sallyport.netlink.TcpState;
import dev.sallyport.session.RangeId;
import dev.sallyport.session.SessionId;
import io.netty.channel.DefaultEventLoop;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Events and looks come from different threads, and the one may tell what the other has told: nothing is counted twice, or left. */
class RangeDataTest {

    private static final InetAddress CLIENT = address("192.0.2.10");
    private static final InetAddress SERVER = address("198.51.100.20");
    private static final RangeId ID = new RangeId(new SessionId(1), 1);
    /** IPv4 and TCP with timestamps, and what a SYN has besides. */
    private static final int HEADERS = 52;
    private static final int SYN = 8;

    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final RangeOwner owner = new RangeOwner(loop);
    private final RangeMembers<String> members = new RangeMembers<>();
    private final RangeAccount account = members.account();
    private final RangeData data = new RangeData(account);
    private long nowNanos = System.nanoTime();

    @BeforeEach
    void follow() {
        members.join(ID, owner, "");
    }

    @AfterEach
    void end() {
        loop.shutdownGracefully();
    }

    private static Flow flow(int port, @Nullable TcpState state, long toServer) {
        var tuple = FlowTuple.tcp(CLIENT, port, SERVER, 50_000);
        var count = new Flow.Count(2, toServer + 2 * HEADERS + SYN);
        return new Flow(tuple, FlowTuple.tcp(SERVER, 50_000, CLIENT, port), 1, 0, 0, 0, state, count, null, null, null, null);
    }

    private static Flow event(int port, TcpState state) {
        var tuple = FlowTuple.tcp(CLIENT, port, SERVER, 50_000);
        return new Flow(tuple, FlowTuple.tcp(SERVER, 50_000, CLIENT, port), 1, 0, 0, 0, state, null, null, null, null, null);
    }

    private void told(int came, int standing, long bytes) {
        await().untilAsserted(() -> {
            var sum = owner.sum(ID);
            assertThat(List.of(sum.came(), sum.standing(), (int) sum.moved().bytesToServer())).containsExactly(came, standing, (int) bytes);
        });
        assertThat(account.standing()).isEqualTo(standing);
    }

    @Test
    void flow_fromItsFirstPacket_toTheEndOfItsEntry() {
        data.appeared(event(1, TcpState.SYN_SENT));
        told(1, 1, 0);
        data.seen(flow(1, TcpState.TIME_WAIT, 500));
        told(1, 0, 500);
        data.ended(flow(1, null, 510));
        told(1, 0, 510);
    }

    @Test
    void flow_thatALookSawFirst_isCountedOnce_evenIfItWasOverThen() {
        data.looked(List.of(flow(1, TcpState.ESTABLISHED, 5), flow(2, TcpState.TIME_WAIT, 7)), data.known(), true, nowNanos);
        told(2, 1, 12);
        data.appeared(event(1, TcpState.SYN_SENT));
        data.appeared(event(2, TcpState.SYN_SENT));
        data.seen(event(2, TcpState.TIME_WAIT));
        told(2, 1, 12);
    }

    @Test
    void flow_thatEndedWhileAllWereListed_isNotTakenForAnother() {
        data.appeared(event(1, TcpState.SYN_SENT));
        var before = data.known();
        data.ended(flow(1, null, 9));
        data.looked(List.of(flow(1, TcpState.ESTABLISHED, 5)), before, true, nowNanos);
        told(1, 0, 9);
    }

    @Test
    void flow_whoseEndWasNotTold_isOver_whenTwoLooksDoNotFindIt() {
        data.appeared(event(1, TcpState.SYN_SENT));
        data.looked(List.of(), data.known(), false, nowNanos);
        data.looked(List.of(), data.known(), false, nowNanos);
        told(1, 1, 0);
        data.looked(List.of(), data.known(), true, nowNanos);
        told(1, 1, 0);
        nowNanos += SECONDS.toNanos(2);
        data.looked(List.of(), data.known(), true, nowNanos);
        told(1, 0, 0);
        assertThat(data.known()).isEmpty();
    }

    /** Two may be made in one moment, for an operator and for the maintenance. */
    @Test
    void flow_whoseEndIsNotReadYet_isCountedOnce_howeverManyLooksDoNotFindIt() {
        data.seen(flow(1, TcpState.ESTABLISHED, 5));
        data.looked(List.of(), data.known(), true, nowNanos);
        data.looked(List.of(), data.known(), true, nowNanos + MILLISECONDS.toNanos(50));
        data.ended(flow(1, null, 9));
        told(1, 0, 9);
    }

    @Test
    void flow_thatNobodyToldOf_isCountedAtItsEnd() {
        data.ended(flow(1, null, 33));
        told(1, 0, 33);
    }

    @Test
    void end_isTold_whenTheLastSessionHasLeft_andNothingStands() {
        data.appeared(event(1, TcpState.SYN_SENT));
        account.leave();
        told(1, 1, 0);
        assertThat(owner.ended()).isEmpty();
        data.seen(flow(1, TcpState.CLOSE, 4));
        owner.awaitEnd(ID);
        told(1, 0, 4);
    }

    private static InetAddress address(String text) {
        return Objects.requireNonNull(Addresses.parse(text));
    }
}
