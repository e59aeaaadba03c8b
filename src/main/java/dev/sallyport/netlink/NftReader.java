package dev.sallyport.netlink;

import static dev.sallyport.netlink.NftProtocol.*;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is in tables of family inet, in the network namespace of the thread that constructs it. Any thread may call; one
 * call at a time is served.
 */
public final class NftReader implements AutoCloseable {

    /** A busy table changes while it is read: after so many attempts the reading is given out as it is. */
    private static final int ATTEMPTS = 5;

    /**
     * An element.
     *
     * @param data what a map holds; null in a set
     * @param timeout its whole life; null without end
     * @param expiration what is left of it; null without end
     */
    public record Element(
            NftValue key, @Nullable NftValue data, @Nullable Duration timeout, @Nullable Duration expiration) {}

    /**
     * The elements of a set.
     *
     * @param whole false when the table was changed while this was read, each of several times: an element may be missing or
     *     stand here twice
     */
    public record Elements(List<Element> elements, boolean whole) {}

    /** A named counter. */
    public record Counter(long packets, long bytes) {}

    /**
     * What tells a table from one that was flushed, removed or made anew. Elements and counters have no part in it.
     *
     * @param handle the kernel's number of the table, never used again
     * @param objects how many chains, sets, maps and named objects it has
     * @param rules how many rules
     * @param rulesHash of the rules' handles in their order: a handle is never used again, so a rule replaced is noticed
     */
    public record Fingerprint(long handle, int objects, int rules, long rulesHash) {}

    private final Requests requests;

    /** @throws NetlinkException without CAP_NET_ADMIN */
    public NftReader() throws NetlinkException {
        requests = new Requests();
    }

    /** All elements; those that have expired are left out. */
    public synchronized Elements elements(NftSet set) throws NetlinkException, MalformedMessageException {
        for (int attempt = 1; ; attempt++) {
            var elements = new ArrayList<Element>();
            request(NFT_MSG_GETSETELEM)
                    .bytes(NFTA_SET_ELEM_LIST_TABLE, NftSet.zeroTerminated(set.table()))
                    .bytes(NFTA_SET_ELEM_LIST_SET, NftSet.zeroTerminated(set.name()));
            var dump = requests.dump("list set " + set, 0, message -> elements(message.attributes(), elements));
            if (dump == Requests.Dump.WHOLE || attempt == ATTEMPTS) {
                return new Elements(elements, dump == Requests.Dump.WHOLE);
            }
        }
    }

    /** The table's named counters. */
    public synchronized Map<String, Counter> counters(String table) throws NetlinkException, MalformedMessageException {
        for (int attempt = 1; ; attempt++) {
            var counters = new HashMap<String, Counter>();
            request(NFT_MSG_GETOBJ)
                    .bytes(NFTA_OBJ_TABLE, NftSet.zeroTerminated(table))
                    .networkInt(NFTA_OBJ_TYPE, NFT_OBJECT_COUNTER);
            var dump = requests.dump(
                    "read the counters of table " + table, 0, message -> counter(message.attributes(), counters));
            // Each counter by itself is right in any case.
            if (dump == Requests.Dump.WHOLE || attempt == ATTEMPTS) {
                return counters;
            }
        }
    }

    /** @return empty when there is no such table */
    public synchronized Optional<Fingerprint> fingerprint(String table) throws NetlinkException, MalformedMessageException {
        for (int attempt = 1; ; attempt++) {
            var reading = new Reading();
            request(NFT_MSG_GETTABLE).bytes(NFTA_TABLE_NAME, NftSet.zeroTerminated(table));
            int errno = requests.ask("find table " + table, Errno.ENOENT, message -> reading.table(message.attributes()));
            if (errno != 0) {
                return Optional.empty();
            }
            request(NFT_MSG_GETRULE).bytes(NFTA_RULE_TABLE, NftSet.zeroTerminated(table));
            var dump = requests.dump(
                    "list the rules of table " + table, Errno.ENOENT, message -> reading.rule(message.attributes()));
            if (dump == Requests.Dump.WHOLE || attempt == ATTEMPTS) {
                return Optional.of(new Fingerprint(reading.handle, reading.objects, reading.rules, reading.rulesHash));
            }
        }
    }

    @Override
    public void close() {
        requests.close();
    }

    private MessageWriter request(int message) {
        return requests.request(type(message), 0, Protocol.NFPROTO_INET);
    }

    private static void elements(AttributeReader attributes, List<Element> into) throws MalformedMessageException {
        while (attributes.next()) {
            if (attributes.type() == NFTA_SET_ELEM_LIST_ELEMENTS) {
                var list = attributes.nested();
                while (list.next()) {
                    var element = element(list.nested());
                    if (element != null) {
                        into.add(element);
                    }
                }
            }
        }
    }

    /** @return null without a key, as the catch-all element has none */
    static @Nullable Element element(AttributeReader attributes) throws MalformedMessageException {
        @Nullable NftValue key = null;
        @Nullable NftValue data = null;
        @Nullable Duration timeout = null;
        @Nullable Duration expiration = null;
        while (attributes.next()) {
            switch (attributes.type()) {
                case NFTA_SET_ELEM_KEY -> key = value(attributes.nested());
                case NFTA_SET_ELEM_DATA -> data = value(attributes.nested());
                case NFTA_SET_ELEM_TIMEOUT -> timeout = Duration.ofMillis(attributes.networkLong());
                case NFTA_SET_ELEM_EXPIRATION -> expiration = Duration.ofMillis(attributes.networkLong());
                default -> {}
            }
        }
        return key == null ? null : new Element(key, data, timeout, expiration);
    }

    private static @Nullable NftValue value(AttributeReader attributes) throws MalformedMessageException {
        @Nullable NftValue value = null;
        while (attributes.next()) {
            if (attributes.type() == NFTA_DATA_VALUE) {
                value = NftValue.read(attributes.bytes());
            }
        }
        return value;
    }

    private static void counter(AttributeReader attributes, Map<String, Counter> into) throws MalformedMessageException {
        @Nullable String name = null;
        long packets = 0;
        long bytes = 0;
        while (attributes.next()) {
            switch (attributes.type()) {
                case NFTA_OBJ_NAME -> name = attributes.string();
                case NFTA_OBJ_DATA -> {
                    var data = attributes.nested();
                    while (data.next()) {
                        switch (data.type()) {
                            case NFTA_COUNTER_PACKETS -> packets = data.networkLong();
                            case NFTA_COUNTER_BYTES -> bytes = data.networkLong();
                            default -> {}
                        }
                    }
                }
                default -> {}
            }
        }
        if (name != null) {
            into.put(name, new Counter(packets, bytes));
        }
    }

    /** A fingerprint in the making. */
    private static final class Reading {
        private long handle;
        private int objects;
        private int rules;
        private long rulesHash;

        void table(AttributeReader attributes) throws MalformedMessageException {
            while (attributes.next()) {
                switch (attributes.type()) {
                    case NFTA_TABLE_HANDLE -> handle = attributes.networkLong();
                    case NFTA_TABLE_USE -> objects = attributes.networkInt();
                    default -> {}
                }
            }
        }

        void rule(AttributeReader attributes) throws MalformedMessageException {
            rules++;
            while (attributes.next()) {
                if (attributes.type() == NFTA_RULE_HANDLE) {
                    rulesHash = 31 * rulesHash + attributes.networkLong();
                }
            }
        }
    }
}
