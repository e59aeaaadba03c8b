package dev.sallyport.tls;

import io.netty.handler.ssl.OpenSsl;
import java.io.IOException;

/** The library that TLS of FTP is made of. */
final class BoringSsl {

    private BoringSsl() {}

    /** @throws IOException when there is none for this machine; a sentence without its full stop */
    static void require() throws IOException {
        if (!OpenSsl.isAvailable()) {
            throw new IOException("TLS of FTP needs BoringSSL, which does not run here: " + OpenSsl.unavailabilityCause());
        }
    }
}
