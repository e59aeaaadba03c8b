package dev.sallyport.proxy;

import dev.sallyport.rules.limit.ClientKey;
import dev.sallyport.session.ClientRefusal;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** How many sessions there are, in all and for each client. Thread-safe: clients arrive on all event loops. */
final class SessionCount {

    private final GatewaySettings.Limits limits;
    private final AtomicInteger all = new AtomicInteger();
    private final Map<ClientKey, Integer> byClient = new ConcurrentHashMap<>();

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
        if (byClient.merge(ClientKey.of(client), 1, Integer::sum) > limits.sessionsPerClient()) {
            leave(client);
            return ClientRefusal.TOO_MANY_SESSIONS_OF_CLIENT;
        }
        return null;
    }

    void leave(InetAddress client) {
        all.decrementAndGet();
        byClient.computeIfPresent(ClientKey.of(client), (_, count) -> count > 1 ? count - 1 : null);
    }
}
