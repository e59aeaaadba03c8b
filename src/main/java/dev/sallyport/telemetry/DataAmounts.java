package dev.sallyport.telemetry;

import dev.sallyport.ftp.Side;
import dev.sallyport.session.Moved;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What one data path has moved for one gateway. */
final class DataAmounts {

    private final LongAdder bytesToClient;
    private final LongAdder bytesToServer;
    /** Null where the data path sees no packets. */
    private final @Nullable LongAdder packetsToClient;
    private final @Nullable LongAdder packetsToServer;

    DataAmounts(Metrics metrics, String gateway, DataPathKind path) {
        bytesToClient = counter(metrics, Meter.DATA_BYTES, gateway, Side.CLIENT, path);
        bytesToServer = counter(metrics, Meter.DATA_BYTES, gateway, Side.SERVER, path);
        var packets = path == DataPathKind.KERNEL;
        packetsToClient = packets ? counter(metrics, Meter.DATA_PACKETS, gateway, Side.CLIENT, path) : null;
        packetsToServer = packets ? counter(metrics, Meter.DATA_PACKETS, gateway, Side.SERVER, path) : null;
    }

    private static LongAdder counter(Metrics metrics, Meter meter, String gateway, Side to, DataPathKind path) {
        return metrics.counter(meter, gateway, Word.to(to), Word.of(path));
    }

    void add(Moved more) {
        bytesToClient.add(more.bytesToClient());
        bytesToServer.add(more.bytesToServer());
        if (packetsToClient != null && packetsToServer != null) {
            packetsToClient.add(more.packetsToClient());
            packetsToServer.add(more.packetsToServer());
        }
    }

    /** In bytes alone. */
    Moved sum() {
        return new Moved(bytesToClient.sum(), bytesToServer.sum());
    }
}
