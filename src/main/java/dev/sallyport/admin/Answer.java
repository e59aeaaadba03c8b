package dev.sallyport.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.Side;
import dev.sallyport.session.Moved;
import dev.sallyport.telemetry.LivePinhole;
import dev.sallyport.telemetry.LiveSession;
import dev.sallyport.telemetry.Word;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the gateway answers on its control socket: one JSON object in one line, with exactly one of these.
 *
 * @param sessions to {@code sessions}
 * @param pinholes to {@code pinholes}
 * @param killed to {@code kill ID}: the session that ends now
 * @param missing to {@code kill ID}: there is no such session
 * @param rules to {@code rules}
 * @param reloaded to {@code reload}
 * @param error the request made no sense, or failed; a sentence
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Answer(
        @Nullable List<Session> sessions,
        @Nullable List<Pinhole> pinholes,
        @Nullable String killed,
        @Nullable String missing,
        @Nullable List<RuleHits> rules,
        @Nullable Reloaded reloaded,
        @Nullable String error) {

    /**
     * A session. What peers sent is escaped: printable ASCII.
     *
     * @param address where the client connected to
     * @param clientTls what the gateway's own TLS with the client has agreed on; null for none
     * @param serverTls likewise with the server
     * @param state connecting, login, ready, transfer, opaque
     * @param transfer the running transfer's command or the last one's; null before the first
     * @param lastCommand the verb of the last command; null before the first
     * @param transfers those that have ended
     * @param bytesToClient of data connections that have ended; of an opaque session's so far
     * @param bytesToServer likewise
     * @param pinholes open now, and data connections
     * @param runningToClient bytes so far of those that came through pinholes; null where nobody has looked
     * @param runningToServer bytes so far of those that came through pinholes; null where nobody has looked
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Session(
            String id, String gateway, String client, String address, @Nullable String server, String user, @Nullable Tls clientTls,
            @Nullable Tls serverTls, String state, @Nullable String transfer, @Nullable String lastCommand, double ageSeconds,
            int transfers, long bytesToClient, long bytesToServer, int pinholes, @Nullable Long runningToClient, @Nullable Long runningToServer) {

        /** As it is told. */
        public static Session of(LiveSession live) {
            return of(live, null);
        }

        /** As it is told. @param running what has gone through its data connections that stand; null: nobody has looked */
        public static Session of(LiveSession live, @Nullable Moved running) {
            var server = live.server();
            var transfer = live.transfer();
            var command = live.lastCommand();
            return new Session(
                    live.id().toString(), live.gateway(), live.client().toString(), live.address().toString(),
                    server == null ? null : server.toString(), FtpLine.escape(live.user()), Tls.of(live, Side.CLIENT),
                    Tls.of(live, Side.SERVER), Word.of(live.state()),
                    transfer == null ? null : (transfer.verb() + " " + FtpLine.escape(transfer.argument())).strip(),
                    command == null ? null : command.name(), seconds(live.age()), live.transfers(), live.bytesToClient(),
                    live.bytesToServer(), live.pinholes(),
                    running == null ? null : (Long) running.bytesToClient(), running == null ? null : (Long) running.bytesToServer());
        }

        /** Whether nothing is different but its age. */
        public boolean same(@Nullable Session other) {
            return other != null && equals(other.at(ageSeconds));
        }

        private Session at(double age) {
            return new Session(
                    id, gateway, client, address, server, user, clientTls, serverTls, state, transfer, lastCommand, age, transfers,
                    bytesToClient, bytesToServer, pinholes, runningToClient, runningToServer);
        }
    }

    /**
     * TLS that the gateway ends on a control connection.
     *
     * @param version such as TLSv1.3
     * @param cipher its name in the registry of IANA
     * @param name which host the client called; null when it said none, and with servers
     * @param subject of the peer's certificate; null when it showed none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Tls(String version, String cipher, @Nullable String name, @Nullable String subject) {

        private static @Nullable Tls of(LiveSession live, Side side) {
            var peer = live.tls().get(side);
            return peer == null ? null : new Tls(peer.version(), peer.cipher(), escaped(peer.name()), escaped(peer.subject()));
        }

        private static @Nullable String escaped(@Nullable String said) {
            return said == null ? null : FtpLine.escape(said);
        }
    }

    /**
     * A pinhole or the data connection through it.
     *
     * @param connects who was told of it: client or server
     * @param from the address, and where it matters the port, that the connection must come from
     * @param told what the one who connects was told
     * @param target where it leads
     * @param state waiting or used
     * @param remainingSeconds until it closes unused; null once it is used
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Pinhole(
            String id, String session, String gateway, String connects, String from, String told, String target,
            String state, double ageSeconds, @Nullable Double remainingSeconds) {

        /** As it is told. */
        public static Pinhole of(LivePinhole live) {
            var remaining = live.remaining();
            return new Pinhole(
                    live.id().toString(), live.id().session().toString(), live.gateway(), Word.of(live.connects()),
                    from(live), live.told().toString(), live.target().toString(), live.used() ? "used" : "waiting",
                    seconds(live.age()), remaining == null ? null : seconds(remaining));
        }

        /** Whether nothing is different but time. */
        public boolean same(@Nullable Pinhole other) {
            return other != null && id.equals(other.id) && state.equals(other.state);
        }

        private static String from(LivePinhole live) {
            Port port = live.fromPort();
            return port == null
                    ? Addresses.text(live.from(), false)
                    : Addresses.text(live.from(), true) + ":" + port;
        }
    }

    private static final JsonMapper JSON =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    static Answer sessions(List<LiveSession> live) {
        return new Answer(live.stream().map(Session::of).toList(), null, null, null, null, null, null);
    }

    static Answer pinholes(List<LivePinhole> live) {
        return new Answer(null, live.stream().map(Pinhole::of).toList(), null, null, null, null, null);
    }

    static Answer killed(String id) {
        return new Answer(null, null, id, null, null, null, null);
    }

    static Answer missing(String id) {
        return new Answer(null, null, null, id, null, null, null);
    }

    static Answer rules(List<RuleHits> hits) {
        return new Answer(null, null, null, null, hits, null, null);
    }

    static Answer reloaded(Reloaded reloaded) {
        return new Answer(null, null, null, null, null, reloaded, null);
    }

    static Answer error(String sentence) {
        return new Answer(null, null, null, null, null, null, sentence);
    }

    /** One line, without its end. */
    String json() {
        return JSON.writeValueAsString(this);
    }

    /** Null when the text is no answer. */
    static @Nullable Answer parse(String json) {
        try {
            return JSON.readValue(json, Answer.class);
        } catch (JacksonException malformed) {
            return null;
        }
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1e3;
    }
}
