package dev.sallyport.lab.explain;

import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.ftp.Side;
import dev.sallyport.session.PinholeRequest;
import org.jspecify.annotations.Nullable;

/**
 * Which ports a gateway has for its pinholes, all of them free.
 *
 * @param kernel whether the kernel carries the data: it leaves a port as it is where the address is, and does not translate
 *     between IPv4 and IPv6
 * @param clients what clients may be told
 * @param servers what servers may be told
 */
public record DoorPorts(boolean kernel, PortRange clients, PortRange servers) {

    boolean opens(PinholeRequest request) {
        var family = request.expected().getClass();
        return !kernel || request.listen().getClass() == family && request.target().address().getClass() == family
                && request.dialFrom().getClass() == family;
    }

    /** What the port is drawn from; null: it is the target's own. */
    @Nullable PortRange drawnFrom(PinholeRequest request) {
        var range = request.connects() == Side.SERVER ? servers : clients;
        var same = request.listen().equals(request.target().address())
                || request.connects() == Side.CLIENT && range.contains(request.target().port());
        return kernel && same ? null : range;
    }

    /** One that may be told. */
    Port port(PinholeRequest request) {
        var range = drawnFrom(request);
        return range == null ? request.target().port() : range.at(0);
    }
}
