package dev.sallyport.session;

import static dev.sallyport.session.Conversation.reply;

import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;
import dev.sallyport.session.TlsPolicy.Ended.Client;
import dev.sallyport.session.TlsPolicy.Ended.ClientData;
import dev.sallyport.session.TlsPolicy.Ended.Server;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is said about TLS that the gateway ends itself, with the client, with the server, or with both (RFC 4217). The client's AUTH,
 * PBSZ, PROT and CCC are answered here and never forwarded; what the server has to be asked it is asked by commands of our own.
 *
 * <p>None of this happens while a reply is awaited: a command that has to do with TLS waits until those before it are answered, and the
 * client's next lines wait behind it. So does the setup of a data connection before which the server has to be told how data is
 * protected. It is told no earlier: servers take PROT at any time, and the client is promised nothing but its own leg.
 */
final class TlsLegs {

    /** What AUTH may name (RFC 4217 §17; SSL and TLS-P by custom). */
    static final Set<String> MECHANISMS = Set.of("TLS", "TLS-C", "SSL", "TLS-P");

    /** Those that promise PROT P with it. */
    private static final Set<String> PRIVATE_MECHANISMS = Set.of("SSL", "TLS-P");

    final TlsStages stages;
    private final Conversation conversation;
    private final TlsPolicy.@Nullable Ended policy;

    /** Whether the server has greeted. */
    private boolean greeted;
    /** Whether the client has sent PBSZ. */
    private boolean clientBuffer;
    /** Whether the client was promised TLS on its data connections. */
    private boolean clientPrivate;
    /** Whether the server has answered our PBSZ. */
    private boolean serverBuffer;
    /** Whether the server has agreed to TLS on its data connections. */
    private boolean serverPrivate;
    /** What the server said to the last of our commands, when it refused that; else null. */
    private @Nullable FtpLine refusal;
    /** The client's command that waits for TLS, or for the replies before it. */
    private @Nullable Command held;

    TlsLegs(Conversation conversation) {
        this.conversation = conversation;
        this.policy = conversation.policy.tls() instanceof TlsPolicy.Ended ended ? ended : null;
        this.stages = new TlsStages(conversation, policy);
    }

    /** Whether a client's line waits: behind one that waits for TLS, or, before its first, for the server's TLS. */
    boolean holds() {
        return held != null || greeted && opening();
    }

    private boolean opening() {
        return policy != null && policy.server() == Server.EXPLICIT && !stages.secure(Side.SERVER);
    }

    /** Whether a client may use a command of TLS. */
    boolean offers(Verb verb) {
        return policy != null && switch (policy.client()) {
            case NONE -> false;
            case OFFERED -> true;
            case REQUIRED -> verb != Verb.CCC;
            case IMPLICIT -> verb == Verb.PBSZ || verb == Verb.PROT;
        };
    }

    /** How a data connection is protected that is set up now. */
    DataProtection protection() {
        return clientPrivate || serverPrivate ? new DataProtection(clientPrivate, serverPrivate) : DataProtection.CLEAR;
    }

    /** The server has greeted the client. */
    void greeted() {
        greeted = true;
        if (opening() && stages.clear(Side.SERVER)) {
            ask("AUTH TLS", Verb.AUTH);
        }
    }

    // ---- The client's commands ----

    /** Whether a command has to do with TLS, or waits for it: then it is answered here, or goes on later. */
    boolean takes(Command command) {
        if (policy == null || !concerns(command, policy)) {
            return false;
        }
        held = command;
        return true;
    }

    private boolean concerns(Command command, TlsPolicy.Ended policy) {
        return switch (command.verb()) {
            case AUTH, PBSZ, PROT, CCC -> true;
            case REIN -> stages.secure(Side.CLIENT) || stages.secure(Side.SERVER);
            case USER, PASS, ACCT -> policy.client() == Client.REQUIRED && !stages.secure(Side.CLIENT);
            default -> switch (command.verb().role()) {
                case PASSIVE, ACTIVE -> lacksProtection(policy);
                case DOWNLOAD, UPLOAD, LISTING -> lacksProtection(policy)
                        && !conversation.data.ready() && !conversation.outstanding.awaitsSetup();
                case PLAIN, LOGIN, SECURITY, UNSUPPORTED -> false;
            };
        };
    }

    /** @return the command that has waited, when it goes on now; null when it is answered, or still waits, or there is none */
    @Nullable Command next() {
        var command = held;
        if (policy == null || command == null || conversation.outstanding.awaitsReply() || conversation.replies.within()) {
            return null;
        }
        var refused = refusal;
        refusal = null;
        switch (command.verb()) {
            case AUTH -> auth(command, policy, refused);
            case PBSZ -> answer(command, pbsz(command));
            case PROT -> answer(command, prot(command, policy));
            case CCC -> ccc(command, policy);
            case REIN -> answer(command, reply(502, "REIN is not possible with TLS; connect anew."));
            case USER, PASS, ACCT -> refuse(command, Fault.TLS_REQUIRED);
            default -> {
                return setUp(command, policy, refused);
            }
        }
        return null;
    }

    private void answer(Command command, FtpLine answer) {
        held = null;
        conversation.local(command.verb(), answer);
    }

    private void refuse(Command command, Fault fault) {
        held = null;
        conversation.fault(fault, command);
    }

