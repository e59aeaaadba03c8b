package dev.sallyport.datapath.kernel;

import dev.sallyport.netlink.MalformedMessageException;
import dev.sallyport.netlink.NetlinkException;
import dev.sallyport.netlink.RouteLookup;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Installs the policy routes and sees that they do what they are for: that what carries the intercept mark is delivered to this
 * host. The kernel is asked just that, which tells of a rule or a route that somebody removed, of another rule that comes before
 * ours, and of a loopback interface that is down.
 */
final class RouteWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RouteWatch.class);

    /** Addresses that no host has: the dummy address of RFC 7600 §4.8, and one to be discarded (RFC 6666). */
    private static final List<InetAddress> NOBODY = List.of(InetAddress.ofLiteral("192.0.0.8"), InetAddress.ofLiteral("100::1"));

    private final PolicyRoutes routes;
    private final RouteLookup lookup = new RouteLookup();
    private List<InetAddress> installed = List.of();
    /** Whether it was said already. */
    private boolean said;

    RouteWatch(PolicyRoutes routes) throws NetlinkException {
        this.routes = routes;
    }

    /** Those of {@link #NOBODY} whose packets are delivered to this host. */
    private List<InetAddress> delivered() throws IOException {
        try {
            var delivered = new ArrayList<InetAddress>();
            for (var nobody : NOBODY) {
                if (lookup.delivered(nobody, routes.mark().value())) {
                    delivered.add(nobody);
                }
            }
            return delivered;
        } catch (NetlinkException | MalformedMessageException failed) {
            throw new IOException("cannot look at the policy routes: " + failed.getMessage(), failed);
        }
    }

    /** Whether there are any, by whomever. */
    boolean found() throws IOException {
        return !delivered().isEmpty();
    }

    void install() throws IOException {
        routes.install();
        // A host without IPv6 has none of its routes; what it has now it is to keep.
        installed = delivered();
    }

    void remove() throws IOException {
        routes.remove();
    }

    /** Whether they still do what they did when they were installed. */
    boolean standing() throws IOException {
        var standing = delivered().containsAll(installed);
        if (standing && said) {
            LOG.info("the policy routes are in place again");
            said = false;
        }
        return standing;
    }

    /**
     * Installs them again.
     *
     * @throws IOException when that is not possible, or of no use
     */
    void restore() throws IOException {
        if (!said) {
            LOG.warn("somebody took away the policy routes, the rule 'fwmark {} lookup {}' or the route in that table: they are "
                    + "installed again", routes.mark(), routes.table());
            said = true;
        }
        routes.install();
        if (!standing()) {
            throw new IOException("another routing rule comes before 'fwmark " + routes.mark() + " lookup " + routes.table()
                    + "' and leads intercepted connections elsewhere; 'ip rule' and 'ip -6 rule' show it");
        }
    }

    @Override
    public void close() {
        lookup.close();
    }
}
