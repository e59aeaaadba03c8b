package dev.sallyport.netlink;

import static dev.sallyport.netlink.FirewallTable.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.netlink.FlowEvent.Appeared;
import dev.sallyport.netlink.FlowEvent.Changed;
import dev.sallyport.netlink.FlowEvent.Ended;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real TCP connections over the namespace's loopback, and what connection tracking tells of them. */
@Tag("system")
class ConntrackIT {

    /** Ports 4000 to 4999 get the mark of {@link FirewallTable#SCRIPT}; others none. */
    private static final int MARK = 0x80000007;

    private static final int OURS = 0x80000000;

    private final BlockingQueue<FlowEvent> events = new LinkedBlockingQueue<>();
    private NetworkNamespace namespace;
    private Conntrack conntrack;

    @BeforeEach
    void enter() throws Exception {
        namespace = new NetworkNamespace();
        namespace.nft(SCRIPT);
        for (var setting : List.of("acct", "timestamp")) {
            namespace.run("sh", "-c", "echo 1 > /proc/sys/net/netfilter/nf_conntrack_" + setting);
        }
        // A selective acknowledgement is 12 bytes longer, and comes when two processors take one connection's packets.
        namespace.run("sh", "-c", "echo 0 > /proc/sys/net/ipv4/tcp_sack");
        conntrack = namespace.call(Conntrack::new);
    }

    @AfterEach
    void leave() {
        conntrack.close();
        namespace.close();
    }

