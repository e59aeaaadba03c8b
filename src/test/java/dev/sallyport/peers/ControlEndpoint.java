package dev.sallyport.peers;

/** The address that a client program is told: a server's own, or that of a gateway in front of it. */
record ControlEndpoint(String host, int port) {

    /** The host as a URL spells it: an IPv6 literal in brackets. */
    String urlHost() {
        return host.contains(":") ? "[" + host + "]" : host;
    }
}
