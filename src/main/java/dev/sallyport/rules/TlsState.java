package dev.sallyport.rules;

/** How a command came to us: what is encrypted is not seen, so no rule is asked about it. */
public enum TlsState {
    /** The connection was never encrypted. */
    PLAIN,
    /** It was encrypted, and CCC cleared it (RFC 4217 §12.3); the login was not seen. */
    CLEARED
}
