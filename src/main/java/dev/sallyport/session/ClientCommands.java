package dev.sallyport.session;

import static dev.sallyport.session.Conversation.reply;

import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Parsed;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;
import dev.sallyport.session.SessionPolicy.Tls;
import dev.sallyport.session.State.Held;
import java.util.Locale;
import java.util.Set;

/** Decides what becomes of each line of the client: forwarded, rewritten when its pinhole is open, or answered here. */
final class ClientCommands {

    /** AUTH mechanisms that make the connection opaque and nothing more (RFC 4217; SSL and TLS-P by custom). */
    private static final Set<String> TLS_MECHANISMS = Set.of("TLS", "TLS-C", "SSL", "TLS-P");

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
        switch (Command.parse(line)) {
            case Parsed.Rejected<Command>(var fault) -> conversation.fault(Side.CLIENT, fault, line.toString());
            case Parsed.Value<Command>(var command) -> {
                count++;
                handle(command);
            }
        }
    }

    private void handle(Command command) {
        switch (command.verb().role()) {
            case PLAIN -> pass(command, command.verb() == Verb.MODE ? command.argument() : "");
            case LOGIN -> pass(command, command.verb() == Verb.USER ? command.argument() : "");
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

    /** Forwards the line as it came. @param argument what has to be known of it when its reply comes */
    private void pass(Command command, String argument) {
        conversation.forward(command.line(), Exchange.forwarded(command.verb(), argument));
    }

    /** Stricter than RFC 959: nothing opens before the login, whatever the server would allow. */
    private boolean loggedIn(Command command) {
        if (!conversation.login.complete()) {
            conversation.fault(Fault.COMMAND_BEFORE_LOGIN, command);
        }
        return conversation.login.complete();
    }

    private void auth(Command command) {
        if (conversation.policy.tls() == Tls.DENY) {
            conversation.fault(Fault.AUTH_REFUSED, command);
        } else if (!TLS_MECHANISMS.contains(command.argument().strip().toUpperCase(Locale.ROOT))) {
            conversation.fault(Fault.AUTH_MECHANISM_UNKNOWN, command);
        } else {
            pass(command, "");
        }
    }

    // ---- Setting up data connections ----

    private void setUp(Command command) {
        var all = command.verb() == Verb.EPSV && DataSetup.epsvAll(command);
        if (conversation.epsvAll && command.verb() != Verb.EPSV) {
            // RFC 2428 §3: after EPSV ALL no other setup command is allowed.
            conversation.fault(Fault.SETUP_AFTER_EPSV_ALL, command);
        } else if (!all && tooManyDataConnections()) {
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
        conversation.forward(
                DataSetup.passiveCommand(command, client, server), Exchange.forwarded(command.verb(), all ? "ALL" : ""));
    }

    private void active(Command command) {
        switch (DataSetup.active(command, conversation.context.client())) {
            case Parsed.Rejected<Endpoint>(var fault) -> conversation.fault(fault, command);
            case Parsed.Value<Endpoint>(var target) ->
                pinholes.openActive(command.verb(), target, new Held.ActiveCommand(command.verb()));
        }
    }

    // ---- Transfers ----

    private void transfer(Command command) {
        var limit = conversation.policy.limits().transfers();
        if (limit > 0 && conversation.data.transfers() >= limit) {
            conversation.fault(Fault.TOO_MANY_TRANSFERS, command);
        } else if (conversation.data.ready() || conversation.outstanding.awaitsSetup()) {
            conversation.forwardTransfer(command);
        } else {
            transferToDefaultPort(command);
        }
    }

    /** RFC 959 §3.2: the default data port is the client's own control port. The server is told with a PORT of ours. */
    private void transferToDefaultPort(Command command) {
        var client = conversation.context.client();
        if (conversation.epsvAll || client.port().privileged()) {
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
