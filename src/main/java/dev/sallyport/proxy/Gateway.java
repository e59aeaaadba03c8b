package dev.sallyport.proxy;

import dev.sallyport.datapath.DataPath;
import dev.sallyport.datapath.SharedPorts;
import dev.sallyport.datapath.Transport;
import dev.sallyport.datapath.kernel.KernelDataPath;
import dev.sallyport.datapath.relay.RelayDataPath;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Port;
import dev.sallyport.session.ClientRefusal;
import dev.sallyport.session.EndReason;
import dev.sallyport.session.Input;
import dev.sallyport.rules.Check;
import dev.sallyport.rules.Level;
import dev.sallyport.rules.OwnAddresses;
import dev.sallyport.rules.limit.Limits;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionHost;
import dev.sallyport.session.SessionId;
import dev.sallyport.session.SessionObserver;
import dev.sallyport.session.TlsPolicy;
import dev.sallyport.tls.GatewayTls;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running gateway: listens for clients and runs a session for each. */
public final class Gateway {

    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    private static final int BACKLOG = 4096;

    /** Whoever calls this port means FTP. */
    private static final Port FTP = new Port(21);

    /** How long to wait before the next try when nothing can be accepted, not even to say so. */
    private static final long PAUSE_MILLIS = 100;

    /** While it stops: how often to look whether sessions have ended. */
    private static final long SESSIONS_MILLIS = 10;

    /** The longest that sessions take to end when they are told to. */
    private static final long LAST_WORK_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Clients at a time that are told why they cannot come in. */
    private static final int MOST_FAREWELLS = 256;

    /** Made before they are needed: when no descriptor is left, no class can be loaded. */
    private static final Map<ClientRefusal, byte[]> FAREWELLS = Arrays.stream(ClientRefusal.values())
            .collect(Collectors.toUnmodifiableMap(reason -> reason, reason -> FtpLine.of("421 " + reason.text()).wire()));

    /** The same where a client has TLS from the first byte: a record of TLS 1.2 with a fatal alert, access_denied (RFC 8446 §5.1, §6). */
    private static final byte[] DENIED = {21, 3, 3, 0, 2, 2, 49};

    private static final long WARN_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final GatewaySettings settings;
    private final @Nullable GatewayTls tls;
    private final EventLoops loops;
    private final SessionHost host;
    private final SessionObserver observer;
    private final DataPath dataPath;
    private final ServerDialer dialer;
    private final List<Channel> listeners = new ArrayList<>();
    private final Set<ControlSession> sessions = ConcurrentHashMap.newKeySet();
    private final SessionCount count;
    private final AtomicInteger farewells = new AtomicInteger();
    private final AtomicLong nextId = new AtomicLong(new SecureRandom().nextLong() >>> 24 << 20);
    private final SpareDescriptor spare = new SpareDescriptor();
    private volatile boolean stopping;

    private Gateway(
            GatewaySettings settings, EventLoops loops, @Nullable GatewayTls tls, DataPath dataPath, SessionHost host,
            SessionObserver observer) {
        this.settings = settings;
        this.tls = tls;
        this.host = host;
        this.loops = loops;
        this.observer = observer;
        this.count = new SessionCount(settings.limits());
        this.dataPath = dataPath;
        this.dialer = new ServerDialer(settings, loops.kind());
    }

    /** Starts alone in its process, with a relay of its own. @throws IOException as below */
    public static Gateway start(GatewaySettings settings, EventLoops loops, SessionObserver observer) throws IOException {
        return start(settings, loops, null, host(OwnAddresses.NONE), observer);
    }

    /** Starts with a relay of its own. @throws IOException as below */
    public static Gateway start(
            GatewaySettings settings, EventLoops loops, @Nullable GatewayTls tls, SessionHost host, SessionObserver observer)
            throws IOException {
        return start(settings, loops, tls, DataCarriers.relay(settings, loops, SharedPorts.none()), host, observer);
    }

    /**
     * Starts with the kernel's data path, and beside it a relay where data connections may have TLS that the gateway ends.
     *
     * @throws IOException as below
     */
    public static Gateway start(
            GatewaySettings settings, EventLoops loops, @Nullable GatewayTls tls, KernelDataPath kernel, SessionHost host,
            SessionObserver observer)
            throws IOException {
        return start(settings, loops, tls, DataCarriers.with(kernel, settings, loops), host, observer);
    }

    /** What the sessions of this process's gateways share. */
    public static SessionHost host(OwnAddresses addresses) {
        return new SessionHost(new Limits(), new HostClock(), addresses);
    }

