package dev.sallyport.datapath.kernel;

import dev.sallyport.netlink.MalformedMessageException;
import dev.sallyport.netlink.NetlinkException;
import dev.sallyport.netlink.RouteLookup;
import java.io.IOException;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
    private static final InetAddress NOBODY4 = InetAddress.ofLiteral("192.0.0.8");

    private static final List<InetAddress> NOBODY = List.of(NOBODY4, InetAddress.ofLiteral("100::1"));

    private final PolicyRoutes routes;
    private final RouteLookup lookup = new RouteLookup();
    /** Those whose packets are to be delivered to this host. */
    private Set<InetAddress> wanted = Set.of();
    /** Whether it was said already. */
    private boolean said;

    RouteWatch(PolicyRoutes routes) throws NetlinkException {
        this.routes = routes;
    }

    /** Those of {@link #NOBODY} whose packets are delivered to this host. */
    private Set<InetAddress> delivered() throws IOException {
        try {
            var delivered = new HashSet<InetAddress>();
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
        wanted = delivered();
        // A host may have no IPv6. Where IPv4 is not delivered, something is in the way: the first look says so.
        wanted.add(NOBODY4);
    }

    void remove() throws IOException {
        routes.remove();
    }

    /** Whether they do what they are for. */
    boolean standing() throws IOException {
        var standing = delivered().containsAll(wanted);
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
