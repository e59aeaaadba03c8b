package dev.sallyport.rules;

import dev.sallyport.ftp.Verb;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The command that set a data connection up. */
public enum DataMode {
    /** None did: the default data port (RFC 959 §3.2). */
    NONE,
    PORT,
    EPRT,
    LPRT,
    PASV,
    EPSV,
    LPSV;

    /** The server connects to the client. */
    public static final Set<DataMode> ACTIVE = Set.of(PORT, EPRT, LPRT);

    /** The client connects to the server. */
    public static final Set<DataMode> PASSIVE = Set.of(PASV, EPSV, LPSV);

    /** The mode that a setup command asks for; null for any other command. */
    public static @Nullable DataMode of(Verb verb) {
        return switch (verb.role()) {
            case ACTIVE, PASSIVE -> valueOf(verb.name());
            case PLAIN, LOGIN, SECURITY, DOWNLOAD, UPLOAD, LISTING, UNSUPPORTED -> null;
        };
    }
}