    /** As a gateway ends a transfer: at TIME_WAIT it finds the entry, deletes it, and reads the counters of its end. */
    @ParameterizedTest
    @CsvSource({"127.0.0.1, 52", "::1, 72"})
    void flow_fromItsFirstPacketToItsEnd_isToldWithExactCounts(String address, int headerBytes) throws Exception {
        // Less than the first window: nothing is sent twice, and no IPv6 packet is so long that it has a jumbo header.
        int payload = 50_000;
        var before = Instant.now();
        try (var listening = listen(OURS, 1 << 20, events::add)) {
            var tuple = transfer(address, 4000, payload);

            var appeared = (Appeared) next();
            assertThat(appeared.flow().original()).isEqualTo(tuple);
            assertThat(appeared.flow().reply()).isEqualTo(FlowTuple.tcp(
                    tuple.destination(), tuple.destinationPort(), tuple.source(), tuple.sourcePort()));
            assertThat(appeared.flow().mark()).isEqualTo(MARK);
            assertThat(appeared.flow().zone()).isZero();
            assertThat(appeared.flow().tcpState()).isEqualTo(TcpState.SYN_SENT);
            var changed = next();
            while (changed instanceof Changed(var flow) && flow.tcpState() != TcpState.TIME_WAIT) {
                assertThat(flow.id()).isEqualTo(appeared.flow().id());
                changed = next();
            }
            assertThat(changed).isInstanceOf(Changed.class);

            var found = conntrack.find(tuple, 0).orElseThrow();
            assertThat(found.id()).isEqualTo(appeared.flow().id()).isNotZero();
            assertThat(found.tcpState()).isEqualTo(TcpState.TIME_WAIT);
            assertThat(found.timeout()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(120));
            assertThat(payload(found.received(), headerBytes)).isEqualTo(payload);

            long asked = System.nanoTime();
            assertThat(conntrack.delete(found)).isTrue();
            var ended = ((Ended) next()).flow();
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(1));
            assertThat(ended.id()).isEqualTo(found.id());
            assertThat(payload(ended.received(), headerBytes)).isEqualTo(payload);
            assertThat(payload(ended.sent(), headerBytes)).isZero();
            assertThat(ended.start()).isBetween(before.minusMillis(100), Instant.now());
            assertThat(ended.stop()).isBetween(ended.start(), Instant.now().plusMillis(100));
            assertThat(conntrack.find(tuple, 0)).isEmpty();
            assertThat(conntrack.delete(tuple, 0)).isFalse();
        }
    }

    @Test
    void flows_withoutOurMark_areNotTold() throws Exception {
        try (var listening = listen(OURS, 1 << 20, events::add)) {
            transfer("127.0.0.1", 3000, 10);
            var ours = transfer("127.0.0.1", 4001, 10);
            assertThat(((Appeared) next()).flow().original()).isEqualTo(ours);
        }
        try (var listening = listen(0x40000000, 1 << 20, events::add)) {
            await().until(() -> drained());
            transfer("127.0.0.1", 4002, 10);
            Thread.sleep(100);
            assertThat(events).isEmpty();
        }
    }

    @Test
    void changesOfOtherStates_areNotTold() throws Exception {
        try (var listening = namespace.call(() -> new ConntrackEvents(
                new ConntrackEvents.Settings(OURS, OURS, TcpState.OVER), events::addAll))) {
            for (var address : List.of("127.0.0.1", "::1")) {
                var tuple = transfer(address, 4000, 10);
                assertThat(((Appeared) next()).flow().original()).isEqualTo(tuple);
                var over = ((Changed) next()).flow();
                assertThat(over.tcpState()).isEqualTo(TcpState.TIME_WAIT);
                assertThat(over.established()).isTrue();
                assertThat(conntrack.delete(tuple, 0)).isTrue();
                assertThat(((Ended) next()).flow().original()).isEqualTo(tuple);
            }
        }
    }

    @Test
    void manyAtOnce_areFound() throws Exception {
        for (int i = 0; i < 150; i++) {
            transfer(i % 2 == 0 ? "127.0.0.1" : "::1", 4000 + i, 10);
        }
        var flows = conntrack.marked(OURS, OURS).flows();
        assertThat(flows).hasSize(150);
        var gone = flows.get(42);
        assertThat(conntrack.delete(gone)).isTrue();

        assertThat(conntrack.findAll(flows)).extracting(Flow::id)
                .isEqualTo(flows.stream().filter(flow -> flow != gone).map(Flow::id).toList());
        assertThat(conntrack.findAll(List.of())).isEmpty();
    }

    @Test
    void dump_byMark_hasOnlyThose() throws Exception {
        transfer("127.0.0.1", 3000, 10);
        var four = transfer("127.0.0.1", 4000, 10);
        var six = transfer("::1", 4001, 10);
        var marked = conntrack.marked(OURS, OURS);
        assertThat(marked.whole()).isTrue();
        assertThat(marked.flows()).extracting(Flow::original).containsExactlyInAnyOrder(four, six);
        assertThat(marked.flows()).extracting(Flow::mark).containsOnly(MARK);
        assertThat(conntrack.marked(8, 15).flows()).isEmpty();
    }

    @Test
    void entry_thatHasASuccessorOfTheSameTuple_isNotDeletedInItsPlace() throws Exception {
        var tuple = transfer("127.0.0.1", 4000, 10);
        var now = conntrack.find(tuple, 0).orElseThrow();
        var earlier = new Flow(
                now.original(), now.reply(), now.mark(), 0, now.id() + 1, now.status(), null, null, null, null, null, null);
        assertThat(conntrack.delete(earlier)).isFalse();
        assertThat(conntrack.find(tuple, 0)).isPresent();
        assertThat(conntrack.find(tuple, 7)).as("in another zone").isEmpty();
        assertThat(conntrack.delete(now)).isTrue();
    }

    @Test
    void events_thatTheKernelCannotHold_areToldAsLost_andTheNextCome() throws Exception {
        var busy = new CountDownLatch(1);
        try (var listening = listen(OURS, 4_096, event -> {
            events.add(event);
            try {
                busy.await();
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        })) {
            for (int i = 0; i < 50; i++) {
                transfer("127.0.0.1", 4000 + i, 10);
            }
            busy.countDown();
            await().untilAsserted(() -> assertThat(events).contains(new FlowEvent.Lost()));
            assertThat(events).hasSizeLessThan(100);
            assertThat(conntrack.marked(OURS, OURS).flows()).hasSize(50);
            await().until(() -> drained());
            var next = transfer("127.0.0.1", 4900, 10);
            await().untilAsserted(() -> assertThat(events).anySatisfy(event -> {
                assertThat(event).isInstanceOf(Appeared.class);
                assertThat(((Appeared) event).flow().original()).isEqualTo(next);
            }));
        }
    }

    @Test
    void close_fromTheListenerItself_endsTheListening() throws Exception {
        var listening = new CompletableFuture<ConntrackEvents>();
        var told = new LinkedBlockingQueue<List<FlowEvent>>();
        listening.complete(namespace.call(() -> new ConntrackEvents(
                new ConntrackEvents.Settings(OURS, OURS, EnumSet.allOf(TcpState.class)), gathered -> {
                    listening.join().close();
                    told.add(gathered);
                })));
        transfer("127.0.0.1", 4000, 10);
        assertThat(told.poll(5, TimeUnit.SECONDS)).isNotEmpty();
        listening.join().close();
        transfer("127.0.0.1", 4001, 10);
        assertThat(told).isEmpty();
    }

    private ConntrackEvents listen(int mark, int bufferBytes, Consumer<FlowEvent> listener) throws Exception {
        return namespace.call(() -> new ConntrackEvents(
                new ConntrackEvents.Settings(mark, mark, EnumSet.allOf(TcpState.class), bufferBytes),
                gathered -> gathered.forEach(listener)));
    }

    private FlowEvent next() throws InterruptedException {
        return Objects.requireNonNull(events.poll(5, TimeUnit.SECONDS), "an event within 5 s");
    }

    /** @return whether nothing came for a moment; what came is thrown away */
    private boolean drained() throws InterruptedException {
        return events.poll(50, TimeUnit.MILLISECONDS) == null;
    }

    /** The server sends, and ends; then the client ends. @return the connection, which is over */
    private FlowTuple transfer(String address, int port, int payload) throws Exception {
        return namespace.call(() -> {
            var to = InetAddress.getByName(address);
            try (var listener = new ServerSocket(port, 1, to); var client = new Socket()) {
                client.connect(new InetSocketAddress(to, port));
                var server = listener.accept();
                var sent = CompletableFuture.runAsync(() -> {
                    try (server) {
                        server.getOutputStream().write(new byte[payload]);
                    } catch (IOException refused) {
                        throw new AssertionError(refused);
                    }
                });
                assertThat(client.getInputStream().readAllBytes()).hasSize(payload);
                sent.join();
                return FlowTuple.tcp(to, client.getLocalPort(), to, port);
            }
        });
    }

    /** All packets carry timestamps (12 bytes); the SYN has 8 more of options. */
    private static long payload(Flow.@Nullable Count counted, int headerBytes) {
        var count = Objects.requireNonNull(counted);
        return count.bytes() - headerBytes * count.packets() - 8;
    }
}
