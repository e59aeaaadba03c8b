package dev.sallyport.rules;

import dev.sallyport.ftp.FtpLine;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** What becomes of a command. All that a rule set can come to are made when it is compiled. */
public sealed interface Decision {

    /** The name of what decides where no rule does; no rule can have it. */
    String DEFAULTS = "(defaults)";

    /** The deciding rule's name, or {@link #DEFAULTS}. */
    String rule();

    /** Whether the decision is told to the log. */
    boolean log();

    /**
     * It goes on to the engine.
     *
     * @param mostBytes the largest file that is allowed; 0: any
     * @param thirdParty whether the rule names the third party that the command or its answer names; without that it stays
     *     forbidden
     * @param dataFrom who connects to a passive port in the client's place; null: the client
     */
    record Allow(String rule, boolean log, long mostBytes, boolean thirdParty, @Nullable InetAddress dataFrom)
            implements Decision {}

    /** It is answered with a refusal and goes no further. */
    record Deny(String rule, boolean log, Cause cause, FtpLine reply) implements Decision {}

    /** It is answered, and the session ends. */
    record Close(String rule, boolean log, FtpLine reply) implements Decision {}

    /** Why a command is refused. */
    enum Cause {
        /** The rule says so. */
        RULE,
        /** No rule matches. */
        DEFAULT,
        /** The rule allows fewer. */
        TOO_FAST,
        /** The rule depends on a path that cannot be resolved. */
        PATH_UNKNOWN,
        /** The rule depends on an argument that servers read in more than one way. */
        ARGUMENT_UNKNOWN,
        /** The rule depends on the user, whose login was not seen, or whose name servers read in more than one way. */
        USER_UNKNOWN
    }
}
