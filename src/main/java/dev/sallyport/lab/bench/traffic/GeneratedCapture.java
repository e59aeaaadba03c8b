package dev.sallyport.lab.bench.traffic;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A capture of FTP sessions among other traffic, all mixed, spread from its beginning to its end.
 *
 * @param bytes how long the file is
 * @param packets in it
 * @param sessions of FTP
 * @param transfers of theirs, each with a data connection
 */
public record GeneratedCapture(long bytes, long packets, int sessions, int transfers) {

    private static final int SEED = 959;
    /** So many talk at the same time beside the sessions. */
    private static final int OTHERS = 48;
    /** Eight visits of pages for each exchange of datagrams. */
    private static final int PAGES = 8;

    /**
     * Writes one.
     *
     * @param file that is not there yet
     * @param bytes it becomes as long as this and a little more; longer where the sessions alone are
     */
    public static GeneratedCapture write(Path file, long bytes, int sessions) throws IOException {
        var random = new Random(SEED);
        var content = new byte[1 << 17];
        random.nextBytes(content);
        try (var writer = new CaptureWriter(file)) {
            var talks = new ArrayList<Talk>();
            var begun = 0;
            var others = 0;
            var transfers = 0;
            while (true) {
                var due = (int) Math.min(sessions, sessions * (writer.bytes() / (double) (bytes * 0.98)) + 1);
                for (; begun < due; begun++) {
                    var visit = new FtpVisit(writer, begun, random, content);
                    transfers += visit.transfers();
                    talks.add(visit);
                }
                if (writer.bytes() < bytes) {
                    for (; talks.size() < OTHERS; others++) {
                        talks.add(others % (PAGES + 1) == 0
                                ? new Datagrams(writer, others, random, content) : new WebVisit(writer, others, random, content));
                    }
                }
                if (talks.isEmpty()) {
                    break;
                }
                goOn(talks, random);
            }
            return new GeneratedCapture(writer.bytes(), writer.packets(), sessions, transfers);
        }
    }

    private static void goOn(List<Talk> talks, Random random) throws IOException {
        var turn = random.nextInt(talks.size());
        if (!talks.get(turn).goOn()) {
            var last = talks.removeLast();
            if (turn < talks.size()) {
                talks.set(turn, last);
            }
        }
    }
}
