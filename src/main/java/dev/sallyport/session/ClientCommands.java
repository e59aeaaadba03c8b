package dev.sallyport.session;

import static dev.sallyport.session.Conversation.reply;

import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Parsed;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;
import dev.sallyport.session.TlsPolicy;
import dev.sallyport.session.State.Held;
import java.util.Locale;

/** Decides what becomes of each line of the client: forwarded, rewritten when its pinhole is open, or answered here. */
final class ClientCommands {

    private final Conversation conversation;
    private final PinholeSetup pinholes;
    private int count;

    ClientCommands(Conversation conversation, PinholeSetup pinholes) {
        this.conversation = conversation;
        this.pinholes = pinholes;
    }

    /** How many commands the client has sent. */
    int count() {
        return count;
    }

    void handle(FtpLine line) {
        conversation.clocks.active();
        conversation.gatekeeper.refresh();
        switch (Command.parse(line)) {
            case Parsed.Rejected<Command>(var fault) -> malformed(fault, line);
            case Parsed.Value<Command>(var command) -> take(command);
        }
    }

    /** What is no command of FTP; a check that lets it pass lets it pass as the command that it looks like, if it does. */
    private void malformed(Fault fault, FtpLine line) {
        if (conversation.conduct.stops(Side.CLIENT, fault, line.toString())) {
            return;
        }
        switch (Command.parseAny(line)) {
            case Parsed.Rejected<Command> _ -> conversation.fault(Side.CLIENT, Fault.COMMAND_MALFORMED, line.toString());
            case Parsed.Value<Command>(var command) -> take(command);
        }
    }

    private void take(Command command) {
        count++;
        conversation.tally.command(command.verb(), conversation.clocks.nowNanos());
        if (!conversation.conduct.stops(command) && conversation.gatekeeper.permits(command)) {
            handle(command);
        }
    }

    /** A command that has waited goes on. */
    void resume(Command command) {
        handle(command);
    }

    private void handle(Command command) {
        if (conversation.legs.takes(command)) {
            return;
        }
        switch (command.verb().role()) {
            case PLAIN -> pass(command, command.verb() == Verb.MODE ? command.argument() : "");
            case LOGIN -> {
                if (conversation.turns.permits(command)) {
                    login(command);
                }
            }
            case SECURITY -> auth(command);
            case UNSUPPORTED -> conversation.fault(Fault.COMMAND_UNSUPPORTED, command);
            case PASSIVE, ACTIVE -> {
                if (loggedIn(command)) {
                    setUp(command);
                }
            }
            case DOWNLOAD, UPLOAD, LISTING -> {
                if (loggedIn(command)) {
                    transfer(command);
                }
            }
        }
    }

    /** Goes on with a command of a login, now or when its turn has come. */
    void login(Command command) {
        pass(command, command.verb() == Verb.USER ? command.argument() : "");
    }

    /** Forwards the line as it came. @param argument what has to be known of it when its reply comes */
    private void pass(Command command, String argument) {
        if (command.verb() == Verb.ABOR) {
            conversation.outstanding.abort();
        }
        var exchange = Exchange.forwarded(command.verb(), argument);
        exchange.command = command;
        conversation.forward(command.line(), exchange);
    }

    /**
     * Whether a command that sets up or uses data connections goes on. Stricter than RFC 959: nothing opens before the
     * login, whatever the server would allow; so a PORT, whose pinhole opens before the server sees it, never goes on. Nor
     * does it behind CCC before the server has shown that the login is more than the client's word; a PASV may, for its
     * pinhole opens on the server's reply.
     */
    private boolean loggedIn(Command command) {
        if (command.verb().role() == Verb.Role.ACTIVE && (conversation.login.presumed() || !conversation.login.complete())) {
            conversation.fault(conversation.login.presumed() ? Fault.LOGIN_UNSEEN : Fault.COMMAND_BEFORE_LOGIN, command);
            return false;
        }
        return conversation.login.complete() || !conversation.conduct.stops(Fault.COMMAND_BEFORE_LOGIN, command);
    }

    private void auth(Command command) {
        if (conversation.policy.tls() == TlsPolicy.DENY) {
            conversation.fault(Fault.AUTH_REFUSED, command);
        } else if (!TlsLegs.MECHANISMS.contains(command.argument().strip().toUpperCase(Locale.ROOT))) {
            conversation.fault(Fault.AUTH_MECHANISM_UNKNOWN, command);
        } else {
            pass(command, "");
        }
    }

    // ---- Setting up data connections ----

