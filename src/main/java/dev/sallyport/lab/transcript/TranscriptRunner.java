package dev.sallyport.lab.transcript;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.Side;
import dev.sallyport.lab.OfflineSession;
import dev.sallyport.rules.Armed;
import dev.sallyport.rules.RuleSet;
import dev.sallyport.rules.limit.Limits;
import dev.sallyport.session.Effect;
import dev.sallyport.session.Input;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionHost;
import dev.sallyport.session.SessionId;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Runs transcripts. The data path is imagined: it opens pinhole {@code n} at port 50000 + n at once, and a range too, unless a
 * {@code D:} line says otherwise.
 */
public final class TranscriptRunner implements OfflineSession.Outlet {

    /** How the bytes of a transcript arrive. */
    public enum Delivery {
        /** Line by line, as written. */
        WHOLE,
        /** Line by line, in segments of one byte. */
        BYTE_BY_BYTE,
        /**
         * As from a client that sends ahead and a server that lags: of lines that follow each other in a block, the client's
         * go in as one segment, and a line of the server comes whenever the engine takes no more of the client's.
         */
        PIPELINED
    }

    /**
     * What came out.
     *
     * @param blocks the lines of each block
     * @param toServer all bytes to the server
     * @param toClient all bytes to the client
     * @param doors the lines that open, close and cut pinholes and ranges, in order
     */
    public record Outcome(List<List<String>> blocks, byte[] toServer, byte[] toClient, List<String> doors) {}

    static final SessionId SESSION = new SessionId(1);
    private static final int FIRST_PORT = 50_000;
    private static final long MINUTES_OF_WEEK = TimeUnit.DAYS.toMinutes(7);

    private final Transcript transcript;
    private final Delivery delivery;
    private final OfflineSession session;
    private Armed armed;

    private final ByteArrayOutputStream toServer = new ByteArrayOutputStream();
    private final ByteArrayOutputStream toClient = new ByteArrayOutputStream();
    private final List<String> doors = new ArrayList<>();
    private List<String> lines = new ArrayList<>();

    /** What the data path will answer when a pinhole or a range is asked for; nothing for those in {@link #held}. */
    private final Map<Record, Input> answers = new HashMap<>();

    private final Set<Record> held = new HashSet<>();
    private final Set<Record> asked = new HashSet<>();

    private TranscriptRunner(Transcript transcript, Delivery delivery) {
        this.transcript = transcript;
        this.delivery = delivery;
        var scenario = transcript.scenario();
        var context = new SessionContext(SESSION, scenario.client(), scenario.gateway(), scenario.gatewayName());
        var host = new SessionHost(new Limits(), (_, now) -> minuteOfWeek(scenario, now), scenario.ownAddresses()::contains);
        this.armed = scenario.policy().rules().current();
        this.session = new OfflineSession(context, scenario.policy().withRules(() -> armed), host, this);
    }

    public static Outcome run(Transcript transcript, Delivery delivery) {
        return new TranscriptRunner(transcript, delivery).outcome();
    }

    private Outcome outcome() {
        begin();
        var blocks = new ArrayList<List<String>>();
        for (var block : transcript.blocks()) {
            lines = new ArrayList<>();
            for (var step : block.steps()) {
                step(step);
            }
            session.run();
            blocks.add(lines);
        }
        if (!session.ended()) {
            for (var side : Side.values()) {
                if (session.waiting(side)) {
                    lines.add("unread from " + side.word());
                }
            }
        }
        return new Outcome(blocks, toServer.toByteArray(), toClient.toByteArray(), doors);
    }

    /** Brings the session to where the transcript begins and forgets what came out on the way. */
    private void begin() {
        var scenario = transcript.scenario();
        var start = scenario.start();
        if (start.compareTo(Scenario.Start.SERVER_CONNECTED) >= 0) {
            session.offer(new Input.ServerConnected(scenario.gatewayToServer(), scenario.server()));
        }
        if (start.compareTo(Scenario.Start.GREETED) >= 0) {
            receive(Side.SERVER, "220 Ready");
        }
        if (start.compareTo(Scenario.Start.LOGGED_IN) >= 0) {
            receive(Side.CLIENT, "USER " + scenario.user());
            receive(Side.SERVER, "331 Password");
            receive(Side.CLIENT, "PASS demo");
            receive(Side.SERVER, "230 Welcome");
        }
        session.run();
        toServer.reset();
        toClient.reset();
    }

