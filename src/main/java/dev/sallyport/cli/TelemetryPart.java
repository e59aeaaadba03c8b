package dev.sallyport.cli;

import dev.sallyport.admin.http.BearerToken;
import dev.sallyport.admin.http.HttpServer;
import dev.sallyport.admin.http.HttpSettings;
import dev.sallyport.config.TelemetryOptions;
import dev.sallyport.config.TelemetryOptions.TlsFiles;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a configuration says about HTTP, carried out. */
final class TelemetryPart {

    private static final Logger LOG = LoggerFactory.getLogger(TelemetryPart.class);

    private TelemetryPart() {}

    /**
     * Starts to answer over HTTP.
     *
     * @return null where that is not wanted, or where the usual port, which nobody asked for, is taken
     * @throws CommandFailure when a token or a certificate cannot be read, or the port that was asked for cannot be had
     */
    static @Nullable HttpServer start(TelemetryOptions options, RunningGateways gateways, HttpServer.Sources sources) throws CommandFailure {
        var listen = options.http().orElse(null);
        if (listen == null) {
            return null;
        }
        var settings = new HttpSettings(listen, token(options.token()), tls(options.tls()));
        try {
            return HttpServer.start(settings, gateways, gateways, sources);
        } catch (IOException taken) {
            if (options.chosen()) {
                throw new CommandFailure(
                        Sallyport.FAILED, taken.getMessage() + ". Choose another address or port with telemetry.http, or none.", taken);
            }
            LOG.warn("no metrics and no live page: {}. Choose another port with telemetry.http", taken.getMessage());
            return null;
        }
    }

    private static @Nullable BearerToken token(@Nullable Path file) throws CommandFailure {
        try {
            return file == null ? null : BearerToken.read(file);
        } catch (IOException unusable) {
            throw new CommandFailure(Sallyport.WRONG_USAGE, "telemetry.token: " + unusable.getMessage() + ".", unusable);
        }
    }

    private static @Nullable SslContext tls(@Nullable TlsFiles files) throws CommandFailure {
        try {
            return files == null
                    ? null
                    : SslContextBuilder.forServer(files.certificate().toFile(), files.key().toFile()).build();
        } catch (SSLException | IllegalArgumentException unusable) {
            throw new CommandFailure(Sallyport.WRONG_USAGE, "telemetry.tls: " + files.certificate() + " and " + files.key()
                    + " are no certificate and its key in PEM (PKCS #8): " + unusable.getMessage() + ".", unusable);
        }
    }
}
