package dev.sallyport.telemetry;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Port;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.Effect;
import dev.sallyport.session.Input;
import dev.sallyport.session.Moved;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.RangeId;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEngine;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionHost;
import dev.sallyport.session.SessionId;
import dev.sallyport.session.SessionObserver;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.SessionWatch;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/** A session's engine whose observer is told what a gateway's would be. */
public final class ObservedSession {

    public static final Endpoint CLIENT = endpoint("192.0.2.10", 40_000);
    static final Endpoint GATEWAY = endpoint("203.0.113.1", 21);
    static final Endpoint SERVER = endpoint("198.51.100.20", 21);

    /** What the server answers to PASV. */
    public static final String PASSIVE = "227 Entering Passive Mode (198,51,100,20,195,80)";

    private final SessionWatch watch;
    private final AtomicLong nowNanos;
    private final SessionEngine engine;
    public final SessionContext context;

    /** A client arrives. */
    public ObservedSession(long id, SessionObserver observer, AtomicLong nowNanos) {
        this(id, observer, nowNanos, SessionPolicy.DEFAULT);
    }

    /** The same, where another policy is in force. */
    public ObservedSession(long id, SessionObserver observer, AtomicLong nowNanos, SessionPolicy policy) {
        this.context = new SessionContext(new SessionId(id), CLIENT, GATEWAY);
        this.watch = observer.watch(context);
        this.nowNanos = nowNanos;
        engine = new SessionEngine(
                context, policy, SessionHost.alone(), watch.tally(), nowNanos.get());
        watch.observe(new SessionEvent.Arrived());
    }

    public ObservedSession connect() {
        feed(new Input.ServerConnected(endpoint("198.51.100.1", 50_000), SERVER));
        return server("220 ready");
    }

    public ObservedSession login() {
        return client("USER demo").server("331 password").client("PASS x").server("230 in");
    }

    /** Sets up a data connection, whose pinhole opens after a millisecond and is used. @param number of the pinhole */
    public ObservedSession dataConnection(int number) {
        client("PASV").server(PASSIVE);
        pass(Duration.ofMillis(1));
        return feed(new Input.PinholeOpened(pinhole(number), new Port(2122))).feed(new Input.DataOpened(pinhole(number), CLIENT));
    }

    public ObservedSession dataClosed(int number, Moved moved, DataEnd end) {
        return feed(new Input.DataClosed(pinhole(number), moved, end));
    }

    public PinholeId pinhole(int number) {
        return new PinholeId(context.id(), number);
    }

    public ObservedSession client(String line) {
        return feed(new Input.ClientLine(FtpLine.of(line)));
    }

    public ObservedSession server(String line) {
        return feed(new Input.ServerLine(FtpLine.of(line)));
    }

    public ObservedSession pass(Duration time) {
        nowNanos.addAndGet(time.toNanos());
        return this;
    }

    public ObservedSession feed(Input input) {
        for (var effect : engine.handle(input, nowNanos.get())) {
            if (effect instanceof Effect.Publish(var event)) {
                watch.observe(event);
            }
        }
        return this;
    }

    /** What its engine did not tell. */
    public ObservedSession tell(SessionEvent event) {
        watch.observe(event);
        return this;
    }

    /** What went through a passive range. @param came connections @param standing how many more */
    ObservedSession ranged(Moved moved, int came, int standing) {
        return tell(new SessionEvent.RangeMoved(new RangeId(context.id(), 1), moved, came, standing));
    }

    static Endpoint endpoint(String address, int port) {
        return new Endpoint(Objects.requireNonNull(Addresses.parse(address)), new Port(port));
    }
}
