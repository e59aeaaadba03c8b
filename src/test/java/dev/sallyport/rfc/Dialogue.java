package dev.sallyport.rfc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.Side;
import dev.sallyport.lab.OfflineSession;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.Effect;
import dev.sallyport.session.Input;
import dev.sallyport.session.Moved;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.PinholeRequest;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionId;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.Transfer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A session under test: lines go in, and what comes out is kept until it is asked for. The data path is imagined: it opens
 * pinhole {@code n} at port 50000 + n.
 */
final class Dialogue implements OfflineSession.Outlet {

    static final Endpoint CLIENT = endpoint("192.0.2.10", 40_000);
    static final Endpoint GATEWAY = endpoint("203.0.113.1", 21);
    static final Endpoint GATEWAY_TO_SERVER = endpoint("198.51.100.1", 45_000);
    static final Endpoint SERVER = endpoint("198.51.100.20", 21);
    /** Where data connections come from. */
    private static final Endpoint SOURCE = endpoint("198.51.100.20", 20);

    static final Endpoint CLIENT6 = endpoint("2001:db8:c::10", 40_000);
    static final Endpoint GATEWAY6 = endpoint("2001:db8:c::1", 21);
    static final Endpoint GATEWAY_TO_SERVER6 = endpoint("2001:db8:5::1", 45_000);
    static final Endpoint SERVER6 = endpoint("2001:db8:5::20", 21);

    /** What the server answers to PASV. */
    static final String PASSIVE = "227 Entering Passive Mode (198,51,100,20,195,80)";

    private static final SessionId SESSION = new SessionId(1);
    private static final int FIRST_PORT = 50_000;

    private final OfflineSession session;
    private final List<String> toServer = new ArrayList<>();
    private final List<String> toClient = new ArrayList<>();

    /** What the data path was asked for, in order: pinhole 1 is the first. */
    final List<PinholeRequest> pinholes = new ArrayList<>();

    /** The numbers of the pinholes that were closed. */
    final List<Integer> closed = new ArrayList<>();

    final List<Fault> faults = new ArrayList<>();
    final List<SessionEvent> events = new ArrayList<>();
    final List<Transfer> transfers = new ArrayList<>();

    /** Whether both control connections were closed. */
    boolean controlClosed;

    private Dialogue(Endpoint client, Endpoint gateway, SessionPolicy policy) {
        session = new OfflineSession(new SessionContext(SESSION, client, gateway), policy, this);
    }

    /** A client and a server that are connected; the server has not greeted. */
    static Dialogue connected(Endpoint client, Endpoint gateway, Endpoint toServer, Endpoint server, SessionPolicy policy) {
        var dialogue = new Dialogue(client, gateway, policy);
        dialogue.happens(new Input.ServerConnected(toServer, server));
        return dialogue;
    }

    static Dialogue connected() {
        return connected(CLIENT, GATEWAY, GATEWAY_TO_SERVER, SERVER, SessionPolicy.DEFAULT);
    }

    static Dialogue greeted() {
        return connected().greet();
    }

    static Dialogue loggedIn() {
        return loggedIn(SessionPolicy.DEFAULT);
    }

    static Dialogue loggedIn(SessionPolicy policy) {
        return connected(CLIENT, GATEWAY, GATEWAY_TO_SERVER, SERVER, policy).greet().logIn();
    }

    static Dialogue loggedInOverIpv6() {
        return connected(CLIENT6, GATEWAY6, GATEWAY_TO_SERVER6, SERVER6, SessionPolicy.DEFAULT).greet().logIn();
    }

    /** Logged in, with pinhole 1 open. */
    static Dialogue passive() {
        return loggedIn().client("PASV").server(PASSIVE).forget();
    }

    /** In the middle of a download through pinhole 1. */
    static Dialogue transferring() {
        return passive().client("RETR x").dataOpened(1).server("150 Here it comes").forget();
    }

    Dialogue greet() {
        server("220 Ready");
        forget();
        return this;
    }

