package dev.sallyport.lab.transcript;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.Side;
import dev.sallyport.session.DataProtection;
import dev.sallyport.session.Effect;
import dev.sallyport.session.PinholeRequest;
import dev.sallyport.session.RangeRequest;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.Transfer;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Effects as the lines of a transcript. */
final class EffectText {

    private EffectText() {}

    /** The effect as one line; null for what a transcript leaves out: the deadlines, which {@code T:} lets come. */
    static @Nullable String of(Effect effect) {
        return switch (effect) {
            case Effect.ForwardToServer(var line) -> "to server: " + wire(line);
            case Effect.ForwardToClient(var line) -> "to client: " + wire(line);
            case Effect.ReplyToClient(var line) -> "reply: " + wire(line);
            case Effect.AnswerTelnet(var side, var bytes) -> "telnet to " + side.word() + ": " + escaped(bytes);
            case Effect.OpenPinhole(var request) -> "open " + pinhole(request);
            case Effect.ClosePinhole(var id, var presumedUsed) -> "close " + id.number() + (presumedUsed ? ", presumably used" : "");
            case Effect.CutData(var id) -> "cut " + id.number();
            case Effect.SecureData(var id) -> "begin TLS with server on " + id.number();
            case Effect.OpenRange(var request) -> "open " + range(request);
            case Effect.CloseRange(var id, var cut) -> "close range " + id.number() + (cut ? ", cut its data" : "");
            case Effect.SetDeadline _ -> null;
            case Effect.BecomeOpaque() -> "opaque";
            case Effect.Secure(var side) -> "begin TLS with " + side.word();
            case Effect.Unsecure(var side) -> "end TLS with " + side.word();
            case Effect.EndOutput(var side) -> "end output to " + side.word();
            case Effect.Close(var reset) -> reset ? "reset control" : "close control";
            case Effect.Publish(var event) -> "event: " + event(event);
        };
    }

    /** {@code unseen to server: \x16\x03\x01}. */
    static String unseen(Side from, byte[] bytes) {
        return "unseen to " + from.other().word() + ": " + escaped(bytes);
    }

    /** {@code 1: client 192.0.2.10 to 203.0.113.1, on to 198.51.100.20:50000 from 198.51.100.1, 30s}. */
    private static String pinhole(PinholeRequest request) {
        var from = " from " + Addresses.text(request.dialFrom(), true) + port(request.dialFromPort());
        return "%d: %s %s%s to %s, on to %s%s, %s%s".formatted(
                request.id().number(), request.connects().word(), Addresses.text(request.expected(), true),
                port(request.expectedPort()), Addresses.text(request.listen(), true), request.target(), from,
                time(request.lifetime()), protection(request.protection()));
    }

    /** {@code , TLS with client and server}. */
    private static String protection(DataProtection protection) {
        return !protection.any() ? ""
                : ", TLS with " + (protection.client() ? protection.server() ? "client and server" : "client" : "server");
    }

    /** {@code range 1: client 192.0.2.10 to 203.0.113.1, on to 198.51.100.20 from 198.51.100.1, ports 50000-50999, 8 at a time}. */
    private static String range(RangeRequest request) {
        return "range %d: client %s to %s, on to %s from %s, ports %s, %d at a time".formatted(
                request.id().number(), Addresses.text(request.client(), true), Addresses.text(request.listen(), true),
                Addresses.text(request.server(), true), Addresses.text(request.dialFrom(), true), request.ports(),
                request.most());
    }

