package dev.sallyport.peers;

import dev.sallyport.ftp.PortRange;
import java.nio.file.Path;

/**
 * How a server speaks TLS.
 *
 * @param passivePorts those that it listens on for data
 * @param certificate its own word for itself, in PEM
 * @param key the private key, in PEM
 */
record TlsSetup(PortRange passivePorts, Path certificate, Path key) {

    /** @param folder where the certificate is made */
    static TlsSetup make(Path folder, PortRange passivePorts) throws Exception {
        var made = Certificate.make(folder, "certificate", "rsa:2048", "-subj", "/CN=ftp.example.org");
        return new TlsSetup(passivePorts, made.file(), made.key());
    }
}
