package dev.sallyport.ftp;

import java.util.HashMap;
import java.util.Map;

/**
 * The commands of FTP known by name: RFC 959, 1639, 2228, 2389, 2428, 2640, 3659, 4217, 7151, the registry of RFC 5797,
 * and common practice. A verb that is not here is {@link #UNKNOWN}, a value like any other.
 */
public enum Verb {
    ABOR, ACCT(Role.LOGIN), ADAT(Role.UNSUPPORTED), ALGS, ALLO, APPE(Role.UPLOAD), AUTH(Role.SECURITY), AVBL, CCC, CDUP, CLNT,
    CONF(Role.UNSUPPORTED), COMB, CPSV(Role.UNSUPPORTED), CSID, CWD, DELE, DSIZ, EPRT(Role.ACTIVE), EPSV(Role.PASSIVE), ENC(Role.UNSUPPORTED), FEAT, HELP, HASH,
    HOST, LANG, LIST(Role.LISTING), LPRT(Role.ACTIVE), LPSV(Role.PASSIVE), MDTM, MFCT, MFF, MFMT, MIC(Role.UNSUPPORTED), MKD,
    MLSD(Role.LISTING), MLST, MODE, NLST(Role.LISTING), NOOP, OPTS, PASS(Role.LOGIN), PASV(Role.PASSIVE), PBSZ,
    PORT(Role.ACTIVE), PRET, PROT, PWD, QUIT, RANG, REIN(Role.LOGIN), REST, RETR(Role.DOWNLOAD), RMD, RMDA, RNFR, RNTO, SITE,
    SIZE, SMNT, SPSV(Role.UNSUPPORTED), SSCN(Role.UNSUPPORTED), STAT, STOR(Role.UPLOAD), STOU(Role.UPLOAD), STRU, SYST,
    THMB(Role.DOWNLOAD), TYPE, USER(Role.LOGIN), XCRC, XCUP, XCWD, XMD5, XMKD, XPWD, XRCP, XRMD, XRSQ, XSEM, XSEN, XSHA1,
    XSHA256,
    /** Any verb that is not in this list. */
    UNKNOWN;

    /** What a verb does to the session and its data connections. */
    public enum Role {
        /** Nothing that opens a door: the command and its reply pass. */
        PLAIN,
        /** Decides who is logged in. */
        LOGIN,
        /** Turns the control connection into something else (RFC 2228). */
        SECURITY,
        /** Asks the server to listen for a data connection. */
        PASSIVE,
        /** Asks the server to connect to the client. */
        ACTIVE,
        /** Sends a file from server to client over a data connection. */
        DOWNLOAD,
        /** Sends a file from client to server over a data connection. */
        UPLOAD,
        /** Sends a listing from server to client over a data connection. */
        LISTING,
        /** Opens data ports in a way that this gateway does not speak; answered with 502. */
        UNSUPPORTED
    }

    /** Longest verb that is looked up; eight letters pack into one long. */
    private static final int LONGEST_KNOWN = 8;

    private static final Map<Long, Verb> BY_LETTERS = new HashMap<>(256);

    static {
        for (var verb : values()) {
            if (verb != UNKNOWN) {
                var letters = 0L;
                for (var i = 0; i < verb.name().length(); i++) {
                    letters = letters << 8 | verb.name().charAt(i);
                }
                BY_LETTERS.put(letters, verb);
            }
        }
    }

    private final Role role;

    Verb() {
        this(Role.PLAIN);
    }

    Verb(Role role) {
        this.role = role;
    }

    public Role role() {
        return role;
    }

    /** Whether the verb moves a file or a listing over a data connection. */
    public boolean transfers() {
        return role == Role.DOWNLOAD || role == Role.UPLOAD || role == Role.LISTING;
    }

    /** Whether the verb's argument is a secret that must appear in no log, no metric and no report. */
    public boolean secret() {
        return this == PASS || this == ACCT || this == ADAT;
    }

    /** The verb in bytes {@code from} to {@code to} (exclusive) of a line's text; letters in any case (RFC 959 §5.3). */
    static Verb of(FtpLine line, int from, int to) {
        if (to - from > LONGEST_KNOWN) {
            return UNKNOWN;
        }
        var letters = 0L;
        for (var i = from; i < to; i++) {
            var c = line.at(i);
            letters = letters << 8 | (c >= 'a' && c <= 'z' ? c - 32 : c);
        }
        return BY_LETTERS.getOrDefault(letters, UNKNOWN);
    }
}
