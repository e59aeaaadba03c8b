package dev.sallyport.rules;

import java.net.InetAddress;

/** The addresses of the host that the gateway runs on. Any thread may ask at any time. */
@FunctionalInterface
public interface OwnAddresses {

    /** None is known. */
    OwnAddresses NONE = _ -> false;

    boolean contains(InetAddress address);
}
