package dev.sallyport.capture;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A capture file that is read and decoded by a thread of its own, ahead of who follows its connections.
 *
 * <p>Few batches go round: filled there, used here, one behind the other since the packets of both are told in the order of their
 * times. So no more is read ahead, and the reader's buffers, one more than there are
 * batches, hold all that their segments refer to ({@link ByteInput#lend}).
 */
public final class DecodedCapture implements Closeable {

    static final int BATCHES = 4;

    private final CaptureFile file;
    private final PacketDecoder decoder;
    private final BlockingQueue<Batch> empty = new LinkedBlockingQueue<>();
    private final BlockingQueue<Batch> full = new LinkedBlockingQueue<>();
    /** Behind the last. */
    private final Batch end = new Batch();
    private final Thread thread;
    private @Nullable Batch used;
    private @Nullable Batch ahead;
    /** Why there is no more; written before the last batch is handed over. */
    private @Nullable Throwable failure;

    private DecodedCapture(CaptureFile file, PacketDecoder decoder) {
        this.file = file;
        this.decoder = decoder;
        for (var i = 0; i < BATCHES; i++) {
            empty.add(new Batch());
        }
        this.thread = Thread.ofPlatform().name("capture-reader").daemon().start(this::read);
    }

    /**
     * Begins to read.
     *
     * @param decoder that nobody else uses until this is closed
     * @throws CaptureException when there is no such file, it cannot be read, or it is no capture
     */
    public static DecodedCapture open(Path path, PacketDecoder decoder) throws CaptureException {
        return new DecodedCapture(CaptureFile.open(path), decoder);
    }

    /** How many bytes the file has; 0 where that is not known. */
    public long size() {
        return file.size();
    }

    /**
     * The next packets.
     *
     * @return valid until this is called again; null behind the last
     * @throws CaptureException when the file cannot be read further: the packets before this are good
     */
    public @Nullable Batch next() throws CaptureException {
        try {
            if (used != null) {
                used.clear();
                empty.add(used);
            }
            used = used == null ? taken() : ahead;
            if (used != null) {
                ahead = taken();
                used.behind = ahead;
                return used;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CaptureException("interrupted while a capture was read.", interrupted);
        }
        switch (failure) {
            case null -> {
                return null;
            }
            case CaptureException told -> throw told;
            case Throwable unexpected -> throw new IllegalStateException("a capture's reader has failed", unexpected);
        }
    }

    private @Nullable Batch taken() throws InterruptedException {
        var next = full.take();
        return next == end ? null : next;
    }

    private void read() {
        try {
            fill();
        } catch (InterruptedException _) {
            // Nobody wants more.
        } catch (Throwable thrown) {
            failure = thrown;
        } finally {
            full.add(end);
        }
    }

    private void fill() throws CaptureException, InterruptedException {
        var packet = new Packet();
        var batch = empty.take();
        var buffer = packet.bytes;
        try {
            while (file.next(packet)) {
                if (packet.bytes != buffer || batch.full()) {
                    handOver(batch);
                    batch = empty.take();
                    buffer = packet.bytes;
                }
                batch.add(packet, decoder);
            }
        } finally {
            handOver(batch);
        }
    }

    private void handOver(Batch batch) {
        batch.position = file.position();
        batch.whole();
        full.add(batch);
    }

    /** Whatever was not read is not read any more. */
    @Override
    public void close() throws IOException {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        file.close();
    }
}
