package dev.sallyport.session;

import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.LineLimits;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.rules.Armed;
import dev.sallyport.rules.Level;
import dev.sallyport.rules.RuleSource;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration decides for the sessions of one gateway.
 *
 * @param advertisedToClients the address that clients are told in 227 and 228; null: the address that they connected to
 * @param advertisedToServers the address that servers are told in PORT and EPRT; null: the address that we connect from
 * @param clientSourcePort which source port our active data connections to clients have
 * @param tls what becomes of TLS
 * @param passiveRanges what opens when the control connection becomes opaque: the first that has the server
 * @param rules what is allowed, and how seriously each fault in the peers' conduct is taken
 * @param limits counts and sizes
 * @param timeouts time limits
 */
public record SessionPolicy(
        @Nullable InetAddress advertisedToClients,
        @Nullable InetAddress advertisedToServers,
        ClientSourcePort clientSourcePort,
        TlsPolicy tls,
        List<PassiveRange> passiveRanges,
        RuleSource rules,
        Limits limits,
        Timeouts timeouts) {

    /** The safe defaults. */
    public static final SessionPolicy DEFAULT = new SessionPolicy(
            null, null, ClientSourcePort.LOWER, TlsPolicy.DENY, Armed.DEFAULT, Limits.DEFAULT, Timeouts.DEFAULT);

    public SessionPolicy {
        passiveRanges = List.copyOf(passiveRanges);
    }

    /** Without passive ranges. */
    public SessionPolicy(
            @Nullable InetAddress advertisedToClients,
            @Nullable InetAddress advertisedToServers,
            ClientSourcePort clientSourcePort,
            TlsPolicy tls,
            RuleSource rules,
            Limits limits,
            Timeouts timeouts) {
        this(advertisedToClients, advertisedToServers, clientSourcePort, tls, List.of(), rules, limits, timeouts);
    }

    /** The ports that open to a client when its connection to this server becomes opaque; null for none. */
    @Nullable PortRange passivePorts(InetAddress server) {
        for (var range : passiveRanges) {
            if (range.covers(server)) {
                return range.ports();
            }
        }
        return null;
    }

    public SessionPolicy withRules(RuleSource other) {
        return new SessionPolicy(
                advertisedToClients, advertisedToServers, clientSourcePort, tls, passiveRanges, other, limits, timeouts);
    }

    public SessionPolicy withTls(TlsPolicy other) {
        return new SessionPolicy(
                advertisedToClients, advertisedToServers, clientSourcePort, other, passiveRanges, rules, limits, timeouts);
    }

    public SessionPolicy withTimeouts(Timeouts other) {
        return new SessionPolicy(
                advertisedToClients, advertisedToServers, clientSourcePort, tls, passiveRanges, rules, limits, other);
    }

    /** Our source port towards the client in active mode. */
    public enum ClientSourcePort {
        /** The port below the one that the client connected to: 20 for 21 (RFC 959 §3.2). */
        LOWER,
        ANY
    }

    /** Longest line that is read at all. */
    public static final int MOST_LINE_BYTES = 65_536;

    /** Most lines of one reply that are read at all. */
    public static final int MOST_REPLY_LINES = 100_000;

    private static final int MOST_SUBNEGOTIATION_BYTES = 65_536;

    /** Where the lines of a new session become too long: at the usual limit, unless its check lets longer ones pass. */
    public LineLimits lineLimits() {
        return new LineLimits(
                limits.lineBytes(),
                enforced(Fault.LINE_TOO_LONG) ? limits.lineBytes() : MOST_LINE_BYTES,
                enforced(Fault.TELNET_SUBNEGOTIATION_TOO_LONG) ? LineLimits.SUBNEGOTIATION_BYTES : MOST_SUBNEGOTIATION_BYTES,
                !enforced(Fault.TLS_ON_PLAIN_PORT));
    }

    private boolean enforced(Fault fault) {
        return rules.current().checks().of(fault) == Level.ENFORCE;
    }

    /**
     * @param lineBytes longest usual line without its end, 64 to {@value #MOST_LINE_BYTES} bytes
     * @param replyLines most lines that a reply usually has, 2 to {@value #MOST_REPLY_LINES}
     * @param outstandingCommands most commands that a client may send ahead of their replies; more wait unread
     * @param dataConnections most data connections and pinholes of one session at a time
     * @param transfers most transfers of one session; 0 for no limit
     */
    public record Limits(int lineBytes, int replyLines, int outstandingCommands, int dataConnections, int transfers) {
        public static final Limits DEFAULT = new Limits(4096, 512, 64, 8, 0);
    }

    /**
     * All positive.
     *
     * @param greeting from the client's connection to the server's 220
     * @param login from the client's connection to 230
     * @param idle longest silence on the control connection while no data moves
     * @param reply longest wait for a command's final reply while no data moves
     * @param pinhole how long a pinhole waits for its connection
     */
    public record Timeouts(Duration greeting, Duration login, Duration idle, Duration reply, Duration pinhole) {
        public static final Timeouts DEFAULT = new Timeouts(
                Duration.ofSeconds(30), Duration.ofMinutes(1), Duration.ofMinutes(15), Duration.ofMinutes(5),
                Duration.ofSeconds(30));
    }
}
