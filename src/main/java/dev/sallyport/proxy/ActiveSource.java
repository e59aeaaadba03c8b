package dev.sallyport.proxy;

import dev.sallyport.ftp.Endpoint;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once, at the start, whether active data connections to clients can come from the port that clients expect. */
final class ActiveSource {

    private static final Logger LOG = LoggerFactory.getLogger(ActiveSource.class);

    private ActiveSource() {}

    static void check(GatewaySettings settings, List<Endpoint> listening) {
        for (var source : settings.activeSources(listening)) {
            try (var probe = new ServerSocket()) {
                probe.setReuseAddress(true);
                probe.bind(source.toSocketAddress());
            } catch (IOException cannot) {
                LOG.warn(
                        "gateway={} active data connections to clients come from any port, not from {}: {}.{}",
                        settings.name(), source.port(), cannot.getMessage(),
                        source.port().privileged() ? " Ports below 1024 need CAP_NET_BIND_SERVICE." : "");
            }
        }
    }
}
