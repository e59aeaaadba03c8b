package dev.sallyport.session.conversations;

import dev.sallyport.ftp.LineLimits;
import dev.sallyport.ftp.LineSplitter;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.SplittableRandom;

/** One direction of the control connection: lines of one side, cut into segments at random, and the splitter they reach. */
final class Wire {

    /** What the side wants to say and has not put on the wire. */
    final ArrayDeque<Sent> unsent = new ArrayDeque<>();
    /** What is on the wire or in the splitter and has not been handled. */
    final ArrayDeque<Sent> underWay = new ArrayDeque<>();

    final LineSplitter splitter;

    private final SplittableRandom random;
    private final boolean byteByByte;
    private byte[] bytes = {};
    private int position;

    Wire(SplittableRandom random, LineLimits limits) {
        this.random = random;
        this.splitter = new LineSplitter(limits);
        this.byteByByte = random.nextInt(8) == 0;
    }

    boolean empty() {
        return position == bytes.length && unsent.isEmpty() && !splitter.pending();
    }

    /** Feeds the next segment if the last one is used up. @return whether there was one */
    boolean deliver() {
        if (splitter.pending()) {
            return false;
        }
        if (position == bytes.length) {
            load();
        }
        if (position == bytes.length) {
            return false;
        }
        var left = bytes.length - position;
        var length = byteByByte ? 1 : random.nextInt(3) == 0 ? 1 + random.nextInt(left) : left;
        splitter.feed(bytes, position, length);
        position += length;
        return true;
    }

    private void load() {
        var loaded = new ByteArrayOutputStream();
        for (var lines = 1 + random.nextInt(3); lines > 0 && !unsent.isEmpty(); lines--) {
            var sent = unsent.removeFirst();
            underWay.add(sent);
            loaded.writeBytes(sent.bytes());
        }
        bytes = loaded.toByteArray();
        position = 0;
    }
}
