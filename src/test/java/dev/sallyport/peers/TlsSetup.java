package dev.sallyport.peers;

import dev.sallyport.ftp.PortRange;
import java.nio.file.Path;

/**
 * How a server speaks TLS.
 *
 * @param passivePorts those that it listens on for data
 * @param certificate its own word for itself, in PEM
 * @param key the private key, in PEM
 * @param data what its data connections have
 * @param implicit whether it has TLS from the first byte
 */
record TlsSetup(PortRange passivePorts, Path certificate, Path key, Data data, boolean implicit) {

    enum Data {
        /** As clients ask with PROT. */
        ANY,
        /** None; PROT P is refused by those that can refuse it. */
        CLEAR,
        /** As clients ask, and where that is TLS it resumes the session of the control connection. */
        ANY_RESUMED,
        /** TLS. */
        PRIVATE,
        /** TLS that resumes the session of the control connection. */
        RESUMED;

        boolean resumed() {
            return this == ANY_RESUMED || this == RESUMED;
        }

        boolean secured() {
            return this == PRIVATE || this == RESUMED;
        }
    }

    /** @param folder where the certificate is made */
    static TlsSetup make(Path folder, PortRange passivePorts) throws Exception {
        var made = Certificate.make(folder, "certificate", "rsa:2048", "-subj", "/CN=ftp.example.org");
        return new TlsSetup(passivePorts, made.file(), made.key(), Data.ANY, false);
    }

    TlsSetup with(PortRange ports) {
        return new TlsSetup(ports, certificate, key, data, implicit);
    }

    TlsSetup with(Data other) {
        return new TlsSetup(passivePorts, certificate, key, other, implicit);
    }

    TlsSetup requiringReuse() {
        return with(Data.RESUMED);
    }

    TlsSetup fromTheFirstByte() {
        return new TlsSetup(passivePorts, certificate, key, data, true);
    }
}
