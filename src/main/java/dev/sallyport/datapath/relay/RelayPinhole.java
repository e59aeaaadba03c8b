package dev.sallyport.datapath.relay;

import dev.sallyport.datapath.PinholeOwner;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.session.Input;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.PinholeRequest;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** One pinhole of the relay, from its request to the end of its data. Its fields belong to the owner's event loop. */
final class RelayPinhole {

    final PinholeRequest request;
    final PinholeOwner owner;

    /** Its place while it waits for its connection. */
    @Nullable DataListener listener;
    /** The end of its wait for a free port. */
    @Nullable Future<?> wait;
    /** It has waited long enough: the next search that finds nothing is the last. */
    boolean waitedEnough;
    /** The data connection that used it up. */
    @Nullable DataRelay relay;

    /** TLS with the server may begin. */
    boolean secured;

    boolean closed;

    RelayPinhole(PinholeRequest request, PinholeOwner owner) {
        this.request = request;
        this.owner = owner;
    }

    /** What the peer is told, listened at or not. */
    Endpoint told(Port port) {
        return new Endpoint(request.listen(), port);
    }

    PinholeId id() {
        return request.id();
    }

    void tell(Input input) {
        owner.deliver(input);
    }
}
