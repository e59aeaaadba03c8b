package dev.sallyport.rules;

/** How a command came to us. What is encrypted between client and server is not seen, so no rule is asked about it. */
public enum TlsState {
    /** It came in clear, and so did the login. */
    PLAIN,
    /** It came encrypted, and the gateway has ended that. */
    ENCRYPTED,
    /** It was encrypted, and CCC cleared it (RFC 4217 §12.3); the login was not seen. */
    CLEARED
}
