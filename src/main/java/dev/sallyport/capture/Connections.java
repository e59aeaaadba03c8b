package dev.sallyport.capture;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connections that are remembered, found by their key, and in the order in which they were last asked for. Each packet asks
 * once, so the lists are made of the connections themselves.
 */
final class Connections {

    private static final int FIRST_CAPACITY = 1 << 12;

    private @Nullable TcpConnection[] buckets = new @Nullable TcpConnection[FIRST_CAPACITY];
    private @Nullable TcpConnection oldest;
    private @Nullable TcpConnection newest;
    private int size;

    int size() {
        return size;
    }

    /** The one with this key, which becomes the newest. */
    @Nullable TcpConnection find(ConnectionKey key) {
        var each = buckets[bucket(key)];
        while (each != null && !each.sameAs(key)) {
            each = each.nextInBucket;
        }
        if (each != null && each != newest) {
            unlink(each);
            linkNewest(each);
        }
        return each;
    }

    /** @param connection none with its key is there */
    void add(TcpConnection connection) {
        if (++size > buckets.length) {
            grow();
        }
        putInBucket(connection);
        linkNewest(connection);
    }

    void remove(TcpConnection connection) {
        size--;
        unlink(connection);
        var bucket = bucket(connection);
        var each = buckets[bucket];
        if (each == connection) {
            buckets[bucket] = connection.nextInBucket;
            return;
        }
        while (each != null && each.nextInBucket != connection) {
            each = each.nextInBucket;
        }
        if (each != null) {
            each.nextInBucket = connection.nextInBucket;
        }
    }

    /** The one that nobody has asked for for longest. */
    @Nullable TcpConnection oldest() {
        return oldest;
    }

    void clear() {
        Arrays.fill(buckets, null);
        oldest = null;
        newest = null;
        size = 0;
    }

    /** From the oldest on. */
    void forEach(Consumer<TcpConnection> action) {
        for (var each = oldest; each != null; each = each.newer) {
            action.accept(each);
        }
    }

    private void grow() {
        buckets = new @Nullable TcpConnection[buckets.length * 2];
        forEach(this::putInBucket);
    }

    /** The upper bits of a hash are those that are spread best. */
    private int bucket(ConnectionKey key) {
        return key.hash >>> Integer.numberOfLeadingZeros(buckets.length) + 1;
    }

    private void putInBucket(TcpConnection connection) {
        var bucket = bucket(connection);
        connection.nextInBucket = buckets[bucket];
        buckets[bucket] = connection;
    }

    private void linkNewest(TcpConnection connection) {
        connection.older = newest;
        connection.newer = null;
        if (newest == null) {
            oldest = connection;
        } else {
            newest.newer = connection;
        }
        newest = connection;
    }

    private void unlink(TcpConnection connection) {
        var before = connection.older;
        var behind = connection.newer;
        if (before == null) {
            oldest = behind;
        } else {
            before.newer = behind;
        }
        if (behind == null) {
            newest = before;
        } else {
            behind.older = before;
        }
    }
}
