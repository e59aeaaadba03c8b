package dev.sallyport.proxy;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.session.ClientRefusal;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How many sessions there are, in all and for each client. A client is an IPv4 address or an IPv6 /64, since that is what
 * one IPv6 host has at its disposal (RFC 4291 §2.5.4, RFC 8981). Thread-safe: clients arrive on all event loops.
 */
final class SessionCount {

    /** Octets of an IPv6 address that name the link; the rest is the host's own choice. */
    private static final int PREFIX_OCTETS = 8;

    private final GatewaySettings.Limits limits;
    private final AtomicInteger all = new AtomicInteger();
    private final Map<InetAddress, Integer> byClient = new ConcurrentHashMap<>();

    SessionCount(GatewaySettings.Limits limits) {
        this.limits = limits;
    }

    int all() {
        return all.get();
    }

    /** Counts a session in. @return null, or why it cannot come in; then it is not counted */
    @Nullable ClientRefusal enter(InetAddress client) {
        if (all.incrementAndGet() > limits.sessions()) {
            all.decrementAndGet();
            return ClientRefusal.TOO_MANY_SESSIONS;
        }
        if (byClient.merge(counted(client), 1, Integer::sum) > limits.sessionsPerClient()) {
            leave(client);
            return ClientRefusal.TOO_MANY_SESSIONS_OF_CLIENT;
        }
        return null;
    }

    void leave(InetAddress client) {
        all.decrementAndGet();
        byClient.computeIfPresent(counted(client), (_, count) -> count > 1 ? count - 1 : null);
    }

    private static InetAddress counted(InetAddress client) {
        if (!(client instanceof Inet6Address)) {
            return client;
        }
        var bytes = client.getAddress();
        Arrays.fill(bytes, PREFIX_OCTETS, bytes.length, (byte) 0);
        return Addresses.of(bytes);
    }
}
