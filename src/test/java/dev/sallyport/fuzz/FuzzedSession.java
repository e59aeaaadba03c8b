package dev.sallyport.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.Side;
import dev.sallyport.lab.OfflineSession;
import dev.sallyport.rules.Level;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.DataProtection;
import dev.sallyport.session.Effect;
import dev.sallyport.session.EndReason;
import dev.sallyport.session.Input;
import dev.sallyport.session.Moved;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.PinholeRefusal;
import dev.sallyport.session.PinholeRequest;
import dev.sallyport.session.RangeId;
import dev.sallyport.session.RangeRequest;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionId;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.TlsPolicy;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One session of the engine between scripted peers, and what must hold whatever they do.
 *
 * <p>The bits of the setting: 1 the server's leg is IPv6; 2 the client's leg is IPv6; the others are {@link FuzzedPolicy}'s.
 */
final class FuzzedSession implements OfflineSession.Outlet {

    /** The argument of every PASS. Not the end of an escape, such as that of a NUL, and what a peer sent behind it. */
    static final String SECRET = "Open-sesame";

    private enum Door {
        ASKED,
        OPEN,
        CONNECTED
    }

    /** What a server answers to those alone who are logged in, and what logs in. */
    private static final Pattern SHOW_THE_LOGIN = Pattern.compile(
            "\\s*(X?PWD|X?CWD|CDUP|XCUP|PASV|EPSV|LPSV|PASS|ACCT|USER)\\b", Pattern.CASE_INSENSITIVE);

    private static final Endpoint STRANGER = endpoint("192.0.2.66", 4000);

    private final Endpoint client;
    private final Endpoint gateway;
    private final Endpoint gatewayToServer;
    private final Endpoint server;
    private final SessionPolicy policy;
    private final OfflineSession session;
    private final Map<PinholeId, Door> doors = new LinkedHashMap<>();
    private final @Nullable FuzzedTls tls;
    /** How the data connections are protected that a transfer may still use. */
    private final Map<PinholeId, DataProtection> unserved = new LinkedHashMap<>();

    private boolean loggedIn;
    /** The login was not seen, and no command that needs one has reached the server since. */
    private boolean loginUnseen;
    private boolean opaque;
    private boolean closed;
    /** The range asked for or open; null for none. */
    private @Nullable RangeId range;
    /** What the server was sent and nobody has asked about. */
    private final Deque<String> asked = new ArrayDeque<>();
    private boolean transferPrivate;

    private boolean rangeOpen;
    private SessionEvent.@Nullable Ended ended;

    /** @param tls null where the gateway ends none */
    FuzzedSession(int setting, @Nullable FuzzedTls tls) {
        this.tls = tls;
        var inside6 = (setting & 1) != 0;
        var outside6 = (setting & 2) != 0;
        client = endpoint(outside6 ? "2001:db8::10" : "192.0.2.10", 40_000);
        gateway = endpoint(outside6 ? "2001:db8::1" : "203.0.113.1", 21);
        gatewayToServer = endpoint(inside6 ? "2001:db8:5::1" : "198.51.100.1", 45_000);
        server = endpoint(inside6 ? "2001:db8:5::20" : "198.51.100.20", 21);
        policy = tls == null ? FuzzedPolicy.of(setting) : FuzzedPolicy.of(setting).withTls(tls.policy());
        session = new OfflineSession(new SessionContext(new SessionId(1), client, gateway), policy, this);
        session.offer(new Input.ServerConnected(gatewayToServer, server));
        session.run();
    }

    /** The next line that has reached the server; null when there is none. */
    @Nullable String asked() {
        return asked.poll();
    }

    /** Whether a transfer has begun for which protected data was set up. */
    boolean transferredPrivately() {
        return transferPrivate;
    }

    /** Whether nothing matters any more that the peers say. */
    boolean closed() {
        return closed;
    }

