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
            case CWD, XCWD, CDUP, XCUP -> directory = exchange.command == null ? Directory.UNKNOWN : directory.entered(exchange.command);
            case USER, PASS, ACCT -> directory = code == 230 || code == 232 ? Directory.UNKNOWN : directory;
            default -> directory = changedBy(exchange.verb) ? Directory.UNKNOWN : directory;
        }
    }
}
