package dev.sallyport.lab.bench.traffic;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;

/** Two hosts that send each other datagrams. */
final class Datagrams implements Talk {

    private static final int PORT = 40_000;
    private static final int MOST_BYTES = 1_200;

    private final CaptureWriter to;
    private final Host[] hosts;
    private final Random random;
    private final byte[] content;
    private int left;

    Datagrams(CaptureWriter to, int number, Random random, byte[] content) {
        this.to = to;
        this.hosts = new Host[] {Host.four(0, number, PORT), Host.four(1, 200 + number % 20, PORT)};
        this.random = random;
        this.content = content;
        this.left = 1 + random.nextInt(40);
    }

    @Override
    public boolean goOn() throws IOException {
        var who = random.nextInt(2);
        var length = 40 + random.nextInt(MOST_BYTES);
        // RFC 768.
        var header = ByteBuffer.allocate(8).putShort((short) PORT).putShort((short) PORT).putShort((short) (8 + length)).array();
        to.packet(hosts[who], hosts[1 - who], CaptureWriter.UDP, header, 8, 6, content, 0, length);
        return --left > 0;
    }
}
