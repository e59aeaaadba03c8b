package dev.sallyport.telemetry;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.session.PinholeRequest;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one session's events have told so far. Written on the session's event loop, read from anywhere: hence the lock. */
final class OpenSession {

    private final SessionContext context;
    private final String gateway;
    private final long startNanos;

    private @Nullable Endpoint server;
    private String user = "";
    private boolean opaque;
    private int running;
    private LiveSession.@Nullable Command transfer;
    private int transfers;
    private long bytesToClient;
    private long bytesToServer;
    /** By their number within the session; the engine bounds how many there are. Made with the first. */
    private Map<Integer, Pinhole> pinholes = Map.of();

    private record Pinhole(PinholeRequest request, Endpoint told, long openedNanos, boolean used) {}

    OpenSession(SessionContext context, String gateway, long nowNanos) {
        this.context = context;
        this.gateway = gateway;
        this.startNanos = nowNanos;
    }

    synchronized void observe(SessionEvent event, long nowNanos) {
        switch (event) {
            case SessionEvent.Started(_, var connected) -> server = connected;
            case SessionEvent.LoggedIn(var name) -> user = name;
            case SessionEvent.BecameOpaque() -> opaque = true;
            case SessionEvent.Cleared() -> opaque = false;
            case SessionEvent.PinholeOpened(var request, var told) -> {
                if (pinholes.isEmpty()) {
                    pinholes = new HashMap<>(4);
                }
                pinholes.put(request.id().number(), new Pinhole(request, told, nowNanos, false));
            }
            case SessionEvent.PinholeUsed(var id) -> pinholes.computeIfPresent(
                    id.number(), (_, open) -> new Pinhole(open.request(), open.told(), open.openedNanos(), true));
            case SessionEvent.PinholeUnused(var id, _) -> remove(id.number());
            case SessionEvent.DataEnded(var id, var toClient, var toServer, _) -> {
                remove(id.number());
                bytesToClient += toClient;
                bytesToServer += toServer;
            }
            case SessionEvent.TransferBegan(var verb, var argument) -> {
                running++;
                transfer = new LiveSession.Command(verb, argument);
            }
            case SessionEvent.TransferEnded _ -> {
                running--;
                transfers++;
            }
            case SessionEvent.Arrived _, SessionEvent.LoginRefused _, SessionEvent.LoginHeld _, SessionEvent.PinholeRefused _,
                    SessionEvent.FaultSeen _, SessionEvent.RuleDecided _, SessionEvent.RulesTaken _,
                    SessionEvent.RangeOpened _, SessionEvent.RangeRefused _, SessionEvent.RangeClosed _, SessionEvent.Ended _ -> {}
        }
    }

    private void remove(int number) {
        if (!pinholes.isEmpty()) {
            pinholes.remove(number);
        }
    }

    synchronized LiveSession session(long nowNanos) {
        return new LiveSession(
                context.id(), gateway, context.client(), context.gateway(), server, user, state(), transfer,
                since(startNanos, nowNanos), transfers, bytesToClient, bytesToServer, pinholes.size());
    }

    private LiveSession.State state() {
        return opaque ? LiveSession.State.OPAQUE
                : server == null ? LiveSession.State.CONNECTING
                : running > 0 ? LiveSession.State.TRANSFER
                : user.isEmpty() ? LiveSession.State.LOGIN
                : LiveSession.State.READY;
    }

    synchronized List<LivePinhole> pinholes(long nowNanos) {
        return pinholes.values().stream().map(open -> live(open, nowNanos)).toList();
    }

    private LivePinhole live(Pinhole open, long nowNanos) {
        var request = open.request();
        var age = since(open.openedNanos(), nowNanos);
        var rest = request.lifetime().minus(age);
        var remaining = rest.isNegative() ? Duration.ZERO : rest;
        return new LivePinhole(
                request.id(), gateway, request.connects(), request.expected(), request.expectedPort(), open.told(),
                request.target(), age, open.used() ? null : remaining);
    }

    /** An event may come between the question's time and its turn. */
    private static Duration since(long thenNanos, long nowNanos) {
        return Duration.ofNanos(Math.max(0, nowNanos - thenNanos));
    }
}
