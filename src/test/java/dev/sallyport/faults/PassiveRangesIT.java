package dev.sallyport.faults;

import static dev.sallyport.faults.OpaqueGateway.CLIENT;
import static dev.sallyport.faults.OpaqueGateway.STRANGER;
import static dev.sallyport.faults.OpaqueGateway.assertCarries;
import static dev.sallyport.faults.OpaqueGateway.assertRefused;
import static dev.sallyport.faults.OpaqueGateway.connect;
import static dev.sallyport.faults.OpaqueGateway.listen;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.Transport;
import dev.sallyport.session.EndReason;
import dev.sallyport.session.Moved;
import dev.sallyport.session.SessionEvent;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Protocol 35, the relay's part: who comes through the passive range of an opaque session, for how long, and what is told of it. */
@Tag("system")
@ParameterizedClass
@EnumSource(Transport.class)
class PassiveRangesIT {

    private final OpaqueGateway site;

    PassiveRangesIT(Transport transport) throws IOException {
        site = new OpaqueGateway(transport, 100);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        site.close();
    }

    @Test
    void everyPort_isOpen_whenThe234IsTold_toThatClientAlone() throws Exception {
        try (var _ = site.opaque()) {
            for (var i = 0; i < site.ports.size(); i += 33) {
                var port = site.ports.at(i);
                try (var listener = listen(port);
                        var near = connect(CLIENT, port);
                        var far = listener.accept()) {
                    assertThat(far.getInetAddress()).isEqualTo(CLIENT);
                    assertCarries(near, far);
                    assertCarries(far, near);
                    assertRefused(STRANGER, port);
                }
                await().until(() -> site.gateway.dataPath().open() == 0);
            }
        }
    }

    @Test
    void range_shutsWithItsSession_andDataThatMovesMayFinish_andIsTheSessions() throws Exception {
        var port = site.ports.first();
        try (var listener = listen(port);
                var control = site.opaque();
                var near = connect(CLIENT, port);
                var far = listener.accept()) {
            control.close();
            await().until(() -> site.shut.contains(site.opaque.element()));
            assertCarries(far, near);
            assertCarries(near, far);
            assertCarries(far, near);
            assertRefused(CLIENT, port);
            assertThat(site.ended).as("the end of a session whose data moves").isEmpty();
        }
        await().until(() -> site.ended.containsKey(site.opaque.element()));
        var end = Objects.requireNonNull(site.ends.get(site.opaque.element()));
        assertThat(end.bytesToClient()).isEqualTo(2);
        assertThat(end.bytesToServer()).isEqualTo(1);
    }

    @Test
    void dataConnections_areCounted_asTheyComeAndGo() throws Exception {
        var port = site.ports.first();
        try (var listener = listen(port);
                var control = site.opaque()) {
            for (var connections = 1; connections <= 3; connections++) {
                var came = connections;
                try (var near = connect(CLIENT, port);
                        var far = listener.accept()) {
                    assertCarries(near, far);
                    await().untilAsserted(() -> {
                        site.gateway.dataPath().moving();
                        assertThat(sum()).isEqualTo(new Moved(0, came));
                    });
                    assertThat(site.moved.stream().mapToInt(SessionEvent.RangeMoved::standing).sum()).isOne();
                }
                await().until(() -> site.moved.stream().mapToInt(SessionEvent.RangeMoved::standing).sum() == 0);
                assertThat(site.moved.stream().mapToInt(SessionEvent.RangeMoved::came).sum()).isEqualTo(came);
            }
            control.close();
            await().until(() -> site.ended.containsKey(site.opaque.element()));
            assertThat(sum()).isEqualTo(new Moved(0, 3));
        }
    }

    private Moved sum() {
        return site.moved.stream().map(SessionEvent.RangeMoved::moved).reduce(Moved.NOTHING, Moved::plus);
    }