    /** One step of the script; an unknown letter is no step. */
    void happen(char letter, byte[] with) {
        switch (letter) {
            case 'C' -> session.receive(Side.CLIENT, with);
            case 'S' -> session.receive(Side.SERVER, with);
            case 'P' -> {
                // Within TLS that passes it would be bytes like others, and a record's end might leave a part of it behind.
                if (!opaque) {
                    session.receive(Side.CLIENT, ("\r\nPASS " + SECRET + "\r\n").getBytes(ISO_8859_1));
                }
            }
            case 'c' -> session.end(Side.CLIENT, false);
            case 's' -> session.end(Side.SERVER, false);
            case 'x' -> session.end(Side.CLIENT, true);
            case 'y' -> session.end(Side.SERVER, true);
            case 'o' -> open();
            case 'r' -> refuse();
            case 'd' -> connect();
            case 'w' -> {
                var id = find(Door.CONNECTED);
                offer(id == null ? null : with.length % 2 == 0 ? new Input.DataWhole(id) : new Input.DataReached(id));
            }
            case 'e' -> endData(DataEnd.values()[with.length % DataEnd.values().length]);
            case 'n' -> {
                var id = find(Door.OPEN);
                if (id != null) {
                    session.offer(new Input.DataRefused(id, STRANGER, Fault.DATA_FROM_STRANGER));
                }
            }
            case 'u' -> offer(tls == null ? null : tls.succeeds(side(with)));
            case 'f' -> offer(tls == null ? null : tls.fails(side(with), with.length / 2));
            case 't' -> session.pass(Duration.ofSeconds(with.length == 0 ? 1 : with[0] & 0xff));
            case 'q' -> session.offer(new Input.StopRequested());
            case 'k' -> session.offer(new Input.KillRequested(EndReason.KILLED));
            default -> {
                return;
            }
        }
        session.run();
        if (tls != null && !closed) {
            tls.rests(Stream.of(Side.values()).filter(session::accepts).collect(Collectors.toSet()));
        }
    }

    private static Side side(byte[] with) {
        return with.length % 2 == 0 ? Side.CLIENT : Side.SERVER;
    }

    private void offer(@Nullable Input input) {
        if (input != null) {
            session.offer(input);
        }
    }

    private void open() {
        if (range != null && !rangeOpen) {
            rangeOpen = true;
            session.offer(new Input.RangeOpened(range));
            return;
        }
        var id = find(Door.ASKED);
        if (id != null) {
            doors.put(id, Door.OPEN);
            session.offer(new Input.PinholeOpened(id, new Port(50_000 + id.number() % 1000), id.number() % 2 == 0));
        }
    }

    private void refuse() {
        if (range != null && !rangeOpen) {
            session.offer(new Input.RangeRefused(range, PinholeRefusal.NO_FREE_PORT));
            range = null;
            return;
        }
        var id = find(Door.ASKED);
        if (id != null) {
            doors.remove(id);
            session.offer(new Input.PinholeRefused(id, PinholeRefusal.NO_FREE_PORT));
        }
    }

    private void connect() {
        var id = find(Door.OPEN);
        if (id != null) {
            doors.put(id, Door.CONNECTED);
            session.offer(new Input.DataOpened(id, server));
        }
    }

    private boolean endData(DataEnd how) {
        var id = find(Door.CONNECTED);
        if (id == null) {
            return false;
        }
        doors.remove(id);
        unserved.remove(id);
        session.offer(new Input.DataClosed(id, new Moved(10, 20), how));
        return true;
    }

    private @Nullable PinholeId find(Door state) {
        for (var entry : doors.entrySet()) {
            if (entry.getValue() == state) {
                return entry.getKey();
            }
        }
        return null;
    }

    /** Both peers leave, all data ends: nothing is left. */
    void end() {
        session.end(Side.CLIENT, true);
        session.run();
        assertThat(closed).as("a session whose client has reset is closed").isTrue();
        while (endData(DataEnd.CLOSED)) {
            session.run();
        }
        assertThat(doors).as("what is open behind the end").isEmpty();
        // What a data path may still have to tell of a success holds the end for no longer than this.
        session.pass(Duration.ofSeconds(1));
        session.run();
        assertThat(session.ended()).as("the session has ended").isTrue();
        assertThat(ended).as("the end is told").isNotNull();
    }

