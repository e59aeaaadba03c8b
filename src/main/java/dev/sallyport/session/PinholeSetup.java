package dev.sallyport.session;

import static dev.sallyport.session.Conversation.reply;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.DataAddress;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Parsed;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.ReplyReader;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;
import dev.sallyport.rules.Forbidden;
import dev.sallyport.rules.Level;
import dev.sallyport.session.SessionPolicy.ClientSourcePort;
import dev.sallyport.session.State.Held;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Has pinholes opened, and lets go of what waits for them: a PORT before the server sees it, a 227 before the client does
 * (design: open before the one who will connect is told).
 */
final class PinholeSetup {

    private final Conversation conversation;
    private int count;

    PinholeSetup(Conversation conversation) {
        this.conversation = conversation;
    }

    /** For a server that will connect to a client. */
    void openActive(Verb mode, Endpoint target, Held held) {
        var context = conversation.context;
        var policy = conversation.policy;
        var server = conversation.server();
        var strict = conversation.conduct.level(Fault.DATA_FROM_OTHER_PORT) == Level.ENFORCE;
        var lower = policy.clientSourcePort() == ClientSourcePort.LOWER;
        open(
                new PinholeRequest(
                        nextId(), Side.SERVER, server.address(), strict ? below(server.port()) : null,
                        conversation.gatewayToServer().address(), target, context.gateway().address(),
                        lower ? below(context.gateway().port()) : null, conversation.legs.protection(),
                        policy.timeouts().pinhole()),
                mode,
                held);
    }

    /** For a client that will connect to where a 227, 228 or 229 says. */
    void openPassive(Exchange exchange, int code, FtpLine line) {
        if (!conversation.login.complete()) {
            // PASV went to the server in vain: whatever the level of that check, nothing opens.
            conversation.publishFault(Side.CLIENT, Fault.COMMAND_BEFORE_LOGIN, exchange.verb.name(), true);
            refusePassive(exchange, Fault.COMMAND_BEFORE_LOGIN);
            return;
        }
        var server = conversation.server();
        var parsed = DataSetup.passiveReply(code, line, server);
        if (parsed instanceof Parsed.Rejected<Endpoint>(var fault)) {
            if (conversation.conduct.forbids(Side.SERVER, fault, line.toString())) {
                refusePassive(exchange, fault);
                return;
            }
            // Malformed ones are forbidden always: this is a 229 with another host's address.
            parsed = DataAddress.extendedPassivePort(line.text(3), server.address());
        }
        switch (parsed) {
            case Parsed.Rejected<Endpoint>(var fault) -> {
                conversation.publishFault(Side.SERVER, fault, line.toString(), true);
                refusePassive(exchange, fault);
            }
            case Parsed.Value<Endpoint>(var told) -> {
                var thirdParty = thirdParty(exchange, told);
                var forbidden = forbidden(told, thirdParty, code, line);
                if (forbidden != null) {
                    refusePassive(exchange, forbidden);
                } else if (!conversation.finishing()) {
                    openPassive(exchange, thirdParty ? told : server.withPort(told.port()));
                }
            }
        }
    }

    /** Whether a rule names the other host that the server names: a transfer between two servers (RFC 959 §2.3). */
    private boolean thirdParty(Exchange exchange, Endpoint told) {
        var server = conversation.server();
        return !told.address().equals(server.address()) && told.ipv4() == server.ipv4() && !conversation.legs.protection().any()
                && conversation.gatekeeper.namesThirdParty(exchange, told.address());
    }

    /** The fault for which a passive reply that is well-formed is refused; null for none. It may have ended the session. */
    private @Nullable Fault forbidden(Endpoint told, boolean thirdParty, int code, FtpLine line) {
        var conduct = conversation.conduct;
        if (code == 227 && DataAddress.textBehind(line.text(3))
                && conduct.stops(Side.SERVER, Fault.TEXT_BEHIND_NUMBERS, line.toString())) {
            return null;
        }
        if (thirdParty && told.port().privileged()) {
            conversation.publishFault(Side.SERVER, Fault.PASSIVE_PORT_BELOW_1024, line.toString(), true);
            return Fault.PASSIVE_PORT_BELOW_1024;
        }
        if (told.port().privileged() && conduct.forbids(Side.SERVER, Fault.PASSIVE_PORT_BELOW_1024, line.toString())) {
            return Fault.PASSIVE_PORT_BELOW_1024;
        }
        if (thirdParty || told.address().equals(conversation.server().address())) {
            return null;
        }
        var fault = conduct.level(Fault.PASSIVE_ADDRESS_NOT_PEER) == Level.ENFORCE
                ? Fault.PASSIVE_ADDRESS_NOT_PEER : Fault.PASSIVE_ADDRESS_REPLACED;
        return conduct.forbids(Side.SERVER, fault, line.toString()) ? fault : null;
    }

    private void refusePassive(Exchange exchange, Fault fault) {
        conversation.answer(exchange, reply(fault.replyCode(), fault.text()));
    }

    private void openPassive(Exchange exchange, Endpoint target) {
        // Before the next one: in a range of one port both could not be.
        conversation.data.supersede();
        var context = conversation.context;
        var other = exchange.allowed == null ? null : exchange.allowed.dataFrom();
        open(
                new PinholeRequest(
                        nextId(), Side.CLIENT, other == null ? context.client().address() : other, null, context.gateway().address(),
                        target,
                        conversation.gatewayToServer().address(), null, conversation.legs.protection(),
                        conversation.policy.timeouts().pinhole()),
                exchange.verb,
                new Held.PassiveReply(exchange));
    }

