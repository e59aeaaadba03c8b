package dev.sallyport.lab.bench;

import java.net.InetSocketAddress;

/** A TCP address that something in the benchmark listens on, written {@code HOST:PORT}. */
record Endpoint(String host, int port) {

    static Endpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("not HOST:PORT: " + text);
        }
        return new Endpoint(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    InetSocketAddress address() {
        return new InetSocketAddress(host, port);
    }

    Endpoint withPort(int other) {
        return new Endpoint(host, other);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