    private static String event(SessionEvent event) {
        return switch (event) {
            case SessionEvent.Arrived() -> "arrived";
            case SessionEvent.Started(var client, var server) -> "session of " + client + " with " + server;
            case SessionEvent.LoggedIn(var user) -> "logged in as " + FtpLine.escape(user);
            case SessionEvent.LoginRefused(var user, var code) -> "login of " + FtpLine.escape(user) + " refused with " + code;
            case SessionEvent.LoginHeld(var wait) -> "login held for " + time(wait);
            case SessionEvent.PinholeOpened(var request, _, var told, _) -> "pinhole " + request.id().number() + " open at " + told;
            case SessionEvent.PinholeRefused(var request, var reason) ->
                "pinhole " + request.id().number() + " refused, " + reason;
            case SessionEvent.PinholeUsed(var id, _) -> "pinhole " + id.number() + " used";
            case SessionEvent.PinholeUnused(var id, var why) -> "pinhole " + id.number() + " unused, " + why;
            case SessionEvent.DataEnded(var id, var moved, var end) -> "data of pinhole %d ended, %d bytes to client, %d to server, %s"
                    .formatted(id.number(), moved.bytesToClient(), moved.bytesToServer(), end);
            case SessionEvent.TransferBegan(var verb, var argument) ->
                "transfer " + verb + (argument.isEmpty() ? "" : " " + FtpLine.escape(argument)) + " began";
            case SessionEvent.TransferEnded(var transfer) -> transfer(transfer);
            case SessionEvent.FaultSeen(var side, var fault, var detail, var enforced) ->
                "fault of the " + side.word() + ", " + fault + (enforced ? "" : " (logged)") + (detail.isEmpty() ? "" : ": " + detail);
            case SessionEvent.RuleDecided(var rule, var ruling, _, var detail) ->
                ruling.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " by " + rule + ": " + detail;
            case SessionEvent.RulesTaken(var ruleSet, _) -> "rules taken: " + ruleSet;
            case SessionEvent.Secured(var side, var peer) -> "TLS with the " + side.word() + ", " + peer.version() + ", " + peer.cipher()
                    + (peer.subject() == null ? "" : ", " + FtpLine.escape(peer.subject()));
            case SessionEvent.Unsecured(var side) -> "TLS with the " + side.word() + " has ended";
            case SessionEvent.BecameOpaque() -> "opaque from here on";
            case SessionEvent.RangeOpened(var request) -> "range " + request.id().number() + " open, ports " + request.ports();
            case SessionEvent.RangeRefused(var request, var reason) -> "range " + request.id().number() + " refused, " + reason;
            case SessionEvent.RangeMoved(var id, var moved, var came, var more) ->
                "data through range %d, %d bytes to client, %d to server, %d connections came, %d more stand".formatted(
                        id.number(), moved.bytesToClient(), moved.bytesToServer(), came, more);
            case SessionEvent.RangeClosed(var id) -> "range " + id.number() + " closed";
            case SessionEvent.Cleared() -> "cleared, read from here on";
            case SessionEvent.Ended(var reason, var detail, var duration, var commands, var transfers, var toClient, var toServer) ->
                "session ended, %s%s; %s, %d commands, %d transfers, %d bytes to client, %d to server".formatted(
                        reason, detail.isEmpty() ? "" : " " + detail, time(duration), commands, transfers, toClient, toServer);
        };
    }

    private static String transfer(Transfer transfer) {
        var data = transfer.pinhole() == null
                ? "no data connection"
                : "pinhole %d by %s, %d bytes to client, %d to server, %s".formatted(
                        transfer.pinhole().number(), transfer.mode(), transfer.bytesToClient(), transfer.bytesToServer(),
                        transfer.dataEnd() == null ? "no end seen" : transfer.dataEnd());
        return "transfer %s%s ended with %s after %s; %s".formatted(
                transfer.verb(), transfer.argument().isEmpty() ? "" : " " + FtpLine.escape(transfer.argument()),
                transfer.finalCode() == 0 ? "no reply" : transfer.finalCode(), time(transfer.duration()), data);
    }

    /** The bytes as they leave, the CRLF at their end left out. */
    private static String wire(FtpLine line) {
        var text = new String(line.wire(), ISO_8859_1);
        return FtpLine.escape(text.substring(0, text.length() - 2));
    }

    private static String escaped(byte[] bytes) {
        return FtpLine.escape(new String(bytes, ISO_8859_1));
    }

    private static String port(@Nullable Port port) {
        return port == null ? "" : " port " + port;
    }

    /** {@code 30s}, {@code 1m30s}, {@code 0s}. */
    private static String time(Duration time) {
        return time.toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
