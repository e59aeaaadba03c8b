package dev.sallyport.session;

import static dev.sallyport.session.Conversation.reply;

import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.ReplyReader;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;
import dev.sallyport.session.SessionEvent.Unused;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the command that each reply of the server answers, draws its consequences, and forwards or holds it. */
final class ServerReplies {

    private final Conversation conversation;
    private final PinholeSetup pinholes;
    private final ClientCommands client;

    /** The exchange that the reply under way answers; null when it answers nothing. */
    private @Nullable Exchange answered;

    /** Whether the client shall not see the reply under way as it is. */
    private boolean swallowing;
    private final LastWord lastWord;
    /** What the client is told instead of the reply under way, since its transfer's data says otherwise; null for nothing. */
    private @Nullable FtpLine instead;
    /** Whether it is told the code of the reply under way, a passive one to no command, and not the address. */
    private boolean withoutAddress;

    ServerReplies(Conversation conversation, PinholeSetup pinholes, ClientCommands client) {
        this.conversation = conversation;
        this.pinholes = pinholes;
        this.client = client;
        this.lastWord = new LastWord(conversation);
    }

    /** Whether the server's next line has to wait. */
    boolean waits() {
        return lastWord.waits();
    }

    /** When what waits is to be looked at again though nothing has happened, on the engine's clock; {@code Long.MAX_VALUE} for never. */
    long waitsUntilNanos() {
        return lastWord.waitsUntilNanos();
    }

    /** A data connection has reached the client, is whole, or has ended; or time has passed. */
    void dataMoved() {
        var line = lastWord.take();
        if (line != null && !conversation.finishing()) {
            handle(line);
        }
    }

    void handle(FtpLine line) {
        if (lastWord.keeps(line)) {
            return;
        }
        var part = conversation.replies.read(line);
        if (conversation.replies.lines() == conversation.policy.limits().replyLines() + 1
                && conversation.conduct.stops(Side.SERVER, Fault.REPLY_TOO_LONG, line.toString())) {
            return;
        }
        switch (part) {
            case MALFORMED -> malformed(line);
            case TOO_MANY -> conversation.fault(Side.SERVER, Fault.REPLY_TOO_LONG, line.toString());
            case FIRST -> {
                begin(line);
                if (!conversation.finishing()) {
                    forwardUnlessSwallowed(line);
                    conversation.masking.ours().forEach(ours -> conversation.effects.add(new Effect.ForwardToClient(ours)));
                }
            }
            case INNER -> {
                if (answered != null) {
                    conversation.gatekeeper.told(answered, line);
                }
                forwardUnlessSwallowed(line);
            }
            case LAST -> end(line);
            case WHOLE -> {
                begin(line);
                if (!conversation.finishing()) {
                    end(line);
                }
            }
        }
    }

    /** A command is dropped at least; what else is no reply ends the session. */
    private void malformed(FtpLine line) {
        var fault = ReplyReader.whatItIs(line);
        if (fault == Fault.COMMAND_FROM_SERVER) {
            conversation.conduct.stops(Side.SERVER, fault, line.toString());
        } else {
            conversation.fault(Side.SERVER, fault, line.toString());
        }
    }

    private void begin(FtpLine line) {
        var code = conversation.replies.code();
        swallowing = false;
        withoutAddress = false;
        instead = null;
        answered = null;
        if (conversation.state instanceof State.AwaitingGreeting) {
            if (code != 120 && code != 220 && code < 400 || code >= 600) {
                // RFC 959 §5.4. It is not shown either: a 227 here is no one's business.
                conversation.fault(Side.SERVER, Fault.REPLY_MALFORMED, line.toString());
            }
            conversation.masking.greetingBegins(code);
            return;
        }
        dropAbandoned(code);
        answered = conversation.outstanding.match(code);
        conversation.masking.replyBegins(answered, code);
        var opens = Outstanding.opensPassive(code);
        if (answered == null || opens && !Outstanding.opens(answered)) {
            swallowing = opens;
            if (opens) {
                var forbidden = conversation.conduct.forbids(Side.SERVER, Fault.PASSIVE_REPLY_WITHOUT_COMMAND, line.toString());
                withoutAddress = answered == null && !forbidden;
            } else if (code != 421) {
                conversation.conduct.stops(Side.SERVER, Fault.REPLY_WITHOUT_COMMAND, line.toString());
            }
        } else {
            var opened = answered.pinhole;
            var grantedTooLate = opened != null && opened.expired() && code >= 200 && code < 300;
            instead = lastWord.instead(answered, code);
            swallowing = opens || answered.kind == Exchange.Kind.OWN || grantedTooLate || instead != null;
        }
    }

    private void dropAbandoned(int code) {
        var outstanding = conversation.outstanding;
        for (var stale = outstanding.abandoned(code); stale != null; stale = outstanding.abandoned(code)) {
            outstanding.remove(stale);
            conversation.gatekeeper.repliesGuessed();
            if (stale.transfer != null) {
                conversation.data.replied(stale.transfer, 0);
            }
            // Our own answers that stood behind it come before the reply that has just begun.
            conversation.flushLocals();
        }
    }

    private void forwardUnlessSwallowed(FtpLine line) {
        var shown = swallowing ? null : conversation.masking.shown(line);
        if (shown != null) {
            conversation.effects.add(new Effect.ForwardToClient(shown));
        }
    }

