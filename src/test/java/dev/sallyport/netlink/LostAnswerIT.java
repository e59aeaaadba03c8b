package dev.sallyport.netlink;

import static dev.sallyport.netlink.FirewallTable.LIFE;
import static dev.sallyport.netlink.FirewallTable.NAME;
import static dev.sallyport.netlink.FirewallTable.PIN_4;
import static dev.sallyport.netlink.FirewallTable.SCRIPT;
import static dev.sallyport.netlink.FirewallTable.key4;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kernel has no room for its answer: nobody is told what is not known, and the next answer is heard again. */
@Tag("system")
@Timeout(60)
class LostAnswerIT {

    /** Of linux/netfilter/nfnetlink.h: what anybody else changes in nftables. */
    private static final int NFNLGRP_NFTABLES = 7;

    private NetworkNamespace namespace;
    @SuppressWarnings("NullAway.Init")
    private NetlinkSocket socket;
    @SuppressWarnings("NullAway.Init")
    private GroupCommit commit;

    @BeforeEach
    void enter() throws Exception {
        namespace = new NetworkNamespace();
        namespace.nft(SCRIPT);
    }

    private void open(int receiveBytes) throws Exception {
        socket = namespace.call(() -> new NetlinkSocket(receiveBytes));
        commit = new GroupCommit(new NftBatch(socket, true), () -> {}, BatchObserver.NONE);
    }

    @AfterEach
    void leave() {
        socket.close();
        namespace.close();
    }

    @Test
    void acknowledgement_thatIsLost_isUnknown_thoughTheChangeWasMade() throws Exception {
        // Room for what the next commit is told of, and not for all before it.
        open(1 << 14);
        socket.join(NFNLGRP_NFTABLES);
        // Nobody reads what is told of these: there is no room left.
        for (int port = 3000; port < 3050; port++) {
            namespace.nft("add element inet " + NAME + " pin4 { 192.0.2.1 . 198.51.100.1 . " + port + " }\n");
        }
        assertUnknown(outcome(add(2000)), 1);
        assertThat(listed()).contains(". 2000 ");
        assertThat(outcome(add(2001))).isEqualTo(NftOutcome.Committed.COMMITTED);
        assertThat(listed()).contains(". 2001 ");
    }

    @Test
    void refusals_thatAreLost_areUnknown_andNothingWasMade() throws Exception {
        // As little room as the kernel lets it have.
        open(1);
        assertThat(outcome(add(2000))).isEqualTo(NftOutcome.Committed.COMMITTED);
        var again = IntStream.range(0, 100).mapToObj(i -> add(2000)).toArray(NftChange[]::new);
        assertUnknown(outcome(again), 100);
        assertThat(outcome(add(2001))).isEqualTo(NftOutcome.Committed.COMMITTED);
        assertThat(listed().lines().filter(line -> line.contains(". 200")).collect(Collectors.joining()))
                .containsOnlyOnce(". 2000 ").contains(". 2001 ");
    }

    private static void assertUnknown(NftOutcome outcome, int changes) {
        assertThat(outcome).isInstanceOf(NftOutcome.Refused.class);
        var refused = (NftOutcome.Refused) outcome;
        assertThat(refused.reason()).isEqualTo(NftOutcome.Reason.UNKNOWN);
        assertThat(refused.change()).isNull();
        assertThat(refused.error()).hasToString("Cannot hear whether " + changes + " changes were made: ENOBUFS");
    }

    private static NftChange add(int port) {
        return new NftChange.Add(PIN_4, key4(port), LIFE);
    }

    private NftOutcome outcome(NftChange... changes) {
        var outcome = new CompletableFuture<NftOutcome>();
        commit.step(new ArrayDeque<>(java.util.List.of(
                new GroupCommit.Pending(NftTransaction.of(changes), outcome::complete, false))));
        return outcome.join();
    }

    private String listed() throws Exception {
        return namespace.run("nft", "-n", "list", "set", "inet", NAME, PIN_4.name());
    }
}
