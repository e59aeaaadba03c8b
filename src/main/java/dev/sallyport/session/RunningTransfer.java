package dev.sallyport.session;

import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Verb;
import dev.sallyport.session.SessionEvent.Ruling;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A transfer between its command and its end. Mutable; the ledger's own. */
final class RunningTransfer {

    final Verb verb;
    final String argument;
    private final Permit permit;
    final long startNanos;

    @Nullable DataConnection data;
    /** Whether the server has said that it begins. */
    boolean begun;
    int finalCode;
    /** Whether the client has sent ABOR. */
    boolean aborted;
    /** Whether the final reply came, or never will. */
    boolean replied;
    /** When, on the engine's clock. */
    long repliedNanos;

    boolean ended;
    private boolean tooLargeTold;

    /**
     * What lets a transfer go on.
     *
     * @param rule the rule's name
     * @param mostBytes how large it lets the file be; 0: as large as it likes
     * @param path what the command is about, as the server will take it; null where that is not known
     */
    record Permit(String rule, long mostBytes, @Nullable String path) {}

    RunningTransfer(Verb verb, String argument, Permit permit, long startNanos) {
        this.verb = verb;
        this.argument = argument;
        this.permit = permit;
        this.startNanos = startNanos;
    }

    /** What is told of it when it has ended. */
    Transfer result(long nowNanos) {
        var closed = data == null ? null : data.closed;
        return new Transfer(
                verb,
                argument,
                data == null ? null : data.mode,
                data == null ? null : data.id(),
                closed == null ? 0 : closed.moved().bytesToClient(),
                closed == null ? 0 : closed.moved().bytesToServer(),
                Duration.ofNanos(nowNanos - startNanos),
                finalCode,
                aborted,
                data == null ? DataProtection.CLEAR : data.request.protection(),
                closed == null ? Set.of() : closed.resumed(),
                closed == null ? null : closed.end(),
                permit.path,
                permit.rule,
                tooLargeTold ? Ruling.TOO_LARGE : Ruling.ALLOWED);
    }

    /** What to tell when it is known to have so many bytes; null when they are not too many, or that has been told. */
    @Nullable SessionEvent tooLarge(long bytes) {
        if (permit.mostBytes == 0 || bytes <= permit.mostBytes || tooLargeTold) {
            return null;
        }
        tooLargeTold = true;
        var detail = FtpLine.escape(verb + " " + argument) + ", " + bytes + " bytes";
        return new SessionEvent.RuleDecided(permit.rule, Ruling.TOO_LARGE, verb, detail);
    }

    /**
     * Whether the server's last word says that there was a data connection: all went well, or it was aborted (426), or something
     * else went wrong after the beginning than that it could not be opened (425; RFC 959 §4.2.2).
     */
    boolean hadConnection() {
        return replied && finalCode >= 200 && (finalCode < 400 || finalCode == 426 || begun && finalCode != 425);
    }
}
