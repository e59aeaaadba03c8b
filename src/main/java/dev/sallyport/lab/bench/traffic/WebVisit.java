package dev.sallyport.lab.bench.traffic;

import java.io.IOException;
import java.util.Random;

/** A visit of a page, as TLS has it (RFC 8446 §5.1): what most traffic is. Most of what is asked for is small, some is not. */
final class WebVisit implements Talk {

    private static final int HTTPS = 443;
    private static final int REQUEST = 400;
    private static final int RECORD = 16 << 10;
    private static final int SMALL = 4 << 10;
    private static final int LARGE = 200 << 10;

    private final TcpTalk connection;
    private final Random random;
    private final byte[] content;
    private final byte[] request;
    private byte[] record;
    private boolean open;
    private int requests;
    private int left;

    /** @param content what is in the records */
    WebVisit(CaptureWriter to, int number, Random random, byte[] content) {
        var six = number % 4 == 0;
        var ephemeral = 32_768 + number % 28_000;
        connection = new TcpTalk(
                to, six ? Host.six(0, number % 4_000, ephemeral) : Host.four(0, number, ephemeral),
                six ? Host.six(1, 100 + number % 50, HTTPS) : Host.four(1, 100 + number % 50, HTTPS), random.nextInt());
        this.random = random;
        this.request = record(REQUEST, content);
        this.content = content;
        this.record = request;
        this.requests = 1 + random.nextInt(6);
    }

    /** Application data. @param length with its header, of five bytes @param content what is in it */
    static byte[] record(int length, byte[] content) {
        var record = new byte[length];
        System.arraycopy(content, 0, record, 5, length - 5);
        record[0] = 23;
        record[1] = 3;
        record[2] = 3;
        record[3] = (byte) (length - 5 >> 8);
        record[4] = (byte) (length - 5);
        return record;
    }

    @Override
    public boolean goOn() throws IOException {
        if (!open) {
            open = true;
            connection.open();
        } else if (left > 0) {
            // A burst, as windows make them: no more than a record.
            for (var sent = 0; left > 0 && sent < 4 * TcpTalk.MOST_SEGMENT; ) {
                var at = record.length - 1 - (left - 1) % record.length;
                var count = connection.send(1, record, at, Math.min(left, record.length - at));
                left -= count;
                sent += count;
            }
        } else if (requests == 0) {
            connection.close(0);
            return false;
        } else {
            requests--;
            left = 100 + random.nextInt(random.nextInt(8) == 0 ? LARGE : SMALL);
            record = record(Math.min(left, RECORD), content);
            left -= left % record.length;
            connection.say(0, request);
        }
        return true;
    }
}
