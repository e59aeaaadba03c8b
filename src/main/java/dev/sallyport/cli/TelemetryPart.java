package dev.sallyport.cli;

import dev.sallyport.admin.http.BearerToken;
import dev.sallyport.admin.http.Credentials;
import dev.sallyport.admin.http.HttpServer;
import dev.sallyport.admin.http.HttpSettings;
import dev.sallyport.admin.http.Identity;
import dev.sallyport.config.TelemetryOptions;
import dev.sallyport.config.TlsFiles;
import java.io.IOException;
import java.nio.file.Path;
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
    static @Nullable HttpServer start(TelemetryOptions options, RunningGateways gateways, HttpServer.Sources sources)
            throws CommandFailure {
        var listen = options.http().orElse(null);
        if (listen == null) {
            return null;
        }
        var settings = new HttpSettings(listen, credentials(options));
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

    /** Reads them, for the first time or anew. @throws CommandFailure when they are not usable, with what to do about it */
    static Credentials credentials(TelemetryOptions options) throws CommandFailure {
        return new Credentials(token(options.token()), identity(options.tls()));
    }

    /** Why who asks here could not start with these; null when that is not known. */
    static @Nullable String obstacle(TelemetryOptions options) {
        try {
            credentials(options);
            return null;
        } catch (CommandFailure unusable) {
            return unusable.getMessage();
        }
    }

    private static @Nullable BearerToken token(@Nullable Path file) throws CommandFailure {
        try {
            return file == null ? null : BearerToken.read(file);
        } catch (IOException unusable) {
            throw unusable("token", unusable);
        }
    }

    private static @Nullable Identity identity(@Nullable TlsFiles files) throws CommandFailure {
        try {
            return files == null ? null : Identity.read(files.certificate(), files.key());
        } catch (IOException unusable) {
            throw unusable("tls", unusable);
        }
    }

    private static CommandFailure unusable(String key, IOException why) {
        return new CommandFailure(Sallyport.WRONG_USAGE, "telemetry." + key + ": " + why.getMessage() + ".", why);
    }
}
