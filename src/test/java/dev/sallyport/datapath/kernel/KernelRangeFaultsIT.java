package dev.sallyport.datapath.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.ftp.PortRange;
import dev.sallyport.net.Network;
import dev.sallyport.net.Wall;
import dev.sallyport.peers.Family;
import dev.sallyport.session.Input;
import dev.sallyport.session.PinholeRefusal;
import dev.sallyport.session.RangeRequest;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Passive ranges in the kernel when something is in their way: a full map, a table that is gone, a renewal that does not come. */
@Tag("system")
@Timeout(60)
class KernelRangeFaultsIT extends KernelRangeCase {

    @Test
    void range_isRenewed_andEndsByItselfWhenNobodyDoes() throws Exception {
        try (var gateway = start()) {
            opened(gateway.gateway.dataPath(), new RangeOwner(gateway.loop()), request(1));
            Thread.sleep(LIFE.plusSeconds(1).toMillis());
            try (var socket = connect(Family.IPV4); var atServer = listener.accept()) {
                Wall.converse(socket, atServer);
                gateway.loseNetlink();
                assertThat(elements()).singleElement().asString().contains("timeout 3s");
                await().atMost(LIFE.plusSeconds(1)).pollInterval(Duration.ofMillis(50)).until(() -> elements().isEmpty());
                assertThat(refused(Network.CLIENT, Family.IPV4)).isTrue();
                Wall.converse(socket, atServer);
            }
        }
    }

    @Test
    void rangeThatLeadsElsewhere_orToAnotherFamily_isRefused() throws Exception {
        try (var gateway = start()) {
            var path = gateway.gateway.dataPath();
            var owner = new RangeOwner(gateway.loop());
            opened(path, owner, request(1));
            var elsewhere = InetAddress.getByName(Network.ATTACKER.four());
            var like = request(2);
            path.openRange(
                    new RangeRequest(
                            like.id(), like.client(), like.listen(), elsewhere, like.dialFrom(), PortRange.parse("50099-50200"), 8),
                    owner);
            assertThat(owner.next()).isEqualTo(new Input.RangeRefused(like.id(), PinholeRefusal.DATA_PATH_FAILED));
            var six = InetAddress.getByName(Network.SERVER.six());
            path.openRange(new RangeRequest(like.id(), like.client(), like.listen(), six, like.dialFrom(), like.ports(), 8), owner);
            assertThat(owner.next()).isEqualTo(new Input.RangeRefused(like.id(), PinholeRefusal.DATA_PATH_FAILED));
            assertThat(elements()).hasSize(1);
        }
    }

    @Test
    void fullMap_refusesTheRange_andAnotherMayOpenLater() throws Exception {
        try (var gateway = start(1, () -> {})) {
            var path = gateway.gateway.dataPath();
            var owner = new RangeOwner(gateway.loop());
            var first = opened(path, owner, request(1));
            var other = request(2, Network.SECOND, Network.SERVER, Family.IPV4, GatewayInHost.PASSIVE);
            path.openRange(other, owner);
            assertThat(owner.next()).isEqualTo(new Input.RangeRefused(other.id(), PinholeRefusal.TABLE_FULL));
            path.closeRange(other.id(), true);
            path.closeRange(first, true);
            // A kernel takes a deleted element off its count a little later.
            await().untilAsserted(() -> {
                owner.told.clear();
                path.openRange(other, owner);
                assertThat(owner.next()).isEqualTo(new Input.RangeOpened(other.id()));
            });
        }
    }

    @ParameterizedTest
    @EnumSource(Deed.class)
    void tableTakenAway_rangeIsOpenAgain_andItsFlowsGoOn(Deed deed) throws Exception {
        try (var gateway = start()) {
            var path = gateway.gateway.dataPath();
            var id = opened(path, new RangeOwner(gateway.loop()), request(1));
            try (var socket = connect(Family.IPV4); var atServer = listener.accept()) {
                network.gateway().nft(deed.command);
                await().atMost(Duration.ofSeconds(5)).ignoreExceptions().until(() -> elements().size() == 1
                        && network.gateway().require("nft", "list", "chain", "inet", "sallyport", "pinhole").contains("@range4"));
                Wall.converse(socket, atServer);
                try (var more = connect(Family.IPV4); var also = listener.accept()) {
                    Wall.converse(more, also);
                }
                path.closeRange(id, true);
                reset(1_500, socket);
            }
        }
    }

    private enum Deed {
        /** Of the rules; sets keep what they have. */
        FLUSH_TABLE("flush table inet sallyport"),
        DELETE_TABLE("delete table inet sallyport"),
        /** What nobody notices at once is there again with the next renewal. */
        FLUSH_MAP("flush map inet sallyport range4_50000_50099");

        private final String command;

        Deed(String command) {
            this.command = command;
        }
    }

    @Test
    void rangeClosedWhileItOpens_tellsNothing_andLeavesNothing() throws Exception {
        try (var gateway = start(RulesetSettings.DEFAULT_SET_SIZE, KernelRangeFaultsIT::pause)) {
            var path = gateway.gateway.dataPath();
            var owner = new RangeOwner(gateway.loop());
            path.openRange(request(1), owner);
            path.closeRange(request(1).id(), true);
            var againNanos = System.nanoTime();
            opened(path, owner, request(2));
            assertThat(System.nanoTime() - againNanos).as("told when the kernel has answered").isGreaterThan(200_000_000);
            path.closeRange(request(2).id(), true);
            await().atMost(Duration.ofSeconds(2)).until(() -> elements().isEmpty());
            assertThat(owner.told).isEmpty();
            assertThat(refused(Network.CLIENT, Family.IPV4)).isTrue();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(200);
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }
}
