package dev.sallyport.lab.replay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.Side;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.Moved;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Writes down what goes into a session, as the blocks of a transcript. Secrets are left out: nothing that the engine does depends
 * on them. A pause shorter than a second is none.
 */
final class Scribe {

    private static final int MOST_CHARACTERS = 1 << 20;
    private static final long PAUSE_NANOS = 1_000_000_000;
    /** A transcript's milliseconds have six digits. */
    private static final long MOST_MILLIS = 999_999;

    private final boolean writes;
    private final List<List<String>> blocks = new ArrayList<>(0);
    private final List<String> ahead = new ArrayList<>(0);
    private final List<String> behind = new ArrayList<>(0);
    private long pausedNanos;
    private int characters;

    Scribe(boolean writes) {
        this.writes = writes;
    }

    /** A block for each thing that the client says after something else has happened. */
    List<List<String>> blocks() {
        return blocks;
    }

    /** Whether the session was too long for it. */
    boolean full() {
        return characters > MOST_CHARACTERS;
    }

    void begin() {
        ahead.clear();
        behind.clear();
    }

    /** The data path's answer in what goes in next. */
    void opened(int pinhole, Port port) {
        if (writes) {
            ahead.add("D: opened " + pinhole + " " + port);
        }
    }

    /** What goes in right behind. */
    void behind(Side side, byte[] bytes) {
        if (writes) {
            lines(side, bytes, behind);
        }
    }

    void bytes(Side side, byte[] bytes) {
        if (!writes) {
            return;
        }
        pause();
        var lines = new ArrayList<String>(ahead);
        lines(side, bytes, lines);
        lines.addAll(behind);
        write(lines);
        begin();
    }

    void passed(Duration time) {
        pausedNanos += time.toNanos();
        if (!behind.isEmpty()) {
            written();
        }
    }

    void event(String event) {
        pause();
        write(List.of("E: " + event));
    }

    /** @param what has come @param from whom */
    void data(String what, int pinhole, Endpoint from) {
        if (writes) {
            pause();
            write(List.of("D: " + what + " " + pinhole + " " + from));
        }
    }

    void dataClosed(int pinhole, Moved moved, DataEnd end) {
        if (!writes) {
            return;
        }
        behind.add("D: closed %d to-client=%d to-server=%d %s".formatted(
                pinhole, moved.bytesToClient(), moved.bytesToServer(), end.name().toLowerCase(Locale.ROOT).replace('_', '-')));
    }

    /** What has gathered is all. */
    void written() {
        pause();
        write(List.copyOf(behind));
        begin();
    }

    private void pause() {
        if (pausedNanos >= PAUSE_NANOS) {
            write(List.of("T: " + time(Duration.ofNanos(pausedNanos))));
            pausedNanos = 0;
        }
    }

    /** As a transcript has it. */
    static String time(Duration time) {
        var millis = time.toMillis();
        return millis <= MOST_MILLIS ? millis + "ms" : Math.min(MOST_MILLIS, millis / 1_000) + "s";
    }

    private static void lines(Side side, byte[] bytes, List<String> to) {
        var mark = side == Side.CLIENT ? "C: " : "S: ";
        var begin = 0;
        for (var end = 0; end < bytes.length; end++) {
            if (bytes[end] == '\n' || end == bytes.length - 1) {
                to.add(mark + line(Arrays.copyOfRange(bytes, begin, end + 1)));
                begin = end + 1;
            }
        }
    }

    /** As a transcript has it: CRLF goes without saying, anything else at the end does not. */
    private static String line(byte[] bytes) {
        var text = new String(bytes, ISO_8859_1);
        if (text.endsWith("\r\n")) {
            return FtpLine.of(text.substring(0, text.length() - 2)).toString();
        }
        return text.endsWith("\n")
                ? FtpLine.of(text.substring(0, text.length() - 1)) + "\\n\\c"
                : FtpLine.of(text) + "\\c";
    }

    private void write(List<String> lines) {
        if (!writes || full()) {
            return;
        }
        for (var line : lines) {
            if (blocks.isEmpty() || line.startsWith("C:") && !blocks.getLast().getLast().startsWith("C:")) {
                blocks.add(new ArrayList<>());
            }
            blocks.getLast().add(line);
            characters += line.length();
        }
    }
}