    private void setUp(Command command) {
        var all = command.verb() == Verb.EPSV && DataSetup.epsvAll(command);
        // RFC 2428 §3: after EPSV ALL no other setup command is allowed.
        if (conversation.epsvAll && command.verb() != Verb.EPSV
                && conversation.conduct.stops(Fault.SETUP_AFTER_EPSV_ALL, command)) {
            return;
        }
        if (!all && tooManyDataConnections()) {
            conversation.fault(Fault.TOO_MANY_DATA_CONNECTIONS, command);
        } else if (command.verb().role() == Verb.Role.PASSIVE) {
            passive(command, all);
        } else {
            active(command);
        }
    }

    private boolean tooManyDataConnections() {
        return conversation.data.size() + conversation.outstanding.passives() >= conversation.policy.limits().dataConnections();
    }

    private void passive(Command command, boolean all) {
        var client = conversation.context.client();
        var server = conversation.server();
        var fault = DataSetup.passiveFault(command, client);
        if (fault != null) {
            conversation.fault(fault, command);
            return;
        }
        conversation.epsvAll |= all;
        if (all && client.ipv4() != server.ipv4()) {
            // The server is spoken to in PASV or EPSV as its family needs: ALL is a promise to us alone.
            conversation.epsvAllGranted = true;
            conversation.local(command.verb(), reply(200, "Only EPSV from here on."));
            return;
        }
        var exchange = Exchange.forwarded(command.verb(), all ? "ALL" : "");
        exchange.command = command;
        exchange.allowed = conversation.gatekeeper.allowed();
        conversation.forward(DataSetup.passiveCommand(command, client, server), exchange);
    }

    private void active(Command command) {
        var client = conversation.context.client();
        switch (DataSetup.active(command, client)) {
            case Parsed.Rejected<Endpoint>(var fault) -> {
                if (!conversation.conduct.stops(fault, command)) {
                    // Truncated, or with text behind it: no PORT in any case.
                    conversation.fault(Fault.PORT_MALFORMED, command);
                }
            }
            case Parsed.Value<Endpoint>(var asked) -> {
                if (thirdParty(asked, client)) {
                    toThirdParty(command, asked);
                } else if (!bounces(command, asked, client)) {
                    pinholes.openActive(command.verb(), client.withPort(asked.port()), new Held.ActiveCommand(command.verb()));
                }
            }
        }
    }

    /** Whether a rule names the other host that the client names: a transfer between two servers (RFC 959 §2.3). */
    private boolean thirdParty(Endpoint asked, Endpoint client) {
        return DataSetup.foreign(asked, client) && asked.ipv4() == client.ipv4() && conversation.gatekeeper.allowed().thirdParty()
                && !conversation.legs.protection().any();
    }

    /** Whatever the level of that check, no port below 1024 of another host than the client's. */
    private void toThirdParty(Command command, Endpoint asked) {
        if (asked.port().privileged()) {
            conversation.fault(Fault.PORT_BELOW_1024, command);
        } else {
            pinholes.openActive(command.verb(), asked, new Held.ActiveCommand(command.verb()));
        }
    }

    /** RFC 2577 §3. A low port is answered with 501 as any bad argument is, where the RFC suggests 504. */
    private boolean bounces(Command command, Endpoint asked, Endpoint client) {
        return DataSetup.foreign(asked, client) && conversation.conduct.stops(Fault.ADDRESS_NOT_PEER, command)
                || asked.port().privileged() && conversation.conduct.stops(Fault.PORT_BELOW_1024, command);
    }

    // ---- Transfers ----

    private void transfer(Command command) {
        var limit = conversation.policy.limits().transfers();
        if (limit > 0 && conversation.data.transfers() >= limit) {
            conversation.fault(Fault.TOO_MANY_TRANSFERS, command);
        } else if (!conversation.login.complete() || conversation.data.ready() || conversation.outstanding.awaitsSetup()) {
            conversation.forwardTransfer(command);
        } else {
            transferToDefaultPort(command);
        }
    }

    /** RFC 959 §3.2: the default data port is the client's own control port. The server is told with a PORT of ours. */
    private void transferToDefaultPort(Command command) {
        var client = conversation.context.client();
        if (conversation.login.presumed()) {
            conversation.fault(Fault.LOGIN_UNSEEN, command);
        } else if (conversation.epsvAll || client.port().privileged()) {
            conversation.fault(Fault.TRANSFER_WITHOUT_DATA_PORT, command);
        } else if (conversation.conduct.stops(Fault.TRANSFER_WITHOUT_DATA_PORT, command)) {
            return;
        } else if (tooManyDataConnections()) {
            conversation.fault(Fault.TOO_MANY_DATA_CONNECTIONS, command);
        } else {
            pinholes.openActive(Verb.PORT, client, new Held.DefaultPortTransfer(command));
        }
    }
}