    private void forwardLast(FtpLine line) {
        var before = conversation.effects.size();
        forwardUnlessSwallowed(line);
        if (conversation.effects.size() > before) {
            conversation.tally.reply(conversation.replies.code());
        }
    }

    private void end(FtpLine line) {
        var code = conversation.replies.code();
        if (code == 221 || code == 421) {
            conversation.farewell = code;
        }
        if (conversation.state instanceof State.AwaitingGreeting) {
            forwardLast(line);
            if (code == 220) {
                conversation.state = State.CONVERSING;
                conversation.legs.greeted();
            }
            return;
        }
        var exchange = answered;
        answered = null;
        if (exchange == null) {
            if (withoutAddress) {
                // A client that waits for the reply to a PASV would connect to whatever stood there (CVE-2020-8284).
                conversation.tell(reply(code, Fault.PASSIVE_REPLY_WITHOUT_COMMAND.text()));
            }
            forwardLast(line);
            conversation.answerLocals();
            return;
        }
        conversation.login.shownBy(exchange.verb, code);
        if (code < 200) {
            exchange.preliminary = true;
            if (exchange.transfer != null) {
                conversation.data.begun(exchange.transfer);
                conversation.data.sized(exchange.transfer, Sizes.opening(line));
            }
            forwardLast(line);
        } else {
            conversation.clocks.active();
            conversation.clocks.awaitReply();
            finalReply(exchange, code, line);
        }
    }

    private void finalReply(Exchange exchange, int code, FtpLine line) {
        if (exchange.kind == Exchange.Kind.OWN) {
            switch (exchange.verb) {
                case PWD -> directoryAnswered(exchange, code, line);
                case PORT -> pinholes.ownSetupAnswered(exchange, code, line);
                default -> conversation.legs.answered(exchange, code, line);
            }
            return;
        }
        if (Outstanding.opensPassive(code) && Outstanding.opens(exchange)) {
            pinholes.openPassive(exchange, code, line);
            return;
        }
        conversation.outstanding.remove(exchange);
        if (exchange.verb == Verb.AUTH && code == 234) {
            conversation.tls.granted(line);
            return;
        }
        if (exchange.verb.transfers()) {
            conversation.outstanding.doubtDirectories();
        }
        conversation.gatekeeper.answered(exchange, code, line);
        var good = code < 300;
        switch (exchange.verb.role()) {
            case LOGIN -> login(exchange, code);
            case ACTIVE -> activeSetup(exchange, good);
            case PASSIVE -> {
                if (exchange.argument.equals("ALL")) {
                    conversation.epsvAllGranted |= good && !swallowing;
                    conversation.epsvAll = conversation.epsvAllGranted;
                }
            }
            case PLAIN -> {
                if (exchange.verb == Verb.MODE && good) {
                    var mode = exchange.argument.strip().toUpperCase(Locale.ROOT);
                    conversation.data.connectionsStay(mode.equals("B") || mode.equals("C"));
                }
            }
            case DOWNLOAD, UPLOAD, LISTING, SECURITY, UNSUPPORTED -> {}
        }
        if (Outstanding.opensPassive(code)) {
            // EPSV ALL was answered as if it were EPSV.
            conversation.tell(reply(425, Fault.PASSIVE_REPLY_WITHOUT_COMMAND.text()));
        }
        forwardLast(line);
        if (instead != null) {
            conversation.tell(instead);
        }
        if (exchange.transfer != null) {
            conversation.data.replied(exchange.transfer, instead == null ? code : ReplyReader.code(instead));
        }
        conversation.answerLocals();
    }

    private void directoryAnswered(Exchange exchange, int code, FtpLine line) {
        conversation.outstanding.remove(exchange);
        var command = conversation.gatekeeper.directoryAnswered(exchange, code, line);
        if (command != null) {
            client.resume(command);
        }
    }

    private void login(Exchange exchange, int code) {
        var login = conversation.login;
        var before = login.complete();
        var event = login.answered(exchange, code);
        conversation.gatekeeper.changed();
        if (event != null) {
            conversation.publish(event);
        }
        if (event instanceof SessionEvent.LoginRefused) {
            conversation.turns.refused(code);
        }
        if (exchange.verb == Verb.PASS || exchange.verb == Verb.ACCT) {
            conversation.turns.over();
        }
        if (before && !login.complete()) {
            conversation.clocks.awaitLogin();
            // A door that is not used yet was for the one who has left.
            conversation.data.closeAllUnused(Unused.SUPERSEDED);
        }
        if (exchange.verb == Verb.REIN && code < 300) {
            conversation.epsvAll = false;
            conversation.epsvAllGranted = false;
            conversation.data.connectionsStay(false);
        }
    }

    private void activeSetup(Exchange exchange, boolean good) {
        var opened = exchange.pinhole;
        if (opened == null) {
            return;
        }
        if (!good) {
            conversation.data.ungranted(opened);
        } else if (opened.expired()) {
            if (swallowing) {
                // The server took longer than the pinhole's lifetime to agree.
                conversation.effects.add(new Effect.ReplyToClient(
                        reply(425, "The data port expired before the server answered; send it again.")));
            }
        } else {
            conversation.data.granted(opened);
        }
    }
}
