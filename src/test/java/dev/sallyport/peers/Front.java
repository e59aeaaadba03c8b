package dev.sallyport.peers;

/** What clients connect to in order to reach a server: a gateway in front of it, or the server itself. */
interface Front extends AutoCloseable {

    ControlEndpoint endpoint();

    @Override
    void close();

    /** Puts a front before a started server. */
    interface Maker {
        Front before(Site site) throws Exception;
    }

    /** No gateway: clients reach the server itself. */
    static Front none(Site site) {
        return new Front() {
            @Override
            public ControlEndpoint endpoint() {
                return site.server().endpoint();
            }

            @Override
            public void close() {}
        };
    }
}
