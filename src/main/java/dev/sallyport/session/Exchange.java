package dev.sallyport.session;

import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Verb;
import dev.sallyport.rules.Decision;
import org.jspecify.annotations.Nullable;

/** One command and the reply that it awaits. Mutable: it lives in {@link Outstanding} and nowhere else. */
final class Exchange {

    /** Who the final reply is for. */
    enum Kind {
        /** The client sent the command, the server's reply goes to the client. */
        FORWARDED,
        /** The client sent the command, the gateway answers it when its turn comes. */
        LOCAL,
        /** The gateway sent the command, the reply goes no further. */
        OWN
    }

    final Kind kind;
    /** The client's verb. A reply to PASV, EPSV or LPSV has the form that this verb asks for. */
    final Verb verb;

    /** The user of USER; the argument of MODE, EPSV and of a transfer command; otherwise empty. */
    final String argument;
    /** The gateway's answer of a {@link Kind#LOCAL} exchange. */
    final @Nullable FtpLine answer;
    /** The pinhole that a PORT, EPRT or LPRT opened. */
    @Nullable DataConnection pinhole;
    /** The client's command, where its reply tells of more than its verb; else null. */
    @Nullable Command command;
    /** What the rules let a PASV, EPSV or LPSV do. */
    Decision.@Nullable Allow allowed;
    /** The transfer that a RETR, STOR, LIST, ... runs. */
    @Nullable RunningTransfer transfer;

    boolean preliminary;

    private Exchange(Kind kind, Verb verb, String argument, @Nullable FtpLine answer) {
        this.kind = kind;
        this.verb = verb;
        this.argument = argument;
        this.answer = answer;
    }

    static Exchange forwarded(Verb verb, String argument) {
        return new Exchange(Kind.FORWARDED, verb, argument, null);
    }

    static Exchange local(Verb verb, FtpLine answer) {
        return new Exchange(Kind.LOCAL, verb, "", answer);
    }

    static Exchange own(Verb verb) {
        return new Exchange(Kind.OWN, verb, "", null);
    }
}