    /**
     * Starts listening.
     *
     * @param tls what it ends TLS with; null where its policy has it end none
     * @throws IOException when an address cannot be listened on, or TLS not be ended; the message says why
     */
    private static Gateway start(
            GatewaySettings settings, EventLoops loops, @Nullable GatewayTls tls, DataPath dataPath, SessionHost host,
            SessionObserver observer)
            throws IOException {
        SessionTls.require(settings, tls);
        var gateway = new Gateway(settings, loops, tls, dataPath, host, observer);
        try {
            gateway.spare.takeBack();
            gateway.listen();
            ActiveSource.check(settings, gateway.listening());
            return gateway;
        } catch (Throwable failed) {
            gateway.listeners.forEach(listener -> listener.close().awaitUninterruptibly());
            gateway.spare.close();
            throw failed;
        }
    }

    private void listen() throws IOException {
        for (var local : settings.listen()) {
            var bound = bootstrap(local).bind(local.toSocketAddress()).awaitUninterruptibly();
            if (!bound.isSuccess()) {
                throw new IOException("cannot listen on " + local + ": " + bound.cause().getMessage(), bound.cause());
            }
            listeners.add(bound.channel());
        }
    }

    /** As the configuration has it. */
    public String name() {
        return settings.name();
    }

    /** Whether it takes clients at all its addresses. */
    public boolean listens() {
        return !stopping && listeners.stream().allMatch(Channel::isActive);
    }

    /** The addresses that it listens on; a port 0 of the settings is the real port here. */
    public List<Endpoint> listening() {
        return listeners.stream().map(listener -> Endpoint.of((InetSocketAddress) listener.localAddress())).toList();
    }

    /** Sessions that have not ended. */
    public int sessions() {
        return count.all();
    }

    /** Ends a session and cuts its data. @return false when there is no such session */
    public boolean kill(SessionId id) {
        // A rare wish: a look at each is cheaper than an index for it.
        for (var session : sessions) {
            if (session.id().equals(id)) {
                session.deliver(new Input.KillRequested(EndReason.KILLED));
                return true;
            }
        }
        return false;
    }

    /** The data path, for its figures. */
    public DataPath dataPath() {
        return dataPath;
    }

    /** Takes no new sessions, lets running transfers finish for a while, then ends what is left. Blocks until all is over. */
    public void stop(Duration grace) throws InterruptedException {
        stopping = true;
        for (var listener : listeners) {
            listener.close().await();
        }
        spare.close();
        sessions.forEach(session -> session.deliver(new Input.StopRequested()));
        if (!sessionsEnd(System.nanoTime() + grace.toNanos())) {
            sessions.forEach(session -> session.deliver(new Input.KillRequested(EndReason.GATEWAY_STOPPED)));
            sessionsEnd(System.nanoTime() + LAST_WORK_NANOS);
        }
        dataPath.shutDown();
    }

    /** Looks again and again until all have ended, data that they have left behind too, or time is over. @return whether all have */
    private boolean sessionsEnd(long untilNanos) throws InterruptedException {
        while (!sessions.isEmpty()) {
            if (System.nanoTime() >= untilNanos) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(SESSIONS_MILLIS);
        }
        return true;
    }

    private ServerBootstrap bootstrap(Endpoint local) {
        var bootstrap = new ServerBootstrap()
                .group(loops.group())
                .channelFactory(loops.kind().servers(local.address()))
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .handler(new Door())
                .childHandler(new Arrivals());
        loops.kind().urgentInline().forEach((option, value) -> set(bootstrap, option, value));
        var interception = settings.interception();
        if (interception.kind() == Interception.Kind.TPROXY) {
            Transport.set(bootstrap, loops.kind().transparent(interception.ownMark()));
        }
        return bootstrap;
    }

    @SuppressWarnings("unchecked")
    private static void set(ServerBootstrap bootstrap, ChannelOption<?> option, Object value) {
        bootstrap.childOption((ChannelOption<Object>) option, value);
    }

    /** Meets each client: admits it or says why not. */
    @Sharable
    private final class Arrivals extends ChannelInboundHandlerAdapter {

        @Override
        public void channelActive(ChannelHandlerContext context) {
            var channel = (SocketChannel) context.channel();
            context.pipeline().remove(this);
            var remote = channel.remoteAddress();
            if (remote == null) {
                // NIO asks the kernel only now, and the client has gone already.
                channel.close();
                return;
            }
            var client = Endpoint.of(remote);
            var called = OriginalDestination.of(channel, settings.interception().kind());
            var refusal = refusal(client, called, Endpoint.of(channel.parent().localAddress()));
            if (refusal == null && called != null) {
                begin(channel, client, called);
            } else {
                refuse(channel, client, Objects.requireNonNullElse(refusal, ClientRefusal.NOT_INTERCEPTED));
            }
        }
    }

