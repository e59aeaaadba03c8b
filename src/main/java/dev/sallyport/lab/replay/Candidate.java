package dev.sallyport.lab.replay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.capture.ByteListener;
import dev.sallyport.capture.Sender;
import dev.sallyport.capture.TcpConnection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection to any port, until it is known whether it is a control connection: the server speaks first and says 220 or 120, and
 * the client's first word is not that of SMTP, whose servers say the same.
 */
final class Candidate implements ByteListener {

    private static final int MOST_BYTES = 16 << 10;

    private final TcpConnection connection;
    private final Waiting waiting;
    private final Runnable isNone;
    private final Supplier<ByteListener> begins;
    private final List<Consumer<ByteListener>> heard = new ArrayList<>(2);
    private final StringBuilder greeting = new StringBuilder(3);
    private int bytes;
    private @Nullable ByteListener session;

    /** @param isNone told when it turns out to be no control connection @param begins makes its session */
    Candidate(TcpConnection connection, Waiting waiting, Runnable isNone, Supplier<ByteListener> begins) {
        this.connection = connection;
        this.waiting = waiting;
        this.isNone = isNone;
        this.begins = begins;
    }

    /** Whether a server's first bytes begin a session. */
    static boolean greets(byte[] bytes, int at, int length) {
        var text = new String(bytes, at, Math.min(3, length), ISO_8859_1);
        return text.equals("220") || text.equals("120");
    }

    @Override
    public void bytes(Sender from, byte[] data, int at, int length, long timeNanos) {
        if (session != null) {
            session.bytes(from, data, at, length, timeNanos);
            return;
        }
        bytes += length;
        if (!waiting.add(length)) {
            none();
            return;
        }
        if (from == Sender.RESPONDER) {
            for (var i = 0; i < length && greeting.length() < 3; i++) {
                greeting.append((char) (data[at + i] & 0xff));
            }
            if (!"220".startsWith(greeting.toString()) && !"120".startsWith(greeting.toString()) || bytes > MOST_BYTES) {
                none();
                return;
            }
        }
        var copy = Arrays.copyOfRange(data, at, at + length);
        heard.add(to -> to.bytes(from, copy, 0, copy.length, timeNanos));
        if (from == Sender.INITIATOR) {
            var word = new String(data, at, Math.min(4, length), ISO_8859_1).toUpperCase(Locale.ROOT);
            if (greeting.length() < 3 || word.equals("EHLO") || word.equals("HELO") || word.equals("LHLO")) {
                none();
                return;
            }
            var begun = begins.get();
            session = begun;
            heard.forEach(each -> each.accept(begun));
            forget();
        }
    }

    private void none() {
        forget();
        connection.ignore();
        isNone.run();
    }

    /** What it has said is not needed any more. */
    void forget() {
        waiting.add(-bytes);
        bytes = 0;
        heard.clear();
    }

    @Override
    public void gap(Sender from, long length, Missing why, long timeNanos) {
        if (session == null) {
            none();
        } else {
            session.gap(from, length, why, timeNanos);
        }
    }

    @Override
    public void conflict(Sender from, long timeNanos) {
        if (session == null) {
            heard.add(to -> to.conflict(from, timeNanos));
        } else {
            session.conflict(from, timeNanos);
        }
    }

    @Override
    public void ended(Sender from, boolean reset, long timeNanos) {
        if (session != null) {
            session.ended(from, reset, timeNanos);
        }
    }
}
