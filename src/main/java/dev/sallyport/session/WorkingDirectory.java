package dev.sallyport.session;

import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Verb;
import dev.sallyport.rules.Directory;

/**
 * Where the session is on the server, as far as the replies to PWD, CWD and CDUP tell (RFC 959 §4.1.1, §4.1.3). When a rule
 * needs to know it and it is not known, the engine asks with a PWD of its own.
 */
final class WorkingDirectory {

    private Directory directory = Directory.UNKNOWN;

    /** Where the replies so far have led. */
    Directory now() {
        return directory;
    }

    /** What was known no longer holds, or may not. */
    void forget() {
        directory = Directory.UNKNOWN;
    }

    /** Whether a command changes the directory, or may. */
    static boolean changedBy(Verb verb) {
        return switch (verb) {
            case CWD, XCWD, CDUP, XCUP, SMNT, REIN, SITE, UNKNOWN -> true;
            default -> false;
        };
    }

    /** The final reply to a command came. */
    void answered(Exchange exchange, int code, FtpLine line) {
        if (code >= 300) {
            return;
        }
        switch (exchange.verb) {
            case PWD, XPWD -> directory = code == 257 ? Directory.told(line) : directory;
            // RFC 959 §5.4: 250, and 200 to CDUP. A 226 or the like is about something else that has ended.
            case CWD, XCWD, CDUP, XCUP -> directory = exchange.command != null && (code == 200 || code == 250)
                    ? directory.entered(exchange.command)
                    : Directory.UNKNOWN;
            // What was renamed may be a folder above.
            case RNTO -> directory = Directory.UNKNOWN;
            case USER, PASS, ACCT -> directory = code == 230 || code == 232 ? Directory.UNKNOWN : directory;
            default -> directory = changedBy(exchange.verb) ? Directory.UNKNOWN : directory;
        }
    }
}
