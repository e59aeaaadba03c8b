package dev.sallyport.telemetry;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Side;
import dev.sallyport.session.ClientRefusal;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionId;
import dev.sallyport.session.SessionObserver;
import dev.sallyport.session.SessionWatch;
import dev.sallyport.session.TlsPeer;
import dev.sallyport.session.Transfer;
import dev.sallyport.telemetry.Limits.Kind;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The log of sessions: a line for the start, the login, each transfer and the end of each session at INFO, pinholes at
 * DEBUG, refused clients, denials and what rules want told at INFO, faults of peers at WARN. A kind of refusal or fault, or a
 * rule, that comes in floods is thinned out; the next line that passes says how many were held back.
 *
 * <p>No line holds a secret, since no event does; no bytes of a peer can break a line ({@link LogLine}).
 */
public final class SessionLog implements SessionObserver {

    /** What a correct peer may ask for and this gateway does not give: nobody's fault, and no reason to warn. */
    private static final Set<Fault> DENIALS = EnumSet.of(
            Fault.COMMAND_UNSUPPORTED, Fault.AUTH_REFUSED, Fault.AUTH_MECHANISM_UNKNOWN, Fault.TOO_MANY_TRANSFERS,
            Fault.TOO_MANY_DATA_CONNECTIONS, Fault.FAMILY_UNSUPPORTED, Fault.LONG_FAMILY_UNSUPPORTED, Fault.PASV_ON_IPV6,
            Fault.TRANSFER_WITHOUT_DATA_PORT, Fault.ARGUMENT_TOO_LONG, Fault.COMMAND_AHEAD_OF_REPLY);

    private final Logger log;
    private final Limits limits;

    public SessionLog() {
        this(LoggerFactory.getLogger(SessionLog.class), System::nanoTime);
    }

    SessionLog(Logger log, LongSupplier clockNanos) {
        this.log = log;
        limits = new Limits(clockNanos);
    }

    @Override
    public SessionWatch watch(SessionContext session) {
        return event -> observe(session, event);
    }

    private void observe(SessionContext session, SessionEvent event) {
        var id = session.id();
        switch (event) {
            // What these begin is told when it ends.
            case SessionEvent.Arrived() -> {}
            case SessionEvent.TransferBegan _ -> {}
            case SessionEvent.Started(var client, var server) -> info(
                    new LogLine(id, "start").with("client", client).with("gateway", session.gateway()).with("server", server));
            case SessionEvent.LoggedIn(var user) -> info(new LogLine(id, "login").peer("user", user));
            case SessionEvent.LoginRefused(var user, var code) ->
                info(new LogLine(id, "login-refused").with("code", code).peer("user", user));
            case SessionEvent.LoginHeld(var wait) -> info(new LogLine(id, "login-held").with("seconds", wait));
            case SessionEvent.TransferEnded(var transfer) -> info(line(id, transfer));
            case SessionEvent.BecameOpaque() -> info(new LogLine(id, "opaque"));
            case SessionEvent.Cleared() -> info(new LogLine(id, "cleared"));
            case SessionEvent.Secured(var side, var peer) -> info(secured(id, side, peer));
            case SessionEvent.Unsecured(var side) -> info(new LogLine(id, "unsecured").with("side", side));
            case SessionEvent.RangeOpened(var request) -> info(new LogLine(id, "range-opened")
                    .with("client", Addresses.text(request.client(), false)).with("server", Addresses.text(request.server(), false))
                    .with("ports", request.ports()));
            case SessionEvent.RangeMoved(var range, var moved, var came, var more) ->
                debug(() -> new LogLine(id, "range-moved").with("range", range).with("came", came).with("standing", more)
                        .with("bytesToClient", moved.bytesToClient()).with("bytesToServer", moved.bytesToServer()));
            case SessionEvent.RangeClosed _ -> info(new LogLine(id, "range-closed"));
            case SessionEvent.RangeRefused(var request, var reason) -> limited(
                    new Kind.OfRange(reason), Level.WARN,
                    () -> new LogLine(id, "range-refused").with("ports", request.ports()).with("reason", reason));
            case SessionEvent.FaultSeen seen -> fault(id, seen);
            case SessionEvent.RuleDecided decided -> limited(
                    new Kind.OfRule(session.gatewayName(), decided.rule()), Level.INFO, () -> line(id, decided));
            case SessionEvent.RulesTaken(var ruleSet, var generation) -> debug(
                    () -> new LogLine(id, "rules-taken").with("rules", ruleSet).with("generation", generation));
            case SessionEvent.PinholeRefused(var request, var reason) -> limited(
                    new Kind.OfPinhole(reason), Level.WARN,
                    () -> new LogLine(id, "pinhole-refused").with("pinhole", request.id()).with("reason", reason));
            case SessionEvent.Ended ended -> info(line(session, ended));
            case SessionEvent.PinholeOpened(var request, _, var told, _) -> debug(() -> new LogLine(id, "pinhole-opened")
                    .with("pinhole", request.id()).with("connects", request.connects())
                    .with("from", Addresses.text(request.expected(), false)).with("told", told).with("target", request.target()));
            case SessionEvent.PinholeUsed(var pinhole, _) ->
                debug(() -> new LogLine(id, "pinhole-used").with("pinhole", pinhole));
            case SessionEvent.DataEnded(var pinhole, var moved, var end) ->
                debug(() -> new LogLine(id, "data-ended").with("pinhole", pinhole).with("end", end)
                        .with("bytesToClient", moved.bytesToClient()).with("bytesToServer", moved.bytesToServer()));
            case SessionEvent.PinholeUnused(var pinhole, var why) ->
                debug(() -> new LogLine(id, "pinhole-unused").with("pinhole", pinhole).with("why", why));
        }
    }

