package dev.sallyport.peers;

import dev.sallyport.ftp.PortRange;
import java.nio.file.Path;

/**
 * How a server speaks TLS.
 *
 * @param passivePorts those that it listens on for data
 * @param certificate its own word for itself, in PEM
 * @param key the private key, in PEM
 * @param reuseRequired whether data connections must resume the TLS session of their control connection
 * @param implicit whether it has TLS from the first byte
 */
record TlsSetup(PortRange passivePorts, Path certificate, Path key, boolean reuseRequired, boolean implicit) {

    /** @param folder where the certificate is made */
    static TlsSetup make(Path folder, PortRange passivePorts) throws Exception {
        var made = Certificate.make(folder, "certificate", "rsa:2048", "-subj", "/CN=ftp.example.org");
        return new TlsSetup(passivePorts, made.file(), made.key(), false, false);
    }

    TlsSetup requiringReuse() {
        return new TlsSetup(passivePorts, certificate, key, true, implicit);
    }

    TlsSetup fromTheFirstByte() {
        return new TlsSetup(passivePorts, certificate, key, reuseRequired, true);
    }
}
