package dev.sallyport.proxy;

import dev.sallyport.datapath.DataPath;
import dev.sallyport.datapath.PinholeOwner;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Received;
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
import java.util.EnumSet;
import java.util.Objects;
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

    private static final Input OPAQUE_MOVED = new Input.OpaqueMoved();

    private final SessionContext context;
    private final SessionEngine engine;
    private final DataPath dataPath;
    private final SessionObserver observer;
    private final Tally tally;
    private final Runnable onEnd;
    private final EventLoop loop;

    private final ControlChannel client;
    private @Nullable ControlChannel server;
    private final Inbound fromClient;
    private final Inbound fromServer;
    private final ArrayDeque<Input> inputs = new ArrayDeque<>(2);
    /** Whom lines of the other one were passed on to since something was read last. */
    private final EnumSet<Side> passedOnTo = EnumSet.noneOf(Side.class);
    /** While it is not known what is spoken here; null when it is FTP or nobody asks. */
    private @Nullable Probing probing;
    /** How many of the lines that the engine will forward the client has been sent already, when it was not known what they were. */
    private int linesSent;
    private boolean running;
    private boolean opaque;
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
        this.client = new ControlChannel(client);
        this.fromClient = new Inbound(policy.lineLimits());
        this.fromServer = new Inbound(policy.lineLimits());
    }

    /** What is spoken is to be found out first. Called before {@link #begin}. @param pass whether others than FTP pass unseen */
    void probe(boolean pass) {
        probing = new Probing(pass);
    }

    /** Attaches the client's channel. Until the server's is connected too, the dialer's time limit bounds the wait. */
    void begin() {
        client.channel().pipeline().addLast("session", new ControlChannelHandler(this, Side.CLIENT));
        publish(new SessionEvent.Arrived());
        run();
    }

    /** The server's channel is connected. */
    void serverConnected(Channel channel, Endpoint gateway, Endpoint endpoint) {
        if (closed) {
            channel.close();
            return;
        }
        server = new ControlChannel(channel);
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
        if (opaque) {
            var to = channel(side.other());
            if (to != null) {
                to.write(bytes);
                to.flush();
                deliver(OPAQUE_MOVED);
            }
            return;
        }
        var readNanos = System.nanoTime();
        if (probing != null) {
            probe(probing, side, bytes);
        } else {
            inbound(side).add(bytes);
        }
        if (!running) {
            passedOnTo.clear();
            run();
            if (passedOnTo.contains(side.other())) {
                tally.delay(side.other(), System.nanoTime() - readNanos);
            }
        }
    }

    private void probe(Probing asked, Side side, ByteBuf bytes) {
        switch (asked.saw(side, bytes)) {
            case Probing.Finding.Unknown(var greeting) -> client.append(greeting);
            case Probing.Finding.Ftp(var fromClient, var fromServer, var greetingLines) -> {
                probing = null;
                linesSent = greetingLines;
                inbound(Side.CLIENT).add(Unpooled.wrappedBuffer(fromClient));
                inbound(Side.SERVER).add(Unpooled.wrappedBuffer(fromServer));
            }
            case Probing.Finding.Other(var pass, var fromClient, var fromServer) -> {
                probing = null;
                opaque = pass && server != null;
                if (opaque) {
                    client.append(fromServer);
                    Objects.requireNonNull(server).append(fromClient);
                }
                inputs.add(new Input.NotFtp(opaque));
            }
        }
    }

    void inputEnded(Side side, boolean reset) {
        var inbound = inbound(side);
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
        client.flush();
        if (server != null) {
            server.flush();
        }
        throttle();
    }

    /** What has happened, oldest first; then the client's lines, then one line of the server, as far as they are accepted. */
    private @Nullable Input next() {
        var input = inputs.poll();
        if (input != null || closed) {
            return input;
        }
        if (probing == null && open(Side.CLIENT)) {
            var received = fromClient.next();
            if (received != null) {
                return asInput(Side.CLIENT, received);
            }
        }
        if (open(Side.SERVER)) {
            var received = fromServer.next();
            if (received != null) {
                return asInput(Side.SERVER, received);
            }
        }
        var end = end(Side.SERVER, fromServer);
        return end != null ? end : end(Side.CLIENT, fromClient);
    }

    /** Whether a line from this side can be handled: the engine takes it, and there is room for what it leads to. */
    private boolean open(Side side) {
        return engine.accepts(side) && client.writable() && (side == Side.SERVER || server == null || server.writable());
    }

    private static Input asInput(Side side, Received received) {
        return switch (received) {
            case Received.Line(var line) -> side == Side.CLIENT ? new Input.ClientLine(line) : new Input.ServerLine(line);
            case Received.Faulty(var faults, var line) -> new Input.LineFault(side, faults, line);
            case Received.TelnetOption(var answer) -> new Input.TelnetOption(side, answer);
        };
    }

    private @Nullable Input end(Side side, Inbound inbound) {
        if (!inbound.ended || inbound.told || inbound.pending() && !inbound.reset) {
            return null;
        }
        if (inbound.unfinished() && !inbound.reset) {
            inbound.discard();
            return new Input.LineFault(side, Fault.UNTERMINATED_LINE);
        }
        inbound.told = true;
        return new Input.InputEnded(side, inbound.reset);
    }

    private void carryOut(Input input) {
        var effects = engine.handle(input, System.nanoTime());
        for (var i = 0; i < effects.size(); i++) {
            carryOut(effects.get(i));
        }
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case Effect.ForwardToServer(var line) -> passOn(Side.SERVER, line);
            case Effect.ForwardToClient(var line) -> passOn(Side.CLIENT, line);
            case Effect.ReplyToClient(var line) -> send(Side.CLIENT, line);
            case Effect.AnswerTelnet(var side, var bytes) -> {
                var to = channel(side);
                if (to != null) {
                    to.append(bytes);
                }
            }
            case Effect.OpenPinhole(var request) -> dataPath.open(request, this);
            case Effect.ClosePinhole(var pinhole, var presumedUsed) -> dataPath.close(pinhole, presumedUsed);
            case Effect.CutData(var pinhole) -> dataPath.cut(pinhole);
            case Effect.SetDeadline(var after) -> setDeadline(after);
            case Effect.BecomeOpaque() -> becomeOpaque();
            case Effect.EndOutput(var side) -> {
                var to = channel(side);
                if (to != null) {
                    to.endOutput();
                }
            }
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

    private void passOn(Side side, FtpLine line) {
        passedOnTo.add(side);
        send(side, line);
    }

    private void send(Side side, FtpLine line) {
        var to = channel(side);
        if (to == null) {
            return;
        }
        if (side == Side.CLIENT && linesSent > 0) {
            linesSent--;
            return;
        }
        if (side == Side.SERVER && line.synch() >= 0) {
            to.appendUrgently(line);
        } else {
            to.append(line.wire());
        }
    }

    private void setDeadline(Duration after) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        deadline = loop.schedule(() -> deliver(new Input.DeadlineReached()), after.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void becomeOpaque() {
        opaque = true;
        // RFC 4217 lets nothing follow AUTH before the handshake; what did is dropped (CVE-2011-1575).
        for (var side : Side.values()) {
            if (inbound(side).discard() > 0) {
                inputs.add(new Input.ClearBytesDiscarded(side));
            }
        }
    }

    private void close(boolean reset) {
        closed = true;
        if (reset) {
            client.reset();
            if (server != null) {
                server.reset();
            }
        } else {
            if (fromClient.ended) {
                client.close();
            } else {
                client.closeAfterLastReply();
            }
            if (server != null) {
                server.close();
            }
        }
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
        client.reading(!fromClient.ended && wanted(Side.CLIENT));
        if (server != null) {
            server.reading(!fromServer.ended && wanted(Side.SERVER));
        }
    }

    private boolean wanted(Side side) {
        if (opaque) {
            var to = channel(side.other());
            return to != null && to.writable();
        }
        return probing != null ? server != null : !inbound(side).pending();
    }

    private Inbound inbound(Side side) {
        return side == Side.CLIENT ? fromClient : fromServer;
    }

    private @Nullable ControlChannel channel(Side side) {
        return side == Side.CLIENT ? client : server;
    }
}
