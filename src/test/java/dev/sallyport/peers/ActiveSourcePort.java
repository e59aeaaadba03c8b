package dev.sallyport.peers;

/** Where a server's active data connections come from: its control port minus one (RFC 959 §3.2), or any port. */
enum ActiveSourcePort {
    STRICT,
    ANY
}