    /** Counts the client in. @return null, or why it cannot come in; then it is not counted */
    private @Nullable ClientRefusal refusal(Endpoint client, @Nullable Endpoint called, Endpoint listener) {
        if (settings.interception().intercepts()) {
            if (called == null || OriginalDestination.isListener(called, listener) || dialer.dialed(client)) {
                return ClientRefusal.NOT_INTERCEPTED;
            }
            if (settings.server() instanceof ServerChoice.Original original && !original.allows(called.address())) {
                return ClientRefusal.SERVER_NOT_ALLOWED;
            }
        }
        if (stopping) {
            return ClientRefusal.STOPPING;
        }
        if (failedTooOften(client)) {
            return ClientRefusal.TOO_MANY_FAILED_LOGINS;
        }
        return spare.takeBack() ? count.enter(client.address()) : ClientRefusal.NO_DESCRIPTORS;
    }

    private boolean failedTooOften(Endpoint client) {
        var armed = settings.policy().rules().current();
        return armed.checks().of(Check.LOGIN_FLOOD) == Level.ENFORCE
                && host.limits().refuses(client.address(), armed.rules().text().logins(), System.nanoTime());
    }

    private void refuse(SocketChannel channel, Endpoint client, ClientRefusal reason) {
        observer.clientRefused(settings.name(), client, reason);
        channel.closeFuture().addListener(closed -> {
            farewells.decrementAndGet();
            spare.takeBack();
        });
        var farewell = new ControlChannel(channel);
        if (farewells.incrementAndGet() > MOST_FAREWELLS) {
            // A flood: whoever it is hears nothing, rather than hold a descriptor while it does not read.
            farewell.reset();
        } else {
            farewell.refuse(tlsFromTheFirstByte() ? DENIED : Objects.requireNonNull(FAREWELLS.get(reason)));
        }
    }

    private boolean tlsFromTheFirstByte() {
        return settings.policy().tls() instanceof TlsPolicy.Ended ended && ended.client() == TlsPolicy.Ended.Client.IMPLICIT;
    }

    /** Where clients are accepted, or cannot be. */
    @Sharable
    private final class Door extends ChannelInboundHandlerAdapter {

        private volatile long warnedNanos = System.nanoTime() - WARN_EVERY_NANOS;

        /** Where every port is intercepted, a data connection that was negotiated comes in here as well. */
        @Override
        public void channelRead(ChannelHandlerContext context, Object accepted) {
            if (settings.interception().everyPort() && dataPath instanceof RelayDataPath relay) {
                var channel = (SocketChannel) accepted;
                var remote = channel.remoteAddress();
                var called = remote == null ? null : OriginalDestination.of(channel, settings.interception().kind());
                if (called != null && relay.handOver(channel, Endpoint.of(remote), called)) {
                    return;
                }
            }
            context.fireChannelRead(accepted);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var now = System.nanoTime();
            if (now - warnedNanos >= WARN_EVERY_NANOS) {
                warnedNanos = now;
                LOG.warn("gateway={} cannot accept clients: {}", settings.name(), cause.toString());
            }
            if (spare.letGo()) {
                // The next try succeeds, and the client is told.
                return;
            }
            var door = context.channel();
            door.config().setAutoRead(false);
            door.eventLoop().schedule(() -> door.config().setAutoRead(true), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void begin(SocketChannel channel, Endpoint client, Endpoint called) {
        var context = new SessionContext(
                new SessionId(nextId.incrementAndGet()), client, called, settings.name());
        var holder = new ControlSession[1];
        var session = new ControlSession(
                context, settings.policy(), host, channel, new SessionTls(settings, tls, context), dataPath, observer,
                () -> leave(holder[0], client));
        holder[0] = session;
        sessions.add(session);
        if (settings.interception().everyPort() && !called.port().equals(FTP)) {
            session.probe(settings.interception().others() == Interception.Others.PASS);
        }
        session.begin();
        if (stopping) {
            session.deliver(new Input.StopRequested());
        }
        dialer.dial(session, context);
    }

    private void leave(ControlSession session, Endpoint client) {
        if (sessions.remove(session)) {
            count.leave(client.address());
        }
    }
}
