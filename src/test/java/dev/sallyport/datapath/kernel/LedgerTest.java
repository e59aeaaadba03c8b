package dev.sallyport.datapath.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.datapath.PinholeOwner;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.Side;
import dev.sallyport.session.DataProtection;
import dev.sallyport.session.Input;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.PinholeRequest;
import dev.sallyport.session.SessionId;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

/** A place has one holder: a pinhole of the kernel, or the relay beside it. */
class LedgerTest {

    private static final InetAddress CLIENT = address("192.0.2.10");
    private static final InetAddress SERVER = address("198.51.100.20");
    private static final Port PORT = new Port(50_000);
    private static final KernelPinhole.Key KEY = new KernelPinhole.Key(CLIENT, new Endpoint(SERVER, PORT));

    private static final PinholeOwner NOBODY = new PinholeOwner() {

        @Override
        public EventLoop eventLoop() {
            throw new UnsupportedOperationException("the ledger tells nobody anything");
        }

        @Override
        public void deliver(Input input) {
            throw new UnsupportedOperationException("the ledger tells nobody anything");
        }
    };

    private final Ledger ledger = new Ledger();

    private static InetAddress address(String text) {
        return Objects.requireNonNull(Addresses.parse(text));
    }

    private static PinholeRequest request(int number) {
        return new PinholeRequest(
                new PinholeId(new SessionId(1), number), Side.CLIENT, CLIENT, null, SERVER, new Endpoint(SERVER, PORT), CLIENT, null,
                DataProtection.CLEAR, Duration.ofSeconds(30));
    }

    @Test
    void placeOfTheRelay_isNoPinholes_untilItIsGivenBack() {
        assertThat(ledger.lend(KEY)).isTrue();
        assertThat(ledger.lend(KEY)).as("a second time").isFalse();
        assertThat(ledger.lend(new KernelPinhole.Key(SERVER, KEY.told()))).as("for another client").isTrue();
        assertThat(ledger.take(request(1), NOBODY, PORT)).isNull();
        assertThat(ledger.takeOver(request(2), NOBODY, PORT)).isNull();
        assertThat(ledger.take(request(3), NOBODY, new Port(50_001))).as("at another port").isNotNull();
        ledger.takeBack(KEY);
        assertThat(ledger.takeOver(request(4), NOBODY, PORT)).isNotNull();
        assertThat(ledger.all()).extracting(KernelPinhole::id).containsExactlyInAnyOrder(request(3).id(), request(4).id());
    }

    @Test
    void placeOfAPinhole_isNotLent_untilItIsGivenUp() {
        var pinhole = Objects.requireNonNull(ledger.take(request(1), NOBODY, PORT));
        assertThat(ledger.lend(KEY)).isFalse();
        assertThat(ledger.remove(pinhole, () -> {})).isTrue();
        assertThat(ledger.lend(KEY)).isTrue();
    }

    @Test
    void placeThatBothWantAtOnce_isGivenToOne() throws Exception {
        var barrier = new CyclicBarrier(2);
        for (var i = 0; i < 5_000; i++) {
            var number = i;
            var lent = CompletableFuture.supplyAsync(() -> {
                meet(barrier);
                return ledger.lend(KEY);
            });
            meet(barrier);
            var pinhole = number % 2 == 0 ? ledger.take(request(number), NOBODY, PORT) : ledger.takeOver(request(number), NOBODY, PORT);
            assertThat(lent.get()).isEqualTo(pinhole == null);
            if (pinhole == null) {
                ledger.takeBack(KEY);
            } else {
                ledger.remove(pinhole, () -> {});
            }
        }
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception broken) {
            throw new IllegalStateException(broken);
        }
    }
}
