package dev.sallyport.telemetry.journal;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Side;
import dev.sallyport.session.EndReason;
import dev.sallyport.session.SessionEvent.Ruling;
import dev.sallyport.session.SessionId;
import dev.sallyport.session.TlsPeer;
import dev.sallyport.session.Transfer;
import dev.sallyport.telemetry.DataPathKind;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What becomes one line. Holds no secret, as no event does; what peers sent is one character for each byte. */
sealed interface Entry extends Journal.Queued {

    Party party();

    /** When it ended. */
    Instant end();

    Duration duration();

    default Instant start() {
        return end().minus(duration());
    }

    long bytesToClient();

    long bytesToServer();

    Map<Fault, Integer> faults();

    /**
     * Whose session it is.
     *
     * @param address where the client connected to
     * @param server the server's end of the other control connection; null before it is connected
     * @param user who is logged in, or who tried last; empty before
     * @param tls of each side with which the gateway itself has had TLS, what the last handshake has agreed on
     */
    record Party(
            SessionId session, String gateway, DataPathKind dataPath, Endpoint client, Endpoint address, @Nullable Endpoint server,
            String user, Map<Side, TlsPeer> tls) {}

    /** A rule and what it did. */
    record Verdict(String rule, Ruling ruling) {}

    /** What came of a session's logins. */
    enum Login {
        NONE,
        REFUSED,
        ACCEPTED
    }

    /**
     * A session that has ended.
     *
     * @param opaque whether its control connection was encrypted, for a time at least
     * @param refused logins that the server has refused
     * @param verdicts how often; what rules have let pass without a word is not among them
     */
    record OfSession(
            Party party, Instant end, Duration duration, EndReason reason, String detail, Login login, int refused, boolean opaque,
            int commands, int transfers, long bytesToClient, long bytesToServer, Map<Verdict, Integer> verdicts,
            Map<Fault, Integer> faults) implements Entry {}

    /**
     * A transfer that has ended.
     *
     * @param data null where there was no pinhole, or nothing is known of it
     * @param faults those that came while it ran
     */
    record OfTransfer(Party party, Instant end, Transfer transfer, @Nullable Data data, Map<Fault, Integer> faults) implements Entry {
        @Override
        public Duration duration() {
            return transfer.duration();
        }

        @Override
        public long bytesToClient() {
            return transfer.bytesToClient();
        }

        @Override
        public long bytesToServer() {
            return transfer.bytesToServer();
        }
    }

    /**
     * @param from who connects
     * @param to where they were told to connect to
     * @param passive whether that is the client
     * @param path who carried it
     */
    record Data(InetAddress from, Endpoint to, boolean passive, DataPathKind path) {}
}
