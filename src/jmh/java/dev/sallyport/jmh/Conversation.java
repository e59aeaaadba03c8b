package dev.sallyport.jmh;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.LineLimits;
import dev.sallyport.ftp.LineSplitter;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.Received;
import dev.sallyport.session.Effect;
import dev.sallyport.session.Input;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEngine;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionHost;
import dev.sallyport.session.SessionId;
import dev.sallyport.session.SessionObserver;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.SessionWatch;
import dev.sallyport.session.Tally;
import java.util.List;
import java.util.Objects;

/** A session whose user has logged in, with the framing of both sides, as the gateway runs it. */
final class Conversation {

    private static final Endpoint CLIENT = endpoint("192.0.2.10", 40_000);
    private static final Endpoint GATEWAY = endpoint("203.0.113.1", 21);
    private static final Endpoint GATEWAY_TO_SERVER = endpoint("198.51.100.1", 45_000);
    private static final Endpoint SERVER = endpoint("198.51.100.20", 21);

    static final byte[] PASV = bytes("PASV\r\n");
    static final byte[] PASV_REPLY = bytes("227 Entering Passive Mode (198,51,100,20,195,80).\r\n");
    /** Where the client is told to connect to for it. */
    static final Port PORT = new Port(50_000);

    private final LineSplitter client = new LineSplitter(LineLimits.strict(SessionPolicy.DEFAULT.limits().lineBytes()));
    private final LineSplitter server = new LineSplitter(LineLimits.strict(SessionPolicy.DEFAULT.limits().lineBytes()));
    private final SessionContext context;
    private final SessionWatch watch;
    final Tally tally;
    private final SessionEngine engine;
    private long nowNanos;

    /** Watched by nobody. */
    Conversation() {
        this(1, _ -> _ -> {});
    }

    Conversation(long id, SessionObserver observer) {
        context = new SessionContext(new SessionId(id), CLIENT, GATEWAY, "bench");
        watch = observer.watch(context);
        tally = watch.tally();
        engine = new SessionEngine(context, SessionPolicy.DEFAULT, SessionHost.alone(), tally, 0);
        watch.observe(new SessionEvent.Arrived());
        handle(new Input.ServerConnected(GATEWAY_TO_SERVER, SERVER));
        fromServer(bytes("220 Ready\r\n"));
        fromClient(bytes("USER demo\r\n"));
        fromServer(bytes("331 Password\r\n"));
        fromClient(bytes("PASS demo\r\n"));
        fromServer(bytes("230 Welcome\r\n"));
    }

    static byte[] bytes(String text) {
        return text.getBytes(US_ASCII);
    }

    /** One line of the client in one segment. @return the effects */
    List<Effect> fromClient(byte[] segment) {
        client.feed(segment, 0, segment.length);
        return handle(new Input.ClientLine(line(client)));
    }

    /** Tells the watch what is published. */
    void told(List<Effect> effects) {
        for (var effect : effects) {
            if (effect instanceof Effect.Publish(var event)) {
                watch.observe(event);
            }
        }
    }

    PinholeId pinhole(int number) {
        return new PinholeId(context.id(), number);
    }

    /** One line of the server in one segment. @return the effects */
    List<Effect> fromServer(byte[] segment) {
        server.feed(segment, 0, segment.length);
        return handle(new Input.ServerLine(line(server)));
    }

    List<Effect> handle(Input input) {
        // Ten thousand lines a second: no flood.
        nowNanos += 100_000;
        return engine.handle(input, nowNanos);
    }

    private static FtpLine line(LineSplitter splitter) {
        return ((Received.Line) Objects.requireNonNull(splitter.poll())).line();
    }

    private static Endpoint endpoint(String address, int port) {
        return new Endpoint(Objects.requireNonNull(Addresses.parse(address)), new Port(port));
    }
}
