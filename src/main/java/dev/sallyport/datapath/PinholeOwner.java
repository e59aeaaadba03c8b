package dev.sallyport.datapath;

import dev.sallyport.session.Input;
import io.netty.channel.EventLoop;

/** The session that asked for a pinhole. */
public interface PinholeOwner {

    /** The event loop that all of the session's channels live on. */
    EventLoop eventLoop();

    /** Tells the session what happened. May be called from any thread. */
    void deliver(Input input);
}
