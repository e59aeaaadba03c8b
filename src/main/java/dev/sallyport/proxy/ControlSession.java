package dev.sallyport.proxy;

import dev.sallyport.datapath.DataPath;
import dev.sallyport.datapath.PinholeOwner;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Side;
import dev.sallyport.session.Effect;
import dev.sallyport.session.EndReason;
import dev.sallyport.session.Input;
import dev.sallyport.session.Intake;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEngine;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionHost;
import dev.sallyport.session.SessionId;
import dev.sallyport.session.SessionObserver;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.SessionWatch;
import dev.sallyport.session.Tally;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
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

    private static final long HELD = -1;

    private final SessionContext context;
    private final Tally tally;
    private final SessionEngine engine;
    private final DataPath dataPath;
    private final SessionWatch watch;
    private final SessionTls tls;
    private final Duration handshakeLimit;
    private final Runnable onEnd;
    private final EventLoop loop;

    private final ControlConnections connections;
    private final Intake intake;
    private final UnreadBytes unread;
    /** Made once: it is asked for each line. */
    private final Predicate<Side> open = this::open;
    private boolean running;
    /** Whether the last run led to anything that was sent there. */
    private boolean sentToClient;
    private boolean sentToServer;
    /** How long what came last from the client took to go on, until something comes back; {@link #HELD} when it did not at once. */
    private long commandTookNanos = HELD;
    private @Nullable ScheduledFuture<?> deadline;

    ControlSession(
            SessionContext context,
            SessionPolicy policy,
            SessionHost host,
            Channel client,
            SessionTls tls,
            DataPath dataPath,
            SessionObserver observer,
            Runnable onEnd) {
        this.context = context;
        this.watch = observer.watch(context);
        this.tally = watch.tally();
        this.engine = new SessionEngine(context, policy, host, tally, System.nanoTime());
        this.tls = tls;
        this.handshakeLimit = policy.timeouts().greeting();
        this.dataPath = dataPath;
        this.onEnd = onEnd;
        this.loop = client.eventLoop();
        this.connections = new ControlConnections(new ControlChannel(client));
        this.intake = new Intake(policy.lineLimits());
        this.unread = new UnreadBytes(connections, intake);
    }

    /** What is spoken is to be found out first. Called before {@link #begin}. @param pass whether others than FTP pass unseen */
    void probe(boolean pass) {
        unread.probe(pass);
    }

    /** Attaches the client's channel. Until the server's is connected too, the dialer's time limit bounds the wait. */
    void begin() {
        connections.client().channel().pipeline().addLast("session", new ControlChannelHandler(this, Side.CLIENT));
        publish(new SessionEvent.Arrived());
        carryOut(engine.begin());
        run();
    }

    /** The server's channel is connected. */
    void serverConnected(Channel channel, Endpoint gateway, Endpoint endpoint) {
        if (intake.closed()) {
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
    public SessionTls tls() {
        return tls;
    }

    @Override
    public void deliver(Input input) {
        if (!loop.inEventLoop()) {
            loop.execute(() -> deliver(input));
            return;
        }
        intake.add(input);
        if (!running) {
            run();
        }
    }

    // ---- What the channels report ----

    void read(Side side, ByteBuf bytes) {
        if (intake.closed()) {
            return;
        }
        var readNanos = System.nanoTime();
        var unseen = unread.unseen();
        unread.take(side, bytes);
        if (!running) {
            // What is passed on unseen may have led to a run already.
            run(unseen ? System.nanoTime() : readNanos);
            if (!unseen) {
                took(side, readNanos);
            }
        }
    }

    /** A round trip: what is read from the client and goes on, and what comes back next and goes on. */
    private void took(Side from, long readNanos) {
        if (from == Side.CLIENT) {
            commandTookNanos = sentToServer ? System.nanoTime() - readNanos : HELD;
        } else if (commandTookNanos != HELD) {
            if (sentToClient) {
                tally.roundTrip(commandTookNanos + System.nanoTime() - readNanos);
            }
            commandTookNanos = HELD;
        }
    }

    void inputEnded(Side side, boolean reset) {
        unread.end(side, reset);
        if (!running) {
            run();
        }
    }

    /** TLS with one side has ended, by its word too. @param removal takes TLS away; what has come behind it in clear is read then */
    void unsecured(Side side, Runnable removal) {
        intake.drop(side);
        intake.add(new Input.Unsecured(side));
        connections.unsecured(side);
        removal.run();
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
        run(System.nanoTime());
    }

    /** @param nowNanos when the first of what there is came */
    private void run(long nowNanos) {
        running = true;
        try {
            var input = intake.next(open);
            for (var first = true; input != null; first = false) {
                carryOut(input, first ? nowNanos : System.nanoTime());
                input = intake.next(open);
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

    /** Whether a line from this side can be handled: the engine takes it, and there is room for what it leads to. */
    private boolean open(Side side) {
        return (side == Side.SERVER || !unread.probing()) && engine.accepts(side) && connections.roomFor(side);
    }

    private void carryOut(Input input, long nowNanos) {
        carryOut(engine.handle(input, nowNanos));
    }

    private void carryOut(List<Effect> effects) {
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
            case Effect.SecureData(var pinhole) -> dataPath.secure(pinhole);
            case Effect.OpenRange(var request) -> dataPath.openRange(request, this);
            case Effect.CloseRange(var range, var cut) -> dataPath.closeRange(range, cut);
            case Effect.SetDeadline(var after) -> setDeadline(after);
            case Effect.BecomeOpaque() -> intake.becomeOpaque();
            case Effect.Secure(var side) -> {
                connections.secure(side, channel -> new ControlTls(this, side, tls, channel, handshakeLimit));
                intake.drop(side);
            }
            case Effect.Unsecure(var side) -> {
                connections.leaveTls(side);
                intake.drop(side);
            }
            case Effect.EndOutput(var side) -> connections.endOutput(side);
            case Effect.Close(var reset) -> close(reset);
            case Effect.Publish(var event) -> publish(event);
        }
    }

    private void publish(SessionEvent event) {
        try {
            watch.observe(event);
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
        tls.close();
        onEnd.run();
    }

    private void setDeadline(Duration after) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        deadline = loop.schedule(() -> deliver(new Input.DeadlineReached()), after.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void close(boolean reset) {
        intake.close();
        connections.close(reset, intake.ended(Side.CLIENT));
    }

    /** After an error of our own: the engine may close its pinholes and say goodbye; if it cannot, the connections are cut. */
    private void abandon() {
        intake.forget();
        try {
            if (!engine.ended()) {
                carryOut(new Input.KillRequested(EndReason.INTERNAL_ERROR), System.nanoTime());
            }
        } catch (RuntimeException | Error again) {
            LOG.error("session={} error while ending the session, its connections are cut", context.id(), again);
            close(true);
            publish(new SessionEvent.Ended(EndReason.INTERNAL_ERROR, "", Duration.ZERO, 0, 0, 0, 0));
        }
    }

    /** Reads from each side until something has come that cannot be handled yet. */
    private void throttle() {
        if (intake.closed()) {
            return;
        }
        connections.reading(Side.CLIENT, unread.wanted(Side.CLIENT));
        connections.reading(Side.SERVER, unread.wanted(Side.SERVER));
    }
}
