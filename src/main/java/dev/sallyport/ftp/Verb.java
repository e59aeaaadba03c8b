package dev.sallyport.ftp;

import java.util.HashMap;
import java.util.Map;

/**
 * The commands of FTP known by name: RFC 959, 1639, 2228, 2389, 2428, 2640, 3659, 4217, 7151, the registry of RFC 5797,
 * and common practice. A verb that is not here is {@link #UNKNOWN}, a value like any other.
 */
public enum Verb {
    ABOR, ACCT(Role.LOGIN), ADAT(Role.UNSUPPORTED), ALGS, ALLO, APPE(Role.UPLOAD, Argument.PATH), AUTH(Role.SECURITY),
    AVBL(Argument.FOLDER), CCC, CDUP(Argument.PARENT), CLNT, CONF(Role.UNSUPPORTED), COMB(Argument.OPAQUE),
    CPSV(Role.UNSUPPORTED), CSID, CWD(Argument.PATH), DELE(Argument.PATH), DSIZ(Argument.PATH), EPRT(Role.ACTIVE),
    EPSV(Role.PASSIVE), ENC(Role.UNSUPPORTED), FEAT, HELP, HASH(Argument.ONE_WORD), HOST, LANG,
    LIST(Role.LISTING, Argument.LISTING), LPRT(Role.ACTIVE), LPSV(Role.PASSIVE), MDTM(Argument.DATED),
    MFCT(Argument.BEHIND_WORD), MFF(Argument.BEHIND_WORD), MFMT(Argument.BEHIND_WORD), MIC(Role.UNSUPPORTED),
    MKD(Argument.PATH), MLSD(Role.LISTING, Argument.FOLDER), MLST(Argument.FOLDER), MODE,
    NLST(Role.LISTING, Argument.LISTING), NOOP, OPTS, PASS(Role.LOGIN), PASV(Role.PASSIVE), PBSZ, PORT(Role.ACTIVE),
    PRET(Argument.OPAQUE), PROT, PWD, QUIT, RANG, REIN(Role.LOGIN), REST, RETR(Role.DOWNLOAD, Argument.PATH),
    RMD(Argument.PATH), RMDA(Argument.TREE), RNFR(Argument.PATH), RNTO(Argument.PATH), SITE(Argument.OPAQUE),
    SIZE(Argument.PATH), SMNT(Argument.PATH), SPSV(Role.UNSUPPORTED), SSCN(Role.UNSUPPORTED), STAT(Argument.LISTING),
    STOR(Role.UPLOAD, Argument.PATH), STOU(Role.UPLOAD, Argument.UNIQUE), STRU, SYST, THMB(Role.DOWNLOAD, Argument.OPAQUE),
    TYPE, USER(Role.LOGIN), XCRC(Argument.ONE_WORD), XCUP(Argument.PARENT), XCWD(Argument.PATH), XMD5(Argument.ONE_WORD),
    XMKD(Argument.PATH), XPWD, XRCP, XRMD(Argument.PATH), XRSQ, XSEM, XSEN, XSHA1(Argument.ONE_WORD),
    XSHA256(Argument.ONE_WORD),
    /** Any verb that is not in this list. */
    UNKNOWN(Argument.OPAQUE);

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

    /** What of a verb's argument is a path. */
    public enum Argument {
        /** Nothing. */
        NONE,
        /** All of it; without one the verb means nothing. */
        PATH,
        /** All of it, and what lies below; without one the verb means nothing. */
        TREE,
        /** All of it; without one, the working directory (RFC 3659 §7.2). */
        FOLDER,
        /** The directory above the working directory, without an argument. */
        PARENT,
        /** What stands behind words that begin with "-", and may hold wildcards; without it, the working directory. */
        LISTING,
        /** A name that the server makes unique, or makes up (RFC 959 §4.1.3). */
        UNIQUE,
        /** What stands behind the first word, a time or facts (draft-somers-ftp-mfxx §3, §4, §5). */
        BEHIND_WORD,
        /** All of it, or what stands behind a time that is to be set, which begins with a digit: servers disagree. */
        DATED,
        /** All of it, but that numbers may stand behind it, and quotes around it: servers disagree. */
        ONE_WORD,
        /** It cannot be told. */
        OPAQUE
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
    private final Argument argument;

    Verb() {
        this(Role.PLAIN);
    }

    Verb(Role role) {
        this(role, Argument.NONE);
    }

    Verb(Argument argument) {
        this(Role.PLAIN, argument);
    }

    Verb(Role role, Argument argument) {
        this.role = role;
        this.argument = argument;
    }

    public Role role() {
        return role;
    }

    public Argument argument() {
        return argument;
    }

    /** Whether it sets up a data connection: PORT, PASV and their like. */
    public boolean setsUp() {
        return role == Role.PASSIVE || role == Role.ACTIVE;
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
    public static Verb of(FtpLine line, int from, int to) {
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