    @Override
    public void clientRefused(String gateway, Endpoint client, ClientRefusal reason) {
        limited(
                new Kind.OfClient(reason), Level.INFO,
                () -> new LogLine("client-refused").with("gateway", gateway).with("client", client).with("reason", reason));
    }

    private void fault(SessionId id, SessionEvent.FaultSeen seen) {
        var denial = DENIALS.contains(seen.fault());
        limited(new Kind.OfFault(seen.fault()), denial ? Level.INFO : Level.WARN, () -> {
            var line = new LogLine(id, denial && seen.enforced() ? "denied" : "fault")
                    .with("side", seen.side()).with("fault", seen.fault());
            return (seen.enforced() ? line : line.with("enforced", false)).escaped("detail", seen.detail());
        });
    }

    private static LogLine secured(SessionId id, Side side, TlsPeer peer) {
        var line = new LogLine(id, "secured").with("side", side).with("version", peer.version()).with("cipher", peer.cipher());
        return line.peer("name", Objects.requireNonNullElse(peer.name(), ""))
                .peer("subject", Objects.requireNonNullElse(peer.subject(), ""));
    }

    private static LogLine line(SessionId id, SessionEvent.RuleDecided decided) {
        return new LogLine(id, decided.ruling() == SessionEvent.Ruling.ALLOWED ? "allowed" : "denied")
                .with("rule", decided.rule()).with("ruling", decided.ruling()).with("verb", decided.verb().name())
                .escaped("detail", decided.detail());
    }

    private static LogLine line(SessionId id, Transfer transfer) {
        var line = new LogLine(id, "transfer")
                .with("verb", transfer.verb().name()).peer("path", transfer.argument()).with("code", transfer.finalCode());
        if (transfer.mode() != null) {
            line.with("mode", transfer.mode().name());
        }
        if (transfer.dataEnd() != null) {
            line.with("data", transfer.dataEnd());
        }
        return line.with("bytesToClient", transfer.bytesToClient()).with("bytesToServer", transfer.bytesToServer())
                .with("seconds", transfer.duration());
    }

    private static LogLine line(SessionContext session, SessionEvent.Ended ended) {
        // The client again: a session whose server was never reached has no start.
        return new LogLine(session.id(), "end")
                .with("reason", ended.reason()).with("client", session.client()).with("seconds", ended.duration())
                .with("commands", ended.commands()).with("transfers", ended.transfers())
                .with("bytesToClient", ended.bytesToClient()).with("bytesToServer", ended.bytesToServer())
                .peer("detail", ended.detail());
    }

    private void info(LogLine line) {
        log.info(line.toString());
    }

    private void limited(Kind kind, Level level, Supplier<LogLine> line) {
        var heldBack = limits.pass(kind);
        if (heldBack != LineLimit.HELD_BACK) {
            var told = line.get();
            log.atLevel(level).log((heldBack == 0 ? told : told.with("heldBack", heldBack)).toString());
        }
    }

    /** The line is made only when somebody reads it. */
    private void debug(Supplier<LogLine> line) {
        if (log.isDebugEnabled()) {
            log.debug(line.get().toString());
        }
    }
}
