package dev.sallyport.proxy;

import dev.sallyport.datapath.DataPath;
import dev.sallyport.datapath.PinholeOwner;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Side;
import dev.sallyport.session.Effect;
import dev.sallyport.session.EndReason;
import dev.sallyport.session.Input;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEngine;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionHost;
import dev.sallyport.session.SessionId;
import dev.sallyport.session.SessionObserver;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.Tally;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one session: offers lines to the engine and carries out its effects.
 *
 * <p>Both control channels live on the client channel's event loop and everything here runs there, so no field needs a lock;
 * {@link #deliver} may be called from anywhere. A channel reads until something has come that the engine does not accept yet, or
 * that would lead to what there is no room for: this is the whole of the back-pressure.
 */
final class ControlSession implements PinholeOwner {

    private static final Logger LOG = LoggerFactory.getLogger(ControlSession.class);

    private final SessionContext context;
    private final Tally tally;
    private final SessionEngine engine;
    private final DataPath dataPath;
    private final SessionObserver observer;
    private final Runnable onEnd;
    private final EventLoop loop;

    private final ControlConnections connections;
    private final ArrayDeque<Input> inputs = new ArrayDeque<>(2);
    /** While it is not known what is spoken here; null when it is FTP or nobody asks. */
    private @Nullable Probing probing;
    /** While what passes unseen is the client's alone; null when the server has spoken, or nothing passes unseen. */
    private @Nullable UnheardServer unheard;
    private boolean running;
    /** Whether the last run led to anything that was sent there. */
    private boolean sentToClient;
    private boolean sentToServer;
    /** What is carried unseen; null while lines are read. */
    private @Nullable UnseenBytes unseen;
    private boolean closed;
    private @Nullable ScheduledFuture<?> deadline;

    ControlSession(
            SessionContext context,
            SessionPolicy policy,
            SessionHost host,
            Channel client,
            DataPath dataPath,
            SessionObserver observer,
            Runnable onEnd) {
        this.context = context;
        this.tally = observer.tally(context);
        this.engine = new SessionEngine(context, policy, host, tally, System.nanoTime());
        this.dataPath = dataPath;
        this.observer = observer;
        this.onEnd = onEnd;
        this.loop = client.eventLoop();
        this.connections = new ControlConnections(
                new ControlChannel(client), new Inbound(policy.lineLimits()), new Inbound(policy.lineLimits()));
    }

    /** What is spoken is to be found out first. Called before {@link #begin}. @param pass whether others than FTP pass unseen */
    void probe(boolean pass) {
        probing = new Probing(pass);
    }

    /** Attaches the client's channel. Until the server's is connected too, the dialer's time limit bounds the wait. */
    void begin() {
        connections.client().channel().pipeline().addLast("session", new ControlChannelHandler(this, Side.CLIENT));
        publish(new SessionEvent.Arrived());
        run();
    }

    /** The server's channel is connected. */
    void serverConnected(Channel channel, Endpoint gateway, Endpoint endpoint) {
        if (closed) {
            channel.close();
            return;
        }
        connections.serverConnected(channel);
        channel.pipeline().addLast("session", new ControlChannelHandler(this, Side.SERVER));
        deliver(new Input.ServerConnected(gateway, endpoint));
    }

    SessionId id() {
        return context.id();
    }

    @Override
    public EventLoop eventLoop() {
        return loop;
    }

    @Override
    public void deliver(Input input) {
        if (!loop.inEventLoop()) {
            loop.execute(() -> deliver(input));
            return;
        }
        inputs.add(input);
        if (!running) {
            run();
        }
    }

    // ---- What the channels report ----

    void read(Side side, ByteBuf bytes) {
        if (closed) {
            return;
        }
        if (unseen != null) {
            if (unheard != null) {
                listen(unheard, side, bytes);
            } else {
                passOn(side, bytes);
            }
            return;
        }
        var readNanos = System.nanoTime();
        if (probing != null) {
            probe(probing.saw(side, bytes));
        } else {
            connections.inbound(side).add(bytes);
        }
        if (!running) {
            run();
            if (side == Side.CLIENT ? sentToServer : sentToClient) {
                tally.delay(side.other(), System.nanoTime() - readNanos);
            }
        }
    }

    private void passOn(Side side, ByteBuf bytes) {
        var carried = unseen;
        var to = connections.channel(side.other());
        if (to == null || carried == null) {
            return;
        }
        var happened = carried.pass(side, bytes, to, connections.inbound(side));
        to.flush();
        if (happened instanceof Input.Cleared) {
            unseen = null;
        }
        deliver(happened);
    }

    /** What passes unseen while only the client has spoken. */
    private void listen(UnheardServer awaited, Side side, ByteBuf bytes) {
        switch (awaited.saw(side, bytes)) {
            case PASS -> passOn(side, bytes);
            case HOLD -> throttle();
            case FTP -> deliver(new Input.NotFtp(false));
            case OTHER -> {
                unheard = null;
                connections.send(Side.SERVER, awaited.held());
                passOn(side, bytes);
            }
        }
    }

    private void probe(Probing.Finding finding) {
        switch (finding) {
            case Probing.Finding.Unknown() -> {}
            case Probing.Finding.Greeting(var greeting) -> receive(Side.SERVER, greeting);
            case Probing.Finding.Question(var line) -> connections.send(Side.SERVER, line);
            case Probing.Finding.Answer(var answer) -> {
                connections.send(Side.CLIENT, answer);
                if (probing != null) {
                    probe(probing.again());
                }
            }
            case Probing.Finding.Ftp(var fromClient, var fromServer) -> {
                probing = null;
                receive(Side.CLIENT, fromClient);
                receive(Side.SERVER, fromServer);
            }
            case Probing.Finding.Other(var pass, var silent, var fromClient, var fromServer) -> {
                probing = null;
                unseen = pass && connections.server() != null ? UnseenBytes.ofAnotherProtocol() : null;
                inputs.add(new Input.NotFtp(unseen != null));
                if (unseen != null) {
                    unheard = silent ? new UnheardServer() : null;
                    read(Side.SERVER, Unpooled.wrappedBuffer(fromServer));
                    read(Side.CLIENT, Unpooled.wrappedBuffer(fromClient));
                }
            }
        }
    }

    private void receive(Side side, byte[] bytes) {
        if (bytes.length > 0) {
            connections.inbound(side).add(Unpooled.wrappedBuffer(bytes));
        }
    }

    void inputEnded(Side side, boolean reset) {
        var inbound = connections.inbound(side);
        if (inbound.ended && !reset || inbound.told) {
            return;
        }
        inbound.ended = true;
        inbound.reset |= reset;
        if (!running) {
            run();
        }
    }

    void writabilityChanged() {
        if (!running) {
            run();
        }
    }

    // ---- The engine ----

    private void run() {
        running = true;
        try {
            for (var input = next(); input != null; input = next()) {
                carryOut(input);
            }
        } catch (RuntimeException | Error bug) {
            LOG.error("session={} error in the gateway, the session ends", context.id(), bug);
            abandon();
        } finally {
            running = false;
        }
        sentToClient = connections.flush(Side.CLIENT);
        sentToServer = connections.flush(Side.SERVER);
        throttle();
    }

    /** What has happened, oldest first; then the client's lines, then one line of the server, as far as they are accepted. */
    private @Nullable Input next() {
        var input = inputs.poll();
        if (input != null || closed) {
            return input;
        }
        if (probing == null && open(Side.CLIENT)) {
            input = connections.next(Side.CLIENT);
        }
        if (input == null && open(Side.SERVER)) {
            input = connections.next(Side.SERVER);
        }
        if (input == null) {
            input = end(Side.SERVER);
        }
        return input != null ? input : end(Side.CLIENT);
    }

    private @Nullable Input end(Side side) {
        var inbound = connections.inbound(side);
        if (unseen != null && inbound.ended) {
            // Clear text that waits for the other side to leave TLS waits in vain.
            inbound.discard();
        }
        return connections.end(side);
    }

    /** Whether a line from this side can be handled: the engine takes it, and there is room for what it leads to. */
    private boolean open(Side side) {
        return engine.accepts(side) && connections.roomFor(side);
    }

    private void carryOut(Input input) {
        var effects = engine.handle(input, System.nanoTime());
        for (var i = 0; i < effects.size(); i++) {
            carryOut(effects.get(i));
        }
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case Effect.ForwardToServer(var line) -> connections.send(Side.SERVER, line);
            case Effect.ForwardToClient(var line) -> connections.send(Side.CLIENT, line);
            case Effect.ReplyToClient(var line) -> connections.send(Side.CLIENT, line);
            case Effect.AnswerTelnet(var side, var bytes) -> connections.send(side, bytes);
            case Effect.OpenPinhole(var request) -> dataPath.open(request, this);
            case Effect.ClosePinhole(var pinhole, var presumedUsed) -> dataPath.close(pinhole, presumedUsed);
            case Effect.CutData(var pinhole) -> dataPath.cut(pinhole);
            case Effect.OpenRange(var request) -> dataPath.openRange(request, this);
            case Effect.CloseRange(var range, var cut) -> dataPath.closeRange(range, cut);
            case Effect.SetDeadline(var after) -> setDeadline(after);
            case Effect.BecomeOpaque() -> becomeOpaque();
            case Effect.EndOutput(var side) -> connections.endOutput(side);
            case Effect.Close(var reset) -> close(reset);
            case Effect.Publish(var event) -> publish(event);
        }
    }

    private void publish(SessionEvent event) {
        try {
            observer.observe(context, event);
        } finally {
            if (event instanceof SessionEvent.Ended) {
                end();
            }
        }
    }

    /** Not before its last event: a closed session may still have to give up what it awaits. */
    private void end() {
        if (deadline != null) {
            deadline.cancel(false);
        }
        onEnd.run();
    }

    private void setDeadline(Duration after) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        deadline = loop.schedule(() -> deliver(new Input.DeadlineReached()), after.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void becomeOpaque() {
        unseen = UnseenBytes.ofTls();
        // RFC 4217 lets nothing follow AUTH before the handshake; what did is dropped (CVE-2011-1575).
        for (var side : Side.values()) {
            if (connections.inbound(side).discard() > 0) {
                inputs.add(new Input.ClearBytesDiscarded(side));
            }
        }
    }

    private void close(boolean reset) {
        closed = true;
        connections.close(reset);
    }

    /** After an error of our own: the engine may close its pinholes and say goodbye; if it cannot, the connections are cut. */
    private void abandon() {
        inputs.clear();
        try {
            if (!engine.ended()) {
                carryOut(new Input.KillRequested(EndReason.INTERNAL_ERROR));
            }
        } catch (RuntimeException | Error again) {
            LOG.error("session={} error while ending the session, its connections are cut", context.id(), again);
            close(true);
            publish(new SessionEvent.Ended(EndReason.INTERNAL_ERROR, "", Duration.ZERO, 0, 0, 0, 0));
        }
    }

    /** Reads from each side until something has come that cannot be handled yet. */
    private void throttle() {
        if (closed) {
            return;
        }
        connections.reading(Side.CLIENT, wanted(Side.CLIENT));
        connections.reading(Side.SERVER, wanted(Side.SERVER));
    }

    private boolean wanted(Side side) {
        if (unseen != null) {
            var to = connections.channel(side.other());
            return to != null && to.writable() && !connections.inbound(side).pending()
                    && (side == Side.SERVER || unheard == null || !unheard.holds());
        }
        return (probing == null || connections.server() != null) && !connections.inbound(side).pending();
    }
}
