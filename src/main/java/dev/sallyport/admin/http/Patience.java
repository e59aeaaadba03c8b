package dev.sallyport.admin.http;

import io.netty.channel.Channel;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How long a caller may take over what it is at; who takes longer is sent away. Runs on the server's event loop. */
final class Patience {

    /** From a request's first byte, or from connecting, to its last. */
    static final int REQUEST_SECONDS = 10;
    /** To read an answer. */
    static final int REPLY_SECONDS = 30;
    /** Between requests. */
    static final int IDLE_SECONDS = 120;

    private final Channel caller;
    private @Nullable ScheduledFuture<?> deadline;
    private boolean idle;

    /** Of a caller that has just connected. */
    Patience(Channel caller) {
        this.caller = caller;
        caller.closeFuture().addListener(_ -> stop());
        within(REQUEST_SECONDS);
    }

    /** Some bytes of a request came; perhaps the first. */
    void bytesCame() {
        if (idle) {
            within(REQUEST_SECONDS);
        }
    }

    /** The request is whole: now it is we who take time. */
    void requestCame() {
        stop();
    }

    void replying() {
        within(REPLY_SECONDS);
    }

    void replied() {
        within(IDLE_SECONDS);
        idle = true;
    }

    private void within(int seconds) {
        stop();
        deadline = caller.eventLoop().schedule(() -> {
            caller.close();
        }, seconds, TimeUnit.SECONDS);
    }

    private void stop() {
        idle = false;
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