    /** RFC 4217 §4. Nobody is promised what the server has not agreed to. */
    private void auth(Command command, TlsPolicy.Ended policy, @Nullable FtpLine refused) {
        var mechanism = command.argument().strip().toUpperCase(Locale.ROOT);
        if (policy.client() == Client.NONE) {
            refuse(command, Fault.AUTH_REFUSED);
        } else if (!MECHANISMS.contains(mechanism)) {
            refuse(command, Fault.AUTH_MECHANISM_UNKNOWN);
        } else if (stages.secure(Side.CLIENT)) {
            answer(command, reply(503, "TLS is in use."));
        } else if (!conversation.login.user().isEmpty() || conversation.login.complete()) {
            // RFC 2228 §3 would have the client log in again, of which a server that sees no AUTH knows nothing.
            refuse(command, Fault.AUTH_AFTER_LOGIN);
        } else if (refused != null) {
            answer(command, reply(431, "The server offers no TLS: " + refused));
        } else if (policy.server() == Server.AS_CLIENT && stages.clear(Side.SERVER)) {
            ask("AUTH TLS", Verb.AUTH);
        } else {
            clientBuffer = PRIVATE_MECHANISMS.contains(mechanism);
            protect(clientBuffer && policy.clientData() != ClientData.REFUSE);
            answer(command, reply(234, "AUTH " + mechanism + " successful."));
            stages.agreed(Side.CLIENT);
        }
    }

    /** RFC 4217 §9: TLS needs no buffer size, but PROT needs PBSZ. */
    private FtpLine pbsz(Command command) {
        if (!stages.secure(Side.CLIENT)) {
            return reply(503, "Use AUTH TLS first.");
        }
        var size = command.argument().strip();
        if (size.isEmpty() || size.length() > 10 || !size.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return reply(501, "PBSZ takes a number: PBSZ 0.");
        }
        clientBuffer = true;
        return reply(200, "PBSZ=0");
    }

    private FtpLine prot(Command command, TlsPolicy.Ended policy) {
        if (!stages.secure(Side.CLIENT) || !clientBuffer) {
            return reply(503, stages.secure(Side.CLIENT) ? "Use PBSZ 0 first." : "Use AUTH TLS first.");
        }
        return switch (command.argument().strip().toUpperCase(Locale.ROOT)) {
            case "C" -> policy.clientData() == ClientData.REQUIRE
                    ? reply(534, "Data connections need PROT P.") : protect(false, "Data connections are in clear.");
            case "P" -> policy.clientData() == ClientData.REFUSE
                    ? reply(534, "Data connections are in clear here.") : protect(true, "Data connections are private.");
            case "S", "E" -> reply(536, "Only PROT C and PROT P are known here.");
            default -> reply(504, "Only PROT C and PROT P are known here.");
        };
    }

    private FtpLine protect(boolean privately, String text) {
        protect(privately);
        return reply(200, text);
    }

    private void protect(boolean privately) {
        if (clientPrivate != privately) {
            clientPrivate = privately;
            // What was opened was for data of the other kind.
            conversation.data.withdraw();
        }
    }

    /** RFC 4217 §6. The server's TLS stays, and it is told nothing. */
    private void ccc(Command command, TlsPolicy.Ended policy) {
        if (!stages.secure(Side.CLIENT)) {
            answer(command, reply(533, "Use AUTH TLS first."));
        } else if (policy.client() != Client.OFFERED) {
            answer(command, reply(534, "TLS is required."));
        } else {
            answer(command, reply(200, "TLS ends."));
            stages.leave();
        }
    }

    // ---- Data connections ----

    private boolean lacksProtection(TlsPolicy.Ended policy) {
        return clientLacksProtection(policy) || serverPrivate != wantsPrivate(policy);
    }

    private boolean clientLacksProtection(TlsPolicy.Ended policy) {
        return policy.clientData() == ClientData.REQUIRE && !clientPrivate && stages.secure(Side.CLIENT);
    }

    /** What the server is to agree to. */
    private boolean wantsPrivate(TlsPolicy.Ended policy) {
        return stages.secure(Side.SERVER) && switch (policy.serverData()) {
            case PRIVATE -> true;
            case CLEAR -> false;
            case AS_CLIENT -> clientPrivate;
        };
    }

    private @Nullable Command setUp(Command command, TlsPolicy.Ended policy, @Nullable FtpLine refused) {
        if (clientLacksProtection(policy)) {
            refuse(command, Fault.DATA_NOT_PRIVATE);
        } else if (refused != null) {
            answer(command, reply(425, "The server does not protect data as it must: " + refused));
        } else if (serverPrivate == wantsPrivate(policy)) {
            held = null;
            return command;
        } else if (serverBuffer) {
            ask(serverPrivate ? "PROT C" : "PROT P", Verb.PROT);
        } else {
            ask("PBSZ 0", Verb.PBSZ);
        }
        return null;
    }

    // ---- The server's answers ----

    private void ask(String line, Verb verb) {
        conversation.forward(FtpLine.of(line), Exchange.own(verb));
    }

    /** The server has answered a command of ours. */
    void answered(Exchange exchange, int code, FtpLine line) {
        conversation.outstanding.remove(exchange);
        switch (exchange.verb) {
            case AUTH -> {
                if (code == 234) {
                    stages.agreed(Side.SERVER);
                } else if (opening()) {
                    conversation.fault(Side.SERVER, Fault.TLS_REFUSED_BY_SERVER, line.toString());
                } else {
                    refusal = line;
                }
            }
            // One that knows no PBSZ may know PROT.
            case PBSZ -> serverBuffer = true;
            case PROT -> {
                if (code < 300) {
                    serverPrivate = !serverPrivate;
                } else {
                    refusal = line;
                }
            }
            default -> throw new IllegalStateException("our own " + exchange.verb + " was answered");
        }
    }
}
