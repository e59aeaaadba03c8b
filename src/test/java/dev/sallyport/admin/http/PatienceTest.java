package dev.sallyport.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How long callers are waited for, by the event loop's clock. */
class PatienceTest {

    private final EmbeddedChannel caller = new EmbeddedChannel();
    private final Patience patience = new Patience(caller);

    PatienceTest() {
        caller.freezeTime();
    }

    @Test
    void callerWhoAsksNothing_isSentAway() {
        staysFor(Patience.REQUEST_SECONDS);
    }

    @Test
    void requestThatIsNeverWhole_isEnded_howeverManyBytesCome() {
        patience.requestCame();
        patience.replying();
        patience.replied();
        pass(100);
        patience.bytesCame();
        pass(6);
        patience.bytesCame();
        staysFor(Patience.REQUEST_SECONDS - 6);
    }

    @Test
    void whileWeTakeTime_theCallerStays() {
        patience.requestCame();
        pass(100_000);
        assertThat(caller.isOpen()).isTrue();
    }

    @Test
    void replyThatIsNotRead_isEnded() {
        patience.requestCame();
        pass(100);
        patience.replying();
        staysFor(Patience.REPLY_SECONDS);
    }

    @Test
    void callerWhoAsksNothingMore_isSentAway_later() {
        patience.requestCame();
        patience.replying();
        patience.replied();
        staysFor(Patience.IDLE_SECONDS);
    }

    @Test
    void callerWhoHasGone_isNotWaitedFor() {
        caller.close();
        assertThat(caller.runScheduledPendingTasks()).as("no deadline is left").isEqualTo(-1);
    }

    private void staysFor(int seconds) {
        pass(seconds - 1);
        assertThat(caller.isOpen()).isTrue();
        pass(1);
        assertThat(caller.isOpen()).isFalse();
    }

    private void pass(int seconds) {
        caller.advanceTimeBy(seconds, TimeUnit.SECONDS);
        caller.runScheduledPendingTasks();
        caller.runPendingTasks();
    }
}