    @Override
    public void effect(Effect effect) {
        assertThat(ended).as("the end, before %s", effect).isNull();
        switch (effect) {
            case Effect.ForwardToServer(var line) -> {
                sent(line);
                if (tls != null) {
                    tls.toServer(line.text());
                    asked.add(line.text());
                }
                loginUnseen &= !SHOW_THE_LOGIN.matcher(line.text()).lookingAt();
            }
            case Effect.ForwardToClient(var line) -> {
                sent(line);
                if (tls != null) {
                    tls.toClient(line.text());
                }
                if (line.text().startsWith("150") || line.text().startsWith("550")) {
                    // A transfer that went on before that was set up has it now, or had it.
                    unserved.clear();
                }
            }
            case Effect.ReplyToClient(var line) -> {
                sent(line);
                if (tls != null) {
                    tls.toClient(line.text());
                    tls.promised(line.text(), List.copyOf(unserved.values()));
                }
                assertThat(line.text()).doesNotContain(SECRET);
            }
            case Effect.AnswerTelnet(_, var bytes) -> assertThat(bytes).hasSize(3);
            case Effect.OpenPinhole(var request) -> asked(request);
            case Effect.ClosePinhole(var id, _) -> {
                assertThat(doors.remove(id)).as("the pinhole that is closed").isIn(Door.ASKED, Door.OPEN);
                unserved.remove(id);
            }
            case Effect.CutData(var id) -> {
                assertThat(doors.get(id)).as("what is cut").isEqualTo(Door.CONNECTED);
                unserved.remove(id);
            }
            case Effect.SecureData(var id) -> assertThat(doors.get(id)).as("what is secured").isIn(Door.OPEN, Door.CONNECTED);
            case Effect.OpenRange(var request) -> asked(request);
            case Effect.CloseRange(var id, _) -> {
                assertThat(id).as("the range that is closed").isEqualTo(range);
                range = null;
                session.offer(new Input.RangeEnded(id));
            }
            case Effect.SetDeadline(var after) -> assertThat(after.isNegative()).as("a deadline in the past").isFalse();
            case Effect.BecomeOpaque() -> {
                assertThat(policy.tls()).isEqualTo(TlsPolicy.PASSTHROUGH);
                assertThat(range != null && rangeOpen).as("a range is open")
                        .isEqualTo(policy.passiveRanges().contains(FuzzedPolicy.RANGE) && server.ipv4());
                assertOnlyData();
                opaque = true;
            }
            case Effect.Secure(var side) -> ended(effect).begins(side);
            case Effect.Unsecure(var side) -> ended(effect).ends(side);
            case Effect.EndOutput _ -> assertThat(closed).isFalse();
            case Effect.Close _ -> {
                assertThat(closed).as("an earlier close").isFalse();
                assertThat(range).as("the range of a session that is closed").isNull();
                assertOnlyData();
                closed = true;
                if (tls != null) {
                    tls.closed();
                }
            }
            case Effect.Publish(var event) -> published(event);
        }
    }

    private FuzzedTls ended(Effect effect) {
        if (tls == null) {
            throw new AssertionError("TLS that this gateway does not end: " + effect);
        }
        return tls;
    }

    private void sent(FtpLine line) {
        assertThat(closed || opaque).as("closed or opaque, before %s", line).isFalse();
        // The gateway's own lines are longer than the peers' smallest limit.
        var longest = enforces(Fault.LINE_TOO_LONG) ? policy.limits().lineBytes() + 128 : SessionPolicy.MOST_LINE_BYTES;
        Peer.assertWellFormed(line, longest, !enforces(Fault.BARE_CARRIAGE_RETURN), !enforces(Fault.NUL_IN_LINE));
    }