    /** The session's clock stands at zero when the conversation begins; one zone is like another. */
    private static int minuteOfWeek(Scenario scenario, long nowNanos) {
        return (int) ((scenario.minuteOfWeek() + TimeUnit.NANOSECONDS.toMinutes(nowNanos)) % MINUTES_OF_WEEK);
    }

    private void receive(Side from, String line) {
        session.receive(from, (line + "\r\n").getBytes(US_ASCII));
    }

    private void step(Step step) {
        if (!(step instanceof Step.Bytes)) {
            session.run();
        }
        switch (step) {
            case Step.Bytes(var from, var bytes) -> bytes(from, bytes);
            case Step.Hold(var door) -> held.add(door);
            case Step.Answered(var door, var answer) -> answer(door, answer);
            case Step.Happens(var input) -> session.offer(input);
            case Step.Ends(var side, var reset) -> session.end(side, reset);
            case Step.Reloads(var rules) -> reload(rules);
            case Step.Passes(var time) -> session.pass(time);
        }
        if (!(step instanceof Step.Bytes && delivery == Delivery.PIPELINED)) {
            session.run();
        }
    }

    private void reload(RuleSet rules) {
        armed = new Armed(rules, rules.text().checks().with(transcript.scenario().checks()), armed.generation() + 1);
    }

    private void bytes(Side from, byte[] bytes) {
        if (delivery != Delivery.BYTE_BY_BYTE) {
            session.receive(from, bytes);
            return;
        }
        for (var b : bytes) {
            session.receive(from, new byte[] {b});
            session.run();
        }
    }

    private void answer(Record door, Input answer) {
        if (asked.contains(door)) {
            session.offer(answer);
        } else {
            answers.put(door, answer);
        }
    }

    @Override
    public void effect(Effect effect) {
        var line = EffectText.of(effect);
        if (line != null) {
            lines.add(line);
        }
        switch (effect) {
            case Effect.ForwardToServer(var sent) -> send(toServer, sent);
            case Effect.ForwardToClient(var sent) -> send(toClient, sent);
            case Effect.ReplyToClient(var sent) -> send(toClient, sent);
            case Effect.AnswerTelnet(var side, var sent) -> (side == Side.CLIENT ? toClient : toServer).writeBytes(sent);
            case Effect.OpenPinhole(var request) -> {
                note(effect);
                var id = request.id();
                opening(id, new Input.PinholeOpened(id, new Port(FIRST_PORT + id.number())));
            }
            case Effect.OpenRange(var request) -> {
                note(effect);
                opening(request.id(), new Input.RangeOpened(request.id()));
            }
            case Effect.ClosePinhole _, Effect.CutData _, Effect.SecureData _ -> note(effect);
            case Effect.CloseRange(var id, _) -> {
                note(effect);
                if (!held.contains(new Step.DataOf(id))) {
                    session.offer(new Input.RangeEnded(id));
                }
            }
            case Effect.SetDeadline _, Effect.BecomeOpaque _, Effect.Secure _, Effect.Unsecure _, Effect.EndOutput _, Effect.Close _, Effect.Publish _ -> {}
        }
    }

    @Override
    public void unseen(Side from, byte[] bytes) {
        var begun = EffectText.unseen(from, new byte[0]);
        if (!lines.isEmpty() && lines.getLast().startsWith(begun)) {
            // An opaque connection has no lines: what one side sends in a row is shown as one.
            lines.add(lines.removeLast() + EffectText.unseen(from, bytes).substring(begun.length()));
        } else {
            lines.add(EffectText.unseen(from, bytes));
        }
        (from == Side.CLIENT ? toServer : toClient).writeBytes(bytes);
    }

    private void note(Effect effect) {
        doors.add(String.valueOf(EffectText.of(effect)));
    }

    private void opening(Record door, Input usual) {
        asked.add(door);
        if (!held.contains(door)) {
            session.offer(answers.getOrDefault(door, usual));
        }
    }

    private static void send(ByteArrayOutputStream to, FtpLine line) {
        to.writeBytes(line.wire());
    }
}
