package dev.sallyport.netlink;

import static dev.sallyport.netlink.CtMessage.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds and removes entries of the connection tracking table, in the network namespace of the thread that constructs it. Any
 * thread may call; one call at a time is served.
 */
public final class Conntrack implements AutoCloseable {

    /**
     * Entries that a dump found.
     *
     * @param whole false when the table was resized meanwhile: an entry may be missing
     */
    public record Flows(List<Flow> flows, boolean whole) {}

    private static final int MOST_AT_ONCE = 100;

    private final Requests requests;

    /** @throws NetlinkException without CAP_NET_ADMIN */
    public Conntrack() throws NetlinkException {
        requests = new Requests();
    }

    /**
     * The entry of that tuple, its counters included.
     *
     * @param tuple of its first packet, or of the answers
     * @param zone 0 to 65535
     */
    public synchronized Optional<Flow> find(FlowTuple tuple, int zone)
            throws NetlinkException, MalformedMessageException {
        var found = new ArrayList<Flow>(1);
        request(IPCTNL_MSG_CT_GET, 0, tuple, zone);
        requests.ask("find flow " + tuple, Errno.ENOENT, message -> found.add(flow(message.attributes())));
        return found.stream().findFirst();
    }

    /** As {@link #find}, many with one call of the kernel. @return those that are there, in the order of {@code flows} */
    public synchronized List<Flow> findAll(List<Flow> flows) throws NetlinkException, MalformedMessageException {
        var found = new ArrayList<Flow>(flows.size());
        for (int from = 0; from < flows.size(); from += MOST_AT_ONCE) {
            int end = Math.min(flows.size(), from + MOST_AT_ONCE);
            for (int i = from; i < end; i++) {
                var flow = flows.get(i);
                int family = family(flow.original());
                int get = type(IPCTNL_MSG_CT_GET);
                identify(flow.original(), flow.zone(), i == from ? requests.request(get, 0, family) : requests.another(get, 0, family));
            }
            requests.ask("find flows", Errno.ENOENT, message -> found.add(flow(message.attributes())));
        }
        return found;
    }

    /**
     * Removes the entry, whose end is then told with its counters ({@link FlowEvent.Ended}). What packets still come belong to
     * no flow.
     *
     * @return false when there is none: neither of that tuple nor, where {@code flow} has an id, of that id
     */
    public synchronized boolean delete(Flow flow) throws NetlinkException, MalformedMessageException {
        identify(flow, requests.request(type(IPCTNL_MSG_CT_DELETE), Protocol.NLM_F_ACK, family(flow.original())));
        return deleted(flow.original());
    }

    /** As {@link #delete(Flow)}, whichever entry has the tuple now. */
    public synchronized boolean delete(FlowTuple original, int zone) throws NetlinkException, MalformedMessageException {
        request(IPCTNL_MSG_CT_DELETE, Protocol.NLM_F_ACK, original, zone);
        return deleted(original);
    }

    /** All entries whose mark has the bits {@code value} under {@code mask}, filtered by the kernel. */
    public synchronized Flows marked(int value, int mask) throws NetlinkException, MalformedMessageException {
        var flows = new ArrayList<Flow>();
        requests.request(type(IPCTNL_MSG_CT_GET), 0, Protocol.NFPROTO_UNSPEC)
                .networkInt(CTA_MARK, value)
                .networkInt(CTA_MARK_MASK, mask);
        var dump = requests.dump("list flows by their mark", 0, message -> flows.add(flow(message.attributes())));
        return new Flows(flows, dump == Requests.Dump.WHOLE);
    }

    @Override
    public void close() {
        requests.close();
    }

    private void request(int message, int flags, FlowTuple original, int zone) {
        identify(original, zone, requests.request(type(message), flags, family(original)));
    }

    private static void identify(FlowTuple original, int zone, MessageWriter writer) {
        original(writer, original);
        if (zone != 0) {
            writer.networkShort(CTA_ZONE, zone);
        }
    }

    private static void identify(Flow flow, MessageWriter writer) {
        identify(flow.original(), flow.zone(), writer);
        if (flow.id() != 0) {
            writer.networkInt(CTA_ID, flow.id());
        }
    }

    private boolean deleted(FlowTuple original) throws NetlinkException, MalformedMessageException {
        return requests.ask("delete flow " + original, Errno.ENOENT, message -> {}) == 0;
    }
}