    private void open(PinholeRequest request, Verb mode, Held held) {
        var forbidden = forbiddenIn(request);
        if (forbidden != null) {
            refuse(held, Addresses.text(forbidden, false));
            return;
        }
        conversation.tally.pinhole(mode);
        conversation.state = new State.AwaitingPinhole(conversation.data.request(request, mode), held);
    }

    /** The address that may not take part, whatever a rule says; null when both may. */
    private @Nullable InetAddress forbiddenIn(PinholeRequest request) {
        var passive = request.connects() == Side.CLIENT;
        var client = conversation.context.client().address();
        var server = conversation.server().address();
        var own = conversation.gatekeeper.ownAddresses();
        if (Forbidden.contains(request.expected(), passive ? client : server, own)) {
            return request.expected();
        }
        var target = request.target().address();
        return Forbidden.contains(target, passive ? server : client, own) ? target : null;
    }

    private void refuse(Held held, String address) {
        var fault = Fault.ADDRESS_FORBIDDEN;
        conversation.publishFault(held instanceof Held.PassiveReply ? Side.SERVER : Side.CLIENT, fault, address, true);
        switch (held) {
            case Held.PassiveReply(var exchange) -> conversation.answer(exchange, reply(425, fault.text()));
            case Held.ActiveCommand(var verb) -> conversation.local(verb, reply(fault.replyCode(), fault.text()));
            case Held.DefaultPortTransfer(var command) -> conversation.local(command.verb(), reply(425, fault.text()));
        }
    }

    private PinholeId nextId() {
        return new PinholeId(conversation.context.id(), ++count);
    }

    /** The port L-1 of RFC 959 §3.2; null below port 1. */
    private static @Nullable Port below(Port control) {
        return control.number() > 1 ? new Port(control.number() - 1) : null;
    }

    void opened(PinholeId id, Port port, boolean dialed) {
        if (!(conversation.state instanceof State.AwaitingPinhole(var opening, var held)) || !opening.id().equals(id)) {
            return;
        }
        conversation.state = State.CONVERSING;
        var took = conversation.data.opened(opening);
        var policy = conversation.policy;
        var request = opening.request;
        opening.dialed = dialed && request.connects() == Side.SERVER;
        var configured = request.connects() == Side.CLIENT ? policy.advertisedToClients() : policy.advertisedToServers();
        var told = new Endpoint(DataSetup.advertised(configured, request.listen()), port);
        conversation.publish(new SessionEvent.PinholeOpened(request, opening.mode, told, took));
        switch (held) {
            case Held.PassiveReply(var exchange) -> {
                conversation.data.granted(opening);
                conversation.outstanding.remove(exchange);
                var passive = DataSetup.passiveReplyFor(exchange.verb, told);
                conversation.effects.add(new Effect.ForwardToClient(passive));
                conversation.tally.reply(ReplyReader.code(passive));
                conversation.answerLocals();
            }
            case Held.ActiveCommand(var verb) -> sendActive(Exchange.forwarded(verb, ""), opening, told);
            case Held.DefaultPortTransfer(var command) -> {
                sendActive(Exchange.own(Verb.PORT), opening, told);
                conversation.state = new State.AwaitingOwnSetup(command);
            }
        }
    }

    private void sendActive(Exchange exchange, DataConnection opening, Endpoint told) {
        exchange.pinhole = opening;
        var clientIpv4 = conversation.context.client().ipv4();
        conversation.forward(DataSetup.activeCommand(exchange.verb, clientIpv4, told), exchange);
    }

    void refused(PinholeId id, PinholeRefusal reason) {
        if (!(conversation.state instanceof State.AwaitingPinhole(var opening, var held)) || !opening.id().equals(id)) {
            return;
        }
        conversation.state = State.CONVERSING;
        conversation.data.refused(opening);
        conversation.publish(new SessionEvent.PinholeRefused(opening.request, reason));
        var answer = reply(425, "Cannot open a data connection: " + reason.text());
        switch (held) {
            case Held.PassiveReply(var exchange) -> conversation.answer(exchange, answer);
            case Held.ActiveCommand(var verb) -> conversation.local(verb, answer);
            case Held.DefaultPortTransfer(var command) -> conversation.local(command.verb(), answer);
        }
    }

    /** The connection came. Where any source port may be used, another than the one of RFC 959 §3.2 is told at least. */
    void connected(PinholeRequest request, Endpoint from) {
        var usual = below(conversation.server().port());
        if (request.connects() == Side.SERVER && request.expectedPort() == null && usual != null && !usual.equals(from.port())) {
            conversation.conduct.forbids(Side.SERVER, Fault.DATA_FROM_OTHER_PORT, "pinhole " + request.id() + " from " + from);
        }
    }

    /** A pinhole that did not open within its lifetime will not; it is closed in case that it does after all. */
    void expireOpening() {
        if (conversation.state instanceof State.AwaitingPinhole(var opening, _)
                && opening.expiresNanos <= conversation.clocks.nowNanos()) {
            conversation.effects.add(new Effect.ClosePinhole(opening.id(), false));
            refused(opening.id(), PinholeRefusal.DATA_PATH_FAILED);
        }
    }

    /** The server answered the PORT that we sent for a transfer to the default data port. */
    void ownSetupAnswered(Exchange exchange, int code, FtpLine line) {
        conversation.outstanding.remove(exchange);
        var opened = exchange.pinhole;
        if (!(conversation.state instanceof State.AwaitingOwnSetup(var command)) || opened == null) {
            throw new IllegalStateException("our own PORT was answered in state " + conversation.state);
        }
        conversation.state = State.CONVERSING;
        if (code < 300 && !opened.expired()) {
            conversation.data.granted(opened);
            conversation.forwardTransfer(command);
        } else {
            conversation.data.ungranted(opened);
            conversation.local(command.verb(), reply(425, "The server refused the default data port: " + line));
        }
    }
}