    @Test
    void dataOfASessionThatHasGone_isCut_whenItIsKilled() throws Exception {
        var port = site.ports.first();
        try (var listener = listen(port);
                var control = site.opaque();
                var near = connect(CLIENT, port);
                var far = listener.accept()) {
            assertCarries(near, far);
            control.close();
            await().until(() -> site.shut.contains(site.opaque.element()));
            site.gateway.kill(site.opaque.element());
            for (var end : List.of(near, far)) {
                assertThatThrownBy(() -> end.getInputStream().read()).isInstanceOf(IOException.class);
            }
            await().until(() -> site.ended.containsKey(site.opaque.element()));
        }
    }

    @Test
    void range_ofAKilledSession_isCut() throws Exception {
        var port = site.ports.last();
        try (var listener = listen(port);
                var _ = site.opaque();
                var near = connect(CLIENT, port);
                var far = listener.accept()) {
            assertCarries(near, far);
            site.gateway.kill(site.opaque.element());
            for (var end : List.of(near, far)) {
                assertThatThrownBy(() -> end.getInputStream().read()).isInstanceOf(IOException.class);
            }
            assertRefused(CLIENT, port);
        }
    }

    @Test
    void dataOfAnEndedSession_hasTheGraceOfAStop() throws Exception {
        endWithData((near, far) -> {
            var stopped = Aside.run(() -> site.gateway.stop(Duration.ofSeconds(20)));
            await().during(Duration.ofMillis(500)).atMost(Duration.ofSeconds(2)).until(() -> !stopped.isDone());
            assertCarries(far, near);
            near.close();
            assertThat(far.getInputStream().read()).isNegative();
            far.close();
            stopped.join();
        });
    }

    @Test
    void dataOfAnEndedSession_beyondTheGrace_isCut() throws Exception {
        endWithData((near, far) -> {
            site.gateway.stop(Duration.ofMillis(300));
            for (var end : List.of(near, far)) {
                assertThatThrownBy(() -> end.getInputStream().read()).isInstanceOf(IOException.class);
            }
        });
    }

    private interface BothEnds {
        void of(Socket near, Socket far) throws Exception;
    }

    /** A session ends while data moves. */
    private void endWithData(BothEnds then) throws Exception {
        try (var listener = listen(site.ports.first());
                var control = site.opaque();
                var near = connect(CLIENT, site.ports.first());
                var far = listener.accept()) {
            assertCarries(near, far);
            control.close();
            await().until(() -> site.shut.contains(site.opaque.element()));
            then.of(near, far);
        }
    }

    @Test
    void sessionsOfOneClient_shareTheRange_untilTheLastHasEnded() throws Exception {
        var port = site.ports.first();
        try (var listener = listen(port);
                var first = site.opaque();
                var second = site.opaque()) {
            first.close();
            await().until(() -> site.ended.containsKey(site.opaque.element()));
            try (var near = connect(CLIENT, port);
                    var far = listener.accept()) {
                assertCarries(near, far);
            }
            second.close();
            await().until(() -> site.ended.size() == 2);
            assertRefused(CLIENT, port);
        }
    }

    @Test
    void dataConnections_beyondTheLimit_areReset() throws Exception {
        var port = site.ports.first();
        try (var listener = listen(port);
                var _ = site.opaque();
                var near = connect(CLIENT, port);
                var far = listener.accept();
                var near2 = connect(CLIENT, port);
                var far2 = listener.accept()) {
            assertCarries(near, far);
            assertCarries(near2, far2);
            assertRefused(CLIENT, port);
        }
    }

    /** Protocol 31: a transfer that takes longer than the control connection may be silent. */
    @Test
    void dataThatLives_keepsASilentSession() throws Exception {
        var port = site.ports.first();
        try (var listener = listen(port);
                var control = site.opaque()) {
            try (var near = connect(CLIENT, port);
                    var far = listener.accept()) {
                await().during(Duration.ofSeconds(5)).atMost(Duration.ofSeconds(6)).until(site.ended::isEmpty);
                assertCarries(near, far);
            }
            await().untilAsserted(() -> assertThat(site.ended).containsValue(EndReason.IDLE_TIMEOUT));
            control.expectEnd();
        }
    }

    @Test
    void targetThatRefuses_isRefusedToTheClient() throws Exception {
        try (var _ = site.opaque()) {
            assertRefused(CLIENT, site.ports.first());
        }
    }
}
