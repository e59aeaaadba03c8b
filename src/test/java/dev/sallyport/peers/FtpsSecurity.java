package dev.sallyport.peers;

import dev.sallyport.tls.TlsVersion;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a peer speaks TLS. A client believes any server.
 *
 * @param implicit from the first byte; otherwise it is asked for with AUTH TLS
 * @param dataPrivate whether data connections have TLS too (PROT P); otherwise they are in clear (PROT C)
 * @param version the only one that is spoken
 */
record FtpsSecurity(boolean implicit, boolean dataPrivate, TlsVersion version) {

    static Stream<FtpsSecurity> all() {
        return Stream.of(false, true)
                .flatMap(implicit -> Stream.of(true, false)
                        .flatMap(dataPrivate -> Stream.of(TlsVersion.values())
                                .map(version -> new FtpsSecurity(implicit, dataPrivate, version))));
    }

    /** {@code 1.2} or {@code 1.3}. */
    String number() {
        return switch (version) {
            case TLS_1_2 -> "1.2";
            case TLS_1_3 -> "1.3";
        };
    }

    /** {@code TLSv1.2} or {@code TLSv1.3}. */
    String protocol() {
        return "TLSv" + number();
    }

    String begin() {
        return implicit ? "implicit" : "explicit";
    }

    /** The argument of PROT. */
    String prot() {
        return dataPrivate ? "P" : "C";
    }

    /** What a script is told, which has its own way to speak TLS: {@code explicit,P,TLSv1.3}; without TLS {@code none}. */
    static String told(@Nullable FtpsSecurity security) {
        return security == null ? "none" : String.join(",", security.begin(), security.prot(), security.protocol());
    }
}
