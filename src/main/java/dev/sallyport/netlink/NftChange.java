package dev.sallyport.netlink;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A change of one element of a set or map. */
public sealed interface NftChange {
    NftSet set();

    NftValue key();

    /**
     * The element is to be new: one that is there is refused ({@link NftOutcome.Reason#EXISTS}). To renew, delete before, in
     * the same transaction. One that has expired is not there. What a set does with each element ({@code limit …}) the kernel
     * adds by itself.
     *
     * @param data what a map holds; null for a set
     * @param timeout after which it is gone, at least 1 ms, for a set with {@code flags timeout}; null for the set's own
     */
    record Add(NftSet set, NftValue key, @Nullable NftValue data, @Nullable Duration timeout) implements NftChange {
        public Add {
            if (timeout != null && timeout.toMillis() <= 0) {
                throw new IllegalArgumentException("An element lives for at least 1 ms, not for " + timeout);
            }
        }

        public Add(NftSet set, NftValue key, Duration timeout) {
            this(set, key, null, timeout);
        }

        @Override
        public String toString() {
            return "add " + key + (data == null ? "" : " : " + data) + " to set " + set;
        }
    }

    /** The element is gone afterwards. That it was not there is no error. */
    record Delete(NftSet set, NftValue key) implements NftChange {
        @Override
        public String toString() {
            return "delete " + key + " from set " + set;
        }
    }
}
