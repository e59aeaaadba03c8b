package dev.sallyport.netlink;

import org.jspecify.annotations.Nullable;

/** What became of a transaction. */
public sealed interface NftOutcome {

    /** The kernel has acknowledged: the next packet meets all of it. */
    enum Committed implements NftOutcome {
        COMMITTED
    }

    /**
     * Nothing of it was done.
     *
     * @param error what the kernel said; where it was not asked (queue full, closed), its errno is 0
     * @param change the first that was refused; null where no single one was
     */
    record Refused(Reason reason, KernelError error, @Nullable NftChange change) implements NftOutcome {}

    /** Why. */
    enum Reason {
        /** The set has as many elements as its {@code size}: ENFILE, ENOSPC or ENOBUFS. Expired ones count until collected. */
        SET_FULL,
        /** Table or set is not there: ENOENT. Somebody removed it. */
        TABLE_MISSING,
        /** The element is there already: EEXIST. */
        EXISTS,
        /** Too many transactions wait: see {@link NftWriter.Settings#queueCapacity}. */
        QUEUE_FULL,
        /** The writer is closed. */
        CLOSED,
        /** The acknowledgement was lost for want of memory: it is not known whether the changes were made. */
        UNKNOWN,
        /** See the error. */
        OTHER
    }
}
