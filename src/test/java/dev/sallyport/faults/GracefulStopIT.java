package dev.sallyport.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.Transport;
import dev.sallyport.proxy.Gateway;
import java.net.ConnectException;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A gateway that stops: nobody new comes in, what runs may finish within the grace, and then all is over. */
@Tag("system")
class GracefulStopIT {

    /** More than all socket buffers on the way: it is not over before somebody reads. */
    private static final int BIG = 32 << 20;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void transfer_withinTheGrace_finishes(Transport transport) throws Exception {
        try (var guarded = new GuardedServer(transport);
                var idle = Caller.loggedIn(guarded.endpoint());
                var caller = Caller.loggedIn(guarded.endpoint());
                var data = caller.connect(caller.passive())) {
            var endpoint = guarded.endpoint();
            caller.ask("RETR " + BIG, "150 ");
            var stopped = stop(guarded.gateway, Duration.ofSeconds(20));

            idle.control.expect("421 The gateway is shutting down.");
            idle.control.expectEnd();
            await().untilAsserted(() -> assertThatThrownBy(() -> new Caller(endpoint, "127.0.0.1").close())
                    .isInstanceOf(ConnectException.class));
            assertThat(stopped).isNotDone();

            assertThat(Sequence.read(data.getInputStream())).isEqualTo(BIG);
            caller.control.expect("226 ");
            caller.control.expect("421 The gateway is shutting down.");
            caller.control.expectEnd();
            stopped.join();
            assertThat(guarded.gateway.sessions()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void transfer_beyondTheGrace_isCut(Transport transport) throws Exception {
        try (var guarded = new GuardedServer(transport);
                var caller = Caller.loggedIn(guarded.endpoint());
                var data = caller.connect(caller.passive())) {
            caller.ask("RETR " + BIG, "150 ");
            var stopped = stop(guarded.gateway, Duration.ofMillis(300));
            caller.control.expect("421 Session ended: the gateway stopped.");
            caller.control.expectEnd();
            stopped.join();
            assertThatThrownBy(() -> Sequence.read(data.getInputStream())).isInstanceOf(SocketException.class);
            assertThat(guarded.gateway.sessions()).isZero();
            assertThat(guarded.gateway.dataPath().open()).isZero();
        }
    }

    private static CompletableFuture<Void> stop(Gateway gateway, Duration grace) {
        return CompletableFuture.runAsync(() -> {
            try {
                gateway.stop(grace);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
