package dev.sallyport.datapath.kernel;

import dev.sallyport.netlink.NftOutcome;
import dev.sallyport.netlink.NftOutcome.Reason;
import dev.sallyport.netlink.NftTransaction;
import dev.sallyport.netlink.NftWriter;
import dev.sallyport.session.PinholeRefusal;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens and closes what sessions ask for, in the table, and knows what they are told where the kernel refuses. */
final class TableWriter {

    private static final Logger LOG = LoggerFactory.getLogger(TableWriter.class);

    private final NftWriter writer;
    private final Runnable tableMissing;

    /** @param tableMissing told when the kernel does not know the table */
    TableWriter(NftWriter writer, Runnable tableMissing) {
        this.writer = writer;
        this.tableMissing = tableMissing;
    }

    void submit(NftTransaction changes, Consumer<NftOutcome> answered) {
        writer.submit(changes, answered);
    }

    /** The kernel has refused. @param what was not done, for the log: {@code pinhole 1a.1 could not be opened} */
    PinholeRefusal refused(String what, NftOutcome.Refused refused) {
        LOG.warn("{}: {}", what, refused.error());
        if (refused.reason() == Reason.TABLE_MISSING) {
            tableMissing.run();
        }
        return refused.reason() == Reason.SET_FULL ? PinholeRefusal.TABLE_FULL : PinholeRefusal.DATA_PATH_FAILED;
    }
}
