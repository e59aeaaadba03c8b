package dev.sallyport.proxy;

import dev.sallyport.rules.OwnAddresses;
import java.io.IOException;
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
    private final LookUp lookUp;
    private volatile Set<InetAddress> known;

    /** Where they are looked up. */
    @FunctionalInterface
    interface LookUp {
        Set<InetAddress> now() throws SocketException;
    }

    private HostAddresses(LookUp lookUp) throws SocketException {
        this.lookUp = lookUp;
        known = lookUp.now();
        renewal = Thread.ofVirtual().name("own-addresses").unstarted(this::keepFresh);
    }

    /**
     * Looked up, and from now on every ten seconds.
     *
     * @throws IOException when that cannot be done: without them, the host's own services would be open to its clients
     */
    public static HostAddresses watch() throws IOException {
        return watch(HostAddresses::ofInterfaces);
    }

    static HostAddresses watch(LookUp lookUp) throws IOException {
        try {
            var addresses = new HostAddresses(lookUp);
            addresses.renewal.start();
            return addresses;
        } catch (SocketException failed) {
            throw new IOException("cannot find out this host's own addresses, which no data connection may lead to: "
                    + failed.getMessage(), failed);
        }
    }

    private static Set<InetAddress> ofInterfaces() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Looks them up now. What cannot be read leaves those that were known. */
    public void refresh() {
        try {
            known = lookUp.now();
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