    private void asked(PinholeRequest request) {
        assertThat(loggedIn && !closed && !opaque).as("%s is asked for in a session that is logged in", request).isTrue();
        var passive = request.connects() == Side.CLIENT;
        assertThat(loginUnseen).as("%s is asked for before the server can have shown a login", request).isFalse();
        assertThat(request.expected()).isEqualTo((passive ? client : server).address());
        assertThat(request.listen()).isEqualTo((passive ? gateway : gatewayToServer).address());
        assertThat(request.target().address()).isEqualTo((passive ? server : client).address());
        var low = passive ? Fault.PASSIVE_PORT_BELOW_1024 : Fault.PORT_BELOW_1024;
        assertThat(request.target().port().privileged() && enforces(low)).as("%s leads to a port below 1024", request).isFalse();
        assertThat(request.dialFrom()).isEqualTo((passive ? gatewayToServer : gateway).address());
        assertThat(request.lifetime()).isPositive();
        if (tls == null) {
            assertThat(request.protection()).isEqualTo(DataProtection.CLEAR);
        } else {
            tls.asked(request.protection());
            // A newer one takes the place of those before.
            unserved.clear();
            unserved.put(request.id(), request.protection());
        }
        assertThat(doors.put(request.id(), Door.ASKED)).as("an earlier pinhole of this id").isNull();
        assertThat(doors).hasSizeLessThanOrEqualTo(policy.limits().dataConnections());
    }

    private void asked(RangeRequest request) {
        assertThat(policy.tls()).isEqualTo(TlsPolicy.PASSTHROUGH);
        assertThat(closed || opaque || range != null).as("%s is asked for where none is open", request).isFalse();
        assertThat(request.client()).isEqualTo(client.address());
        assertThat(request.listen()).isEqualTo(gateway.address());
        assertThat(request.server()).isEqualTo(server.address());
        assertThat(request.dialFrom()).isEqualTo(gatewayToServer.address());
        assertThat(request.ports()).isEqualTo(FuzzedPolicy.RANGE.ports());
        assertThat(request.most()).isEqualTo(policy.limits().dataConnections());
        range = request.id();
        rangeOpen = false;
    }

    private boolean enforces(Fault fault) {
        return policy.rules().current().checks().of(fault) == Level.ENFORCE;
    }

    private void published(SessionEvent event) {
        var told = event.toString();
        assertThat(told).doesNotContain(SECRET);
        // A path and a user name stay as they came.
        switch (event) {
            case SessionEvent.TransferBegan _, SessionEvent.TransferEnded _, SessionEvent.LoggedIn _, SessionEvent.LoginRefused _ -> {}
            default -> Peer.assertPrintable(told);
        }
        switch (event) {
            case SessionEvent.LoggedIn _ -> loggedIn = true;
            // What it uses is its own until its data ends, however the client has later data protected.
            case SessionEvent.TransferBegan _ -> {
                transferPrivate |= unserved.values().stream().anyMatch(DataProtection::any);
                unserved.clear();
            }
            case SessionEvent.Cleared() -> {
                assertThat(opaque).as("what is cleared was opaque").isTrue();
                assertThat(range).as("the range of a session that is read").isNull();
                opaque = false;
                loggedIn = true;
                loginUnseen = true;
            }
            case SessionEvent.FaultSeen seen ->
                assertThat(seen.enforced() || !enforces(seen.fault())).as("%s is enforced", seen).isTrue();
            case SessionEvent.Ended end -> {
                assertThat(doors).as("what is open behind the end").isEmpty();
                ended = end;
            }
            default -> {}
        }
    }

    private void assertOnlyData() {
        assertThat(doors.values()).as("only data that moves").allMatch(Door.CONNECTED::equals);
    }

    @Override
    public void unseen(Side from, byte[] bytes) {
        assertThat(opaque).as("bytes pass unseen only in an opaque session").isTrue();
    }

    private static Endpoint endpoint(String address, int port) {
        return new Endpoint(address(address), new Port(port));
    }

    private static InetAddress address(String text) {
        return Objects.requireNonNull(Addresses.parse(text));
    }
}
