package dev.sallyport.cli;

import dev.sallyport.config.Configuration;
import dev.sallyport.config.TlsOptions;
import dev.sallyport.config.TlsOptions.Verify;
import dev.sallyport.tls.CertifiedKey;
import dev.sallyport.tls.CertifiedKeys;
import dev.sallyport.tls.ClientTls;
import dev.sallyport.tls.ClientTrust;
import dev.sallyport.tls.GatewayTls;
import dev.sallyport.tls.ServerTls;
import dev.sallyport.tls.ServerTrust;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a configuration says about TLS that a gateway ends, carried out. */
final class TlsPart {

    private TlsPart() {}

    /** Reads it, for the first time or anew. @throws CommandFailure when a file is not usable, with what to do about it */
    static GatewayTls.Parts read(String gateway, TlsOptions options) throws CommandFailure {
        try {
            var clients = clients(options);
            return new GatewayTls.Parts(clients, servers(options), options.name(), options.reuseDemanded());
        } catch (IOException unusable) {
            throw new CommandFailure(Sallyport.WRONG_USAGE, of(gateway) + unusable.getMessage() + ".", unusable);
        }
    }

    private static String of(String gateway) {
        return "tls of the gateway '" + gateway + "': ";
    }

    private static @Nullable ClientTls clients(TlsOptions options) throws IOException {
        var certified = new ArrayList<CertifiedKey>();
        for (var files : options.certificates()) {
            certified.add(CertifiedKey.read(files.certificate(), files.key()));
        }
        var asked = options.clientCertificates();
        var trust = asked == null ? null : ClientTrust.authorities(asked.ca(), asked.required());
        return certified.isEmpty() ? null : ClientTls.of(options.versions(), new CertifiedKeys(certified), trust);
    }

    private static @Nullable ServerTls servers(TlsOptions options) throws IOException {
        var verify = options.verify();
        return verify == null ? null : ServerTls.of(options.versions(), trust(verify), null);
    }

    private static ServerTrust trust(Verify verify) throws IOException {
        return switch (verify) {
            case Verify.BySystem() -> ServerTrust.system();
            case Verify.ByAuthorities(var ca) -> ServerTrust.authorities(ca);
            case Verify.ByKey(var pins) -> ServerTrust.pinned(pins);
        };
    }

    /** What is wrong with the dates of certificates, each with its file; without a full stop. */
    static List<String> complaints(@Nullable CertifiedKeys shown) {
        var now = Instant.now();
        return shown == null ? List.of() : shown.all().stream()
                .flatMap(certified -> certified.complaint(now).stream().map(complaint -> certified.file() + " " + complaint))
                .toList();
    }

    /** Why who asks here could not start with these, and what to do about certificates soon; empty where all is good. */
    static List<String> obstacles(Configuration configuration) {
        var obstacles = new ArrayList<String>();
        configuration.gateways().forEach(settings -> {
            var options = configuration.tls().get(settings.name());
            if (options != null) {
                obstacles.addAll(obstacles(settings.name(), options));
            }
        });
        return obstacles;
    }

    private static List<String> obstacles(String gateway, TlsOptions options) {
        try (var parts = read(gateway, options)) {
            var clients = parts.clients();
            return complaints(clients == null ? null : clients.shown()).stream()
                    .map(complaint -> of(gateway) + complaint + ".").toList();
        } catch (CommandFailure unusable) {
            return List.of(unusable.getMessage());
        }
    }
}
