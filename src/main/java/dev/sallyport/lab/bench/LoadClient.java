package dev.sallyport.lab.bench;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/** The load generator of a benchmark: does one {@link Job} after the other and ends when its standard input does. */
final class LoadClient {
    /** Reads of this size empty the largest receive buffer in a few calls. */
    private static final int READ_BYTES = 512 * 1024;

    private final ByteBuffer sink = ByteBuffer.allocateDirect(READ_BYTES);
    private final Caller caller;
    private final IdleSessions idle;

    LoadClient(Caller caller) {
        this.caller = caller;
        this.idle = new IdleSessions(caller);
    }

    /** {@code LoadClient [CERTIFICATE]}: with TLS when it is told whom to trust. */
    public static void main(String[] args) throws IOException {
        LoadClient client = new LoadClient(args.length == 0 ? Caller.inClear() : Caller.trusting(Path.of(args[0])));
        try (BufferedReader jobs = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = jobs.readLine(); line != null; line = jobs.readLine()) {
                System.out.println(Wire.text(client.run(Wire.job(line))));
            }
        }
    }

    Outcome run(Job job) {
        try {
            return switch (job) {
                case Job.Download download -> download(download);
                case Job.SmallTransfers small -> {
                    try (TransferLoop loop = new TransferLoop(small, caller)) {
                        yield loop.run();
                    }
                }
                case Job.RoundTrips trips -> roundTrips(trips);
                case Job.Logins logins -> new LoginLoop(logins, caller).run();
                case Job.HoldIdle hold -> new Outcome.Held(idle.hold(hold.server(), hold.sessions()));
                case Job.ReleaseIdle release -> new Outcome.Released(idle.release());
                case Job.TellHandshakes tell -> new Outcome.Shaken(caller.handshakes.take(), ofServer(tell.server()));
            };
        } catch (IOException e) {
            return new Outcome.Failed(e.toString());
        }
    }

    private Outcome download(Job.Download job) throws IOException {
        try (ControlConnection control = caller.login(job.server())) {
            int port = ControlConnection.passivePort(control.command("PASV", 227));
            try (Link data = control.data(SocketChannel.open(new InetSocketAddress(job.server().endpoint().address(), port)))) {
                long started = System.nanoTime();
                control.command("RETR " + job.bytes(), 150);
                long bytes = 0;
                for (int read = 0; read >= 0; read = data.read(sink.clear())) {
                    bytes += read;
                }
                control.expect(226, "the data");
                data.end();
                Duration took = Duration.ofNanos(System.nanoTime() - started);
                if (bytes != job.bytes()) {
                    return new Outcome.Failed("of " + job.bytes() + " bytes came " + bytes);
                }
                return new Outcome.Downloaded(bytes, took);
            }
        }
    }

    private Outcome roundTrips(Job.RoundTrips job) throws IOException {
        long[] nanos = new long[job.count()];
        ByteBuffer noop = ByteBuffer.allocateDirect(6).put("NOOP\r\n".getBytes(StandardCharsets.US_ASCII));
        ByteBuffer reply = ByteBuffer.allocateDirect(256);
        try (ControlConnection control = caller.login(job.server())) {
            Link link = control.link();
            for (int i = 0; i < nanos.length; i++) {
                reply.clear();
                long sent = System.nanoTime();
                link.write(noop.flip());
                do {
                    if (link.read(reply) < 0) {
                        throw new EOFException("the control connection was closed after " + i + " NOOPs");
                    }
                } while (reply.get(reply.position() - 1) != '\n');
                nanos[i] = System.nanoTime() - sent;
                if (reply.get(0) != '2') {
                    throw new IOException("NOOP was refused: " + StandardCharsets.ISO_8859_1.decode(reply.flip()));
                }
            }
            control.command("QUIT", 221);
        }
        Arrays.sort(nanos);
        return new Outcome.RoundTripped(
                Duration.ofNanos(nanos[nanos.length / 2]), Duration.ofNanos(nanos[(int) (nanos.length * 0.99)]));
    }

    private Handshakes.Count ofServer(Target server) throws IOException {
        try (ControlConnection control = caller.login(server)) {
            return Handshakes.Count.parse(control.command(ServerSession.HANDSHAKES, 211).substring(4));
        }
    }
}
