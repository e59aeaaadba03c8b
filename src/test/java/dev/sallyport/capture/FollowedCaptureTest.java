package dev.sallyport.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.lab.bench.traffic.GeneratedCapture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is told later is told the same, and sees connections as they were then. */
class FollowedCaptureTest {

    private static final int SESSIONS = 60;

    @TempDir
    private static Path folder;

    private static Path file = Path.of("");

    @BeforeAll
    static void generate() throws IOException {
        file = folder.resolve("generated.pcap");
        GeneratedCapture.write(file, 8 << 20, SESSIONS);
    }

    @Test
    void later_isToldWhatIsToldAtOnce() throws IOException {
        var atOnce = new Listener(false);
        var tracker = new TcpTracker(atOnce);
        try (var capture = DecodedCapture.open(file, new PacketDecoder())) {
            for (var batch = capture.next(); batch != null; batch = capture.next()) {
                batch.feed(tracker);
            }
        }
        tracker.end();
        var later = followed(file, new Listener(false));
        assertThat(later.told).hasSizeGreaterThan(20 * SESSIONS).isEqualTo(atOnce.told);
    }

    /** However far the threads are from each other. */
    @Test
    void connectionThatIsIgnored_isFollowedNoMore_fromTheSameBatchOn() throws IOException {
        var first = followed(file, new Listener(true));
        assertThat(first.told).anyMatch(line -> line.contains("PASS")).noneMatch(line -> line.contains("QUIT"));
        assertThat(followed(file, new Listener(true)).told).isEqualTo(first.told);
    }

    @Test
    void whatStandsBeforeTheDamage_isToldBeforeIt() throws IOException {
        var cut = folder.resolve("cut.pcap");
        var whole = Files.readAllBytes(file);
        Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
        var listener = new Listener(false);
        assertThatThrownBy(() -> followed(cut, listener)).isInstanceOf(CaptureException.class).hasMessageContaining("is cut off at packet");
        assertThat(listener.told).hasSizeGreaterThan(10 * SESSIONS);
        assertThat(Thread.getAllStackTraces().keySet()).noneMatch(thread -> thread.getName().startsWith("capture-"));
    }

    private static Listener followed(Path file, Listener listener) throws IOException {
        var tracker = new TcpTracker(listener);
        try (var capture = DecodedCapture.open(file, new PacketDecoder()); var followed = new FollowedCapture(capture, tracker)) {
            for (var tale = followed.next(); tale != null; tale = followed.next()) {
                tale.tell(listener);
            }
        }
        tracker.end();
        return listener;
    }

    /** Writes down what it is told, and how much every connection has moved by then whose bytes it is not told. */
    private static final class Listener implements TcpListener {

        private static final int CONTROL = 21;

        private final boolean impatient;
        private final List<String> told = new ArrayList<>();
        private final Set<TcpConnection> others = new LinkedHashSet<>();

        /** @param impatient whether it ignores a connection once it has seen a password */
        Listener(boolean impatient) {
            this.impatient = impatient;
        }

        private void write(String what, TcpConnection connection, long timeNanos) {
            var moved = others.stream().mapToLong(each -> 31 * each.bytes(Sender.INITIATOR) + each.bytes(Sender.RESPONDER)).sum();
            told.add(timeNanos + " " + what + " " + connection.initiator() + " " + connection.responder() + " " + moved);
        }

        @Override
        public boolean mayFollow(TcpConnection connection) {
            return connection.responderPort() == CONTROL;
        }

        @Override
        public @Nullable ByteListener opened(TcpConnection connection, long timeNanos) {
            write("opened", connection, timeNanos);
            if (connection.responderPort() != CONTROL) {
                others.add(connection);
                return null;
            }
            return new ByteListener() {
                @Override
                public void bytes(Sender from, byte[] bytes, int at, int length, long timeNanos) {
                    var text = new String(bytes, at, length, StandardCharsets.ISO_8859_1);
                    write(from + " " + text, connection, timeNanos);
                    if (impatient && text.startsWith("PASS")) {
                        connection.ignore();
                    }
                }

                @Override
                public void gap(Sender from, long length, Missing why, long timeNanos) {
                    write("gap", connection, timeNanos);
                }

                @Override
                public void conflict(Sender from, long timeNanos) {
                    write("conflict", connection, timeNanos);
                }

                @Override
                public void ended(Sender from, boolean reset, long timeNanos) {
                    write(from + " ended", connection, timeNanos);
                }
            };
        }

        @Override
        public void closed(TcpConnection connection, End end, long timeNanos) {
            write(end.name(), connection, timeNanos);
            others.remove(connection);
        }
    }
}
