package dev.sallyport.netlink;

import java.util.List;

/**
 * Changes that the kernel makes together or not at all: no packet meets some of them only.
 *
 * @param changes in this order; 1 to {@link #MAX_CHANGES}
 */
public record NftTransaction(List<NftChange> changes) {
    public static final int MAX_CHANGES = 256;

    public NftTransaction {
        changes = List.copyOf(changes);
        if (changes.isEmpty() || changes.size() > MAX_CHANGES) {
            throw new IllegalArgumentException("A transaction has 1 to " + MAX_CHANGES + " changes: " + changes.size());
        }
    }

    public static NftTransaction of(NftChange... changes) {
        return new NftTransaction(List.of(changes));
    }
}
