package dev.sallyport.rules;

import static dev.sallyport.ftp.Verb.*;

import dev.sallyport.ftp.Verb;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The groups of commands that every rule set knows; a set's own group of the same name replaces one in that set. */
public enum CommandGroup {
    LOGIN(EnumSet.of(USER, PASS, ACCT, REIN, HOST)),
    SESSION(LOGIN, EnumSet.of(QUIT, ABOR, NOOP, FEAT, HELP, SYST, STAT, OPTS, LANG, CLNT, CSID, TYPE, MODE, STRU, REST, ALLO)),
    ACTIVE(EnumSet.of(PORT, EPRT, LPRT)),
    PASSIVE(EnumSet.of(PASV, EPSV, LPSV, SPSV, CPSV)),
    SETUP(union(ACTIVE, PASSIVE)),
    DOWNLOADS(EnumSet.of(RETR, THMB)),
    UPLOADS(EnumSet.of(STOR, STOU, APPE)),
    LISTINGS(EnumSet.of(LIST, NLST, MLSD, MLST)),
    TRANSFERS(union(DOWNLOADS, UPLOADS, LISTINGS)),
    DIRECTORIES(EnumSet.of(CWD, XCWD, CDUP, XCUP, PWD, XPWD, SMNT)),
    INFORMATION(EnumSet.of(SIZE, MDTM, DSIZ, AVBL, HASH, XCRC, XMD5, XSHA1, XSHA256)),
    DELETES(EnumSet.of(DELE, RMD, XRMD, RMDA)),
    MAKES(EnumSet.of(MKD, XMKD)),
    RENAMES(EnumSet.of(RNFR, RNTO)),
    FACTS(EnumSet.of(MFMT, MFCT, MFF)),
    WRITES(union(UPLOADS, DELETES, MAKES, RENAMES, FACTS), EnumSet.of(COMB, SITE)),
    SECURITY(EnumSet.of(AUTH, ADAT, PBSZ, PROT, CCC, MIC, CONF, ENC, SSCN)),
    /** Every verb that is not in {@link Verb}. */
    UNKNOWN(EnumSet.of(Verb.UNKNOWN)),
    ALL(EnumSet.allOf(Verb.class));

    private final Set<Verb> verbs;

    CommandGroup(EnumSet<Verb> verbs) {
        this.verbs = Collections.unmodifiableSet(verbs);
    }

    CommandGroup(CommandGroup base, EnumSet<Verb> more) {
        this(base.verbs, more);
    }

    CommandGroup(Set<Verb> base, EnumSet<Verb> more) {
        more.addAll(base);
        this(more);
    }

    private static EnumSet<Verb> union(CommandGroup... groups) {
        var verbs = EnumSet.noneOf(Verb.class);
        for (var group : groups) {
            verbs.addAll(group.verbs);
        }
        return verbs;
    }

    /** The group's name in a rule set. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public Set<Verb> verbs() {
        return verbs;
    }

    /** The group of a name as rule sets write it; null when there is none. */
    public static @Nullable CommandGroup of(String text) {
        for (var group : values()) {
            if (group.text().equals(text)) {
                return group;
            }
        }
        return null;
    }
}
