package dev.sallyport.jmh;

import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.DataAddress;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.LineLimits;
import dev.sallyport.ftp.LineSplitter;
import dev.sallyport.ftp.ReplyReader;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Bytes to lines, lines to commands, replies and addresses. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SyntaxBenchmark {

    private static final int LINES = 32;

    private final byte[] oneLine = Conversation.bytes("RETR pub/README.txt\r\n");
    private final byte[] manyLines = Conversation.bytes("RETR pub/README.txt\r\n".repeat(LINES));
    private final LineSplitter splitter = new LineSplitter(LineLimits.strict(4096));
    private final ReplyReader replies = new ReplyReader(512);
    private final FtpLine retr = FtpLine.of("RETR pub/README.txt");
    private final FtpLine reply = FtpLine.of("200 NOOP ok.");
    private final String port = "192,0,2,10,195,80";
    private final String passive = " Entering Passive Mode (198,51,100,20,195,80).";

    @Benchmark
    public void splitOneLine(Blackhole sink) {
        splitter.feed(oneLine, 0, oneLine.length);
        drain(sink);
    }

    /** A segment with many lines; the figure is for one of them. */
    @Benchmark
    @OperationsPerInvocation(LINES)
    public void splitManyLines(Blackhole sink) {
        splitter.feed(manyLines, 0, manyLines.length);
        drain(sink);
    }

    /** A line that comes byte by byte; the figure is for the line. */
    @Benchmark
    public void splitByteByByte(Blackhole sink) {
        for (var i = 0; i < oneLine.length; i++) {
            splitter.feed(oneLine, i, 1);
            drain(sink);
        }
    }

    @Benchmark
    public Object parseCommand() {
        return Command.parse(retr);
    }

    @Benchmark
    public Object readReply() {
        return replies.read(reply);
    }

    @Benchmark
    public Object parsePort() {
        return DataAddress.port(port);
    }

    @Benchmark
    public Object parsePassiveReply() {
        return DataAddress.passive(passive);
    }

    private void drain(Blackhole sink) {
        for (var found = splitter.poll(); found != null; found = splitter.poll()) {
            sink.consume(found);
        }
    }
}
