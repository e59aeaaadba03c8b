package dev.sallyport.proxy;

import dev.sallyport.rules.OwnAddresses;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The addresses of this host's interfaces. They are looked up now and then: asking for one waits for nothing. */
public final class HostAddresses implements OwnAddresses, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HostAddresses.class);

    private static final Duration EVERY = Duration.ofSeconds(10);

    private final Thread renewal;
    private volatile Set<InetAddress> known = Set.of();

    private HostAddresses() {
        refresh();
        renewal = Thread.ofVirtual().name("own-addresses").unstarted(this::keepFresh);
    }

    /** Looked up, and from now on every ten seconds. */
    public static HostAddresses watch() {
        var addresses = new HostAddresses();
        addresses.renewal.start();
        return addresses;
    }

    /** Looks them up now. What cannot be read leaves those that were known. */
    public void refresh() {
        try {
            known = NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .collect(Collectors.toUnmodifiableSet());
        } catch (SocketException failed) {
            LOG.warn("this host's own addresses cannot be read: {}", failed.toString());
        }
    }

    @Override
    public boolean contains(InetAddress address) {
        return known.contains(address);
    }

    private void keepFresh() {
        try {
            while (true) {
                Thread.sleep(EVERY);
                refresh();
            }
        } catch (InterruptedException closed) {
            LOG.debug("own addresses are looked up no more");
        }
    }

    /** They are looked up no more. */
    @Override
    public void close() {
        renewal.interrupt();
    }
}
