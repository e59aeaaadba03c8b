package dev.sallyport.session;

import dev.sallyport.ftp.Fault;

/** Why there is no TLS with a peer. */
public enum TlsFailure {
    /** What came is not TLS: text that was sent behind AUTH, or a peer without TLS. */
    NOT_TLS(Fault.TLS_MISSING),
    /** The peer's certificate is not taken: its name, its time, who has signed it, or none where one is demanded. */
    CERTIFICATE(Fault.TLS_CERTIFICATE_REFUSED),
    /** No handshake: no version or cipher in common, a peer that refuses ours, an attempt to renegotiate. */
    HANDSHAKE(Fault.TLS_HANDSHAKE_FAILED),
    /** The peer closed the connection instead. */
    CLOSED(Fault.TLS_HANDSHAKE_FAILED),
    /** It took too long. */
    TIMED_OUT(Fault.TLS_HANDSHAKE_FAILED);

    private final Fault fault;

    TlsFailure(Fault fault) {
        this.fault = fault;
    }

    /** What it is counted as. */
    Fault fault() {
        return fault;
    }
}
