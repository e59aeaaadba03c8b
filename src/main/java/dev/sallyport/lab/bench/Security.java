package dev.sallyport.lab.bench;

/** When TLS begins on a control connection of the load; data connections have it too (PROT P), or not. */
enum Security {
    /** Never. */
    CLEAR,
    /** When the client asks, with AUTH TLS (RFC 4217 §4). */
    EXPLICIT,
    /** With the first byte. */
    IMPLICIT
}
