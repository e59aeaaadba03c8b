package dev.sallyport.config;

import dev.sallyport.config.yaml.Form;
import dev.sallyport.config.yaml.Located;
import dev.sallyport.config.yaml.Problems;
import dev.sallyport.config.yaml.Section;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.telemetry.SessionCollector.Label;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a process tells of itself over HTTP.
 *
 * @param http where; empty for nowhere, and then nothing is counted
 * @param chosen whether somebody wrote that: then it must be had, otherwise it is done without
 * @param token the file whose first line a changing call must bring; null: nothing can be changed
 * @param tls null for none
 * @param sessions how many live sessions have series of their own, 0 to 10,000
 * @param labels what these series tell besides
 */
public record TelemetryOptions(
        Optional<Endpoint> http, boolean chosen, @Nullable Path token, @Nullable TlsFiles tls, int sessions, Set<Label> labels) {

    public static final int DEFAULT_SESSIONS = 200;

    public static final Endpoint DEFAULT_HTTP = new Endpoint(Objects.requireNonNull(Addresses.parse("127.0.0.1")), new Port(9121));

    public static final TelemetryOptions DEFAULT =
            new TelemetryOptions(Optional.of(DEFAULT_HTTP), false, null, null, DEFAULT_SESSIONS, Set.of());

    /** Nothing is told over HTTP. */
    public static final TelemetryOptions NONE = new TelemetryOptions(Optional.empty(), true, null, null, 0, Set.of());

    public TelemetryOptions {
        labels = Set.copyOf(labels);
    }

    /** The same in another place, which nobody wrote. */
    public TelemetryOptions at(Endpoint place) {
        return new TelemetryOptions(Optional.of(place), false, token, tls, sessions, labels);
    }

    /** @param file the configuration file: paths are relative to it */
    static TelemetryOptions read(Section section, Problems problems, Path file) {
        var http = section.optional("http", Forms.HTTP);
        var token = path(section.optional("token", Forms.PATH), file);
        var tlsSection = section.section("tls");
        var tls = tlsSection.empty() ? null : TlsFiles.read(tlsSection, file);
        var sessions = section.value("sessions", Form.integer(0, 10_000), DEFAULT_SESSIONS);
        var labels = section.anyNumber("labels", Form.oneOf(Label.class)).stream().map(Located::value).toList();
        section.end();
        var listen = http == null ? DEFAULT.http : http.value();
        if (http != null && listen.isPresent() && !listen.get().address().isLoopbackAddress() && (token == null || tls == null)) {
            problems.add(http, listen.get() + " can be reached from elsewhere: that needs a token and tls as well, or write 127.0.0.1:"
                    + listen.get().port() + ".");
        }
        return new TelemetryOptions(listen, http != null, token, tls, sessions, set(labels));
    }

    private static @Nullable Path path(@Nullable Located<Path> written, Path file) {
        return written == null ? null : file.resolveSibling(written.value());
    }

    private static Set<Label> set(Collection<Label> labels) {
        var set = EnumSet.noneOf(Label.class);
        set.addAll(labels);
        return set;
    }
}
