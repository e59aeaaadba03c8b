package dev.sallyport.lab.bench;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.lab.host.Child;
import dev.sallyport.lab.host.Children;
import dev.sallyport.lab.host.LabFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * HAProxy as a plain TCP proxy, the peer to compare with: it relays the control port and, port for port, the server's whole passive range,
 * and understands nothing of either. No splice option: the bytes pass user space, as they do in Sallyport's relay.
 *
 * @param server its control port is the proxy's
 * @param identity for TLS on both sides from the first byte, on data connections too; null for none
 */
record Haproxy(
        Path program, Endpoint control, Endpoint server, PortRange dataPorts, int threads, int maxConnections,
        @Nullable Identity identity) implements Variant {

    static final String NAME = "haproxy";

    private static final String CIPHERS = """
            ssl-default-bind-ciphersuites %1$s
                ssl-default-bind-options ssl-min-ver TLSv1.3
                ssl-default-server-ciphersuites %1$s
                ssl-default-server-options ssl-min-ver TLSv1.3""".formatted(Identity.CIPHER_SUITE);

    static Optional<Path> installed() {
        return Program.installed(NAME);
    }

    /** Its own word for its version, such as {@code 2.6.12-1+deb12u4}. */
    static String version(Path program) throws LabFailure {
        try {
            Process process = new ProcessBuilder(program.toString(), "-v").redirectErrorStream(true).start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String[] words = text.split("\\s+", 4);
            return words.length > 2 ? words[2] : text;
        } catch (IOException e) {
            throw new LabFailure("cannot run " + program + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Security security() {
        return identity == null ? Security.CLEAR : Security.IMPLICIT;
    }

    @Override
    public Child start(Children children) throws LabFailure {
        Path configuration = children.file("haproxy.cfg", configuration(children));
        Child child = children.start(NAME, List.of(program.toString(), "-db", "-f", configuration.toString()));
        if (identity == null) {
            ControlConnection.awaitGreeting(child, control, Duration.ofSeconds(10));
        }
        return child;
    }

    private String configuration(Children children) throws LabFailure {
        String at = Addresses.text(control.address(), true);
        return """
                global
                    nbthread %d
                    maxconn %d
                    %s
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client 1h
                    timeout server 1h
                listen ftp
                    bind %s,%s:%s %s
                    server ftp %s %s
                """.formatted(
                threads, maxConnections, identity == null ? "" : CIPHERS, control, at, dataPorts,
                identity == null ? "" : "ssl crt " + children.file("haproxy.pem", identity.together()),
                Addresses.text(server.address(), true),
                identity == null ? "" : "ssl verify required ca-file " + identity.certificate());
    }
}
