package dev.sallyport.jmh;

import dev.sallyport.session.Effect;
import dev.sallyport.session.Input;
import dev.sallyport.session.PinholeRequest;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Commands and their replies through framing and engine, both directions. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EngineBenchmark {

    private static final byte[] NOOP = Conversation.bytes("NOOP\r\n");
    private static final byte[] OK = Conversation.bytes("200 NOOP ok.\r\n");
    private static final byte[] SIZE = Conversation.bytes("SIZE pub/linux/kernel/v6.x/linux-6.12.tar.xz\r\n");
    private static final byte[] SIZE_REPLY = Conversation.bytes("213 147906904\r\n");

    private final Conversation conversation = new Conversation();
    private @Nullable PinholeRequest opening;

    /** NOOP and its 200: the bar is 300 ns. */
    @Benchmark
    public void commandAndReply(Blackhole sink) {
        run(NOOP, OK, sink);
    }

    /** A longer line, of a verb with an argument. */
    @Benchmark
    public void commandWithPathAndReply(Blackhole sink) {
        run(SIZE, SIZE_REPLY, sink);
    }

    /** PASV, its 227, the pinhole, and the 227 rewritten; the pinhole before it is superseded. */
    @Benchmark
    public void passiveWithPinhole(Blackhole sink) {
        run(Conversation.PASV, Conversation.PASV_REPLY, sink);
        var request = Objects.requireNonNull(opening, "a pinhole was asked for");
        for (var effect : conversation.handle(new Input.PinholeOpened(request.id(), Conversation.PORT))) {
            sink.consume(effect);
        }
    }

    private void run(byte[] command, byte[] reply, Blackhole sink) {
        for (var effect : conversation.fromClient(command)) {
            sink.consume(effect);
        }
        for (var effect : conversation.fromServer(reply)) {
            if (effect instanceof Effect.OpenPinhole(var request)) {
                opening = request;
            }
            sink.consume(effect);
        }
    }
}
