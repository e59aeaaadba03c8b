package dev.sallyport.session;

import dev.sallyport.ftp.Verb;
import org.jspecify.annotations.Nullable;

/** Who is logged in, as far as USER, PASS, ACCT and REIN and their replies tell (RFC 959 §5.4). */
final class Login {

    private boolean complete;
    /** Somebody may have logged in unseen, and the server has not shown that since. */
    private boolean presumed;
    private String user = "";
    private boolean userKnown = true;

    boolean complete() {
        return complete;
    }

    /** Who was last accepted by USER, and may still have to log in, one character for each byte; empty: nobody. */
    String user() {
        return user;
    }

    /** Whether that is so; not when it was encrypted. */
    boolean userKnown() {
        return userKnown;
    }

    /** Whether that somebody is logged in is taken for granted, until the server has shown it. */
    boolean presumed() {
        return presumed;
    }

    /** Somebody may have logged in meanwhile, and is taken to have. */
    void unseen() {
        complete = true;
        presumed = true;
        user = "";
        userKnown = false;
    }

    /**
     * A reply that is no refusal came. To whoever is not logged in a server says 530 where data connections are set up and
     * where the directory is told or changed (RFC 959 §5.4; of PWD it does not say so, but there is none yet to be told). Not
     * so of TYPE and MODE, of NOOP, SYST, HELP, STAT and SITE: some servers answer these to anybody.
     */
    void shownBy(Verb verb, int code) {
        presumed &= !switch (verb) {
            case PASV, EPSV, LPSV -> Outstanding.opensPassive(code);
            case PWD, XPWD -> code == 257;
            case CWD, XCWD, CDUP, XCUP -> code == 200 || code == 250;
            default -> false;
        };
    }

    /**
     * The final reply to one of the four commands came. A refused USER of one who is logged in changes nothing.
     *
     * @return what to tell the observers; null for nothing
     */
    @Nullable SessionEvent answered(Exchange exchange, int code) {
        if (exchange.verb == Verb.REIN) {
            if (code < 300) {
                complete = false;
                presumed = false;
                user = "";
                userKnown = true;
            }
            return null;
        }
        if (exchange.verb == Verb.USER && (code == 230 || code == 232 || code >= 300 && code < 400)) {
            user = exchange.argument;
            userKnown = true;
        }
        if (code == 230 || code == 232) {
            // Stricter than RFC 959 §5.4: 202 tells that the command was superfluous, and not who is there.
            complete = true;
            presumed = false;
            return new SessionEvent.LoggedIn(user);
        }
        if (code >= 300 && code < 400) {
            complete = false;
            presumed = false;
        }
        return code >= 400 && !complete ? new SessionEvent.LoginRefused(user, code) : null;
    }
}