    Dialogue logIn() {
        client("USER demo").server("331 Password").client("PASS demo").server("230 Welcome");
        forget();
        return this;
    }

    /** Forgets the lines that have come out. */
    Dialogue forget() {
        toServer.clear();
        toClient.clear();
        return this;
    }

    // ---- What happens ----

    Dialogue client(String... lines) {
        return bytes(Side.CLIENT, String.join("\r\n", lines) + "\r\n");
    }

    Dialogue server(String... lines) {
        return bytes(Side.SERVER, String.join("\r\n", lines) + "\r\n");
    }

    /** One segment; one byte for each character. */
    Dialogue bytes(Side from, String bytes) {
        session.receive(from, bytes.getBytes(ISO_8859_1));
        session.run();
        return this;
    }

    Dialogue happens(Input input) {
        session.offer(input);
        session.run();
        return this;
    }

    Dialogue dataOpened(int pinhole) {
        return happens(new Input.DataOpened(id(pinhole), SOURCE));
    }

    Dialogue dataClosed(int pinhole, long bytesToClient, long bytesToServer) {
        return happens(new Input.DataClosed(id(pinhole), new Moved(bytesToClient, bytesToServer), DataEnd.CLOSED));
    }

    Dialogue ends(Side side) {
        session.end(side, false);
        session.run();
        return this;
    }

    Dialogue pass(Duration time) {
        session.pass(time);
        return this;
    }

    // ---- What came of it ----

    /** The lines sent to the server since the last call, their CRLF left out. */
    List<String> toServer() {
        return drain(toServer);
    }

    /** The lines sent to the client since the last call, the server's and our own, their CRLF left out. */
    List<String> toClient() {
        return drain(toClient);
    }

    boolean ended() {
        return session.ended();
    }

    static PinholeId id(int pinhole) {
        return new PinholeId(SESSION, pinhole);
    }

    static Endpoint endpoint(String address, int port) {
        return new Endpoint(Objects.requireNonNull(Addresses.parse(address), address), new Port(port));
    }

    @Override
    public void effect(Effect effect) {
        switch (effect) {
            case Effect.ForwardToServer(var line) -> toServer.add(text(line));
            case Effect.ForwardToClient(var line) -> toClient.add(text(line));
            case Effect.ReplyToClient(var line) -> toClient.add(text(line));
            case Effect.AnswerTelnet(var side, var bytes) ->
                (side == Side.CLIENT ? toClient : toServer).add(new String(bytes, ISO_8859_1));
            case Effect.OpenPinhole(var request) -> {
                pinholes.add(request);
                session.offer(new Input.PinholeOpened(request.id(), new Port(FIRST_PORT + request.id().number())));
            }
            case Effect.ClosePinhole(var id, _) -> closed.add(id.number());
            case Effect.Close _ -> controlClosed = true;
            case Effect.Publish(var event) -> published(event);
            case Effect.OpenRange _, Effect.CloseRange _ -> throw new AssertionError("no range is declared, and yet " + effect);
            case Effect.CutData _, Effect.SecureData _, Effect.SetDeadline _, Effect.BecomeOpaque _, Effect.EndOutput _, Effect.Secure _,
                    Effect.Unsecure _ -> {}
        }
    }

    private void published(SessionEvent event) {
        events.add(event);
        if (event instanceof SessionEvent.FaultSeen(_, var fault, _, _)) {
            faults.add(fault);
        } else if (event instanceof SessionEvent.TransferEnded(var transfer)) {
            transfers.add(transfer);
        }
    }

    @Override
    public void unseen(Side from, byte[] bytes) {
        throw new AssertionError("no dialogue here becomes opaque");
    }

    private static String text(FtpLine line) {
        var wire = new String(line.wire(), ISO_8859_1);
        assertThat(wire).endsWith("\r\n");
        return wire.substring(0, wire.length() - 2);
    }

    private static List<String> drain(List<String> lines) {
        var drained = List.copyOf(lines);
        lines.clear();
        return drained;
    }
}
