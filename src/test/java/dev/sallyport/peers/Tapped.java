package dev.sallyport.peers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.capture.ByteListener;
import dev.sallyport.capture.Sender;
import dev.sallyport.capture.TcpConnection;
import dev.sallyport.capture.TcpListener;
import dev.sallyport.lab.replay.CaptureReading;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The connections of a capture, and every byte that was sent on them. */
final class Tapped implements TcpListener {

    /** Types of TLS's records: change_cipher_spec, alert, handshake, application_data (RFC 8446 §5.1). */
    private static final String TYPES = "\u0014\u0015\u0016\u0017";

    private static final int RECORD_HEADER = 5;
    /** RFC 5246 §6.2.3; those of TLS 1.3 are shorter. */
    private static final int LONGEST_RECORD = (1 << 14) + 2048;

    /** A connection. What was sent is one character for each byte. */
    static final class Connection implements ByteListener {

        final InetSocketAddress initiator;
        final InetSocketAddress responder;
        private final StringBuilder fromInitiator = new StringBuilder();
        private final StringBuilder fromResponder = new StringBuilder();

        private Connection(TcpConnection connection) {
            initiator = connection.initiator();
            responder = connection.responder();
        }

        String fromInitiator() {
            return fromInitiator.toString();
        }

        String fromResponder() {
            return fromResponder.toString();
        }

        Stream<String> sent() {
            return Stream.of(fromInitiator(), fromResponder());
        }

        boolean concerns(String address) {
            return Stream.of(initiator, responder).anyMatch(end -> end.getAddress().getHostAddress().equals(address));
        }

        private StringBuilder from(Sender sender) {
            return sender == Sender.INITIATOR ? fromInitiator : fromResponder;
        }

        @Override
        public void bytes(Sender from, byte[] bytes, int at, int length, long timeNanos) {
            from(from).append(new String(bytes, at, length, ISO_8859_1));
        }

        @Override
        public void gap(Sender from, long length, Missing why, long timeNanos) {
            throw new AssertionError(length + " bytes of " + this + " are not in the capture: " + why);
        }

        @Override
        public void conflict(Sender from, long timeNanos) {
            throw new AssertionError("two contents of the same bytes of " + this);
        }

        @Override
        public void ended(Sender from, boolean reset, long timeNanos) {}

        @Override
        public String toString() {
            return initiator + " to " + responder;
        }
    }

    private final List<Connection> connections = new ArrayList<>();

    private Tapped() {}

    /** @param file of whole packets */
    static List<Connection> read(Path file) {
        var tapped = new Tapped();
        var reading = new CaptureReading(tapped);
        reading.read(file, (_, _, _) -> {});
        reading.end();
        assertThat(reading.problems()).isEmpty();
        return tapped.connections;
    }

    @Override
    public ByteListener opened(TcpConnection connection, long timeNanos) {
        var opened = new Connection(connection);
        connections.add(opened);
        return opened;
    }

    @Override
    public void closed(TcpConnection connection, End end, long timeNanos) {}

    /** Every byte belongs to a record of TLS; a reset may have cut the last one. */
    static void assertTls(String sent, String by) {
        for (var at = 0; at < sent.length(); ) {
            var header = sent.substring(at, Math.min(at + RECORD_HEADER, sent.length()));
            assertThat(TYPES.indexOf(header.charAt(0))).as("%s: record at %d of %d bytes: %s", by, at, sent.length(), header)
                    .isNotNegative();
            if (header.length() < RECORD_HEADER) {
                return;
            }
            assertThat(header.charAt(1)).as("%s: version of the record at %d", by, at).isEqualTo('\u0003');
            var length = header.charAt(3) << 8 | header.charAt(4);
            assertThat(length).as("%s: length of the record at %d", by, at).isBetween(1, LONGEST_RECORD);
            at += RECORD_HEADER + length;
        }
    }
}
