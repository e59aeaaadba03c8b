package dev.sallyport.proxy;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.session.SessionPolicy.ClientSourcePort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once, at the start, whether active data connections to clients can come from the port that clients expect. */
final class ActiveSource {

    private static final Logger LOG = LoggerFactory.getLogger(ActiveSource.class);

    private ActiveSource() {}

    static void check(GatewaySettings settings, List<Endpoint> listening) {
        if (settings.policy().clientSourcePort() == ClientSourcePort.ANY) {
            return;
        }
        for (var local : listening) {
            var port = local.port().number() - 1;
            try (var probe = new ServerSocket()) {
                probe.setReuseAddress(true);
                probe.bind(new InetSocketAddress(local.address(), port));
            } catch (IOException cannot) {
                LOG.warn(
                        "gateway={} active data connections to clients of {} come from any port, not from {}: {}.{}",
                        settings.name(), local, port, cannot.getMessage(),
                        port < Port.FIRST_UNPRIVILEGED ? " Ports below 1024 need CAP_NET_BIND_SERVICE." : "");
            }
        }
    }
}
