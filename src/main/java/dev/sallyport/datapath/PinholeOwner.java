package dev.sallyport.datapath;

import dev.sallyport.session.Input;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/** The session that asked for a pinhole. */
public interface PinholeOwner {

    /** The event loop that all of the session's channels live on. */
    EventLoop eventLoop();

    /** TLS of the data connections that it asks to be protected; null when it asks for none. */
    default @Nullable DataTls tls() {
        return null;
    }

    /** Tells the session what happened. May be called from any thread. */
    void deliver(Input input);
}
