package dev.sallyport.netlink;

import static dev.sallyport.netlink.NftProtocol.*;

import java.util.ArrayList;
import java.util.List;

/**
 * One kernel transaction: the changes of as many {@link NftTransaction}s as fit, a message for each change.
 *
 * <pre>
 * NFNL_MSG_BATCH_BEGIN, resource nftables
 * NFT_MSG_NEWSETELEM | NFT_MSG_DESTROYSETELEM   table, set, elements { element { key { value }, data { value }, timeout } }
 * …
 * NFNL_MSG_BATCH_END
 * </pre>
 *
 * <p>The kernel checks every message, also behind one that it refuses, and then commits all or nothing. It answers each
 * message that it refuses, and of the others those that ask for it: so the last change alone asks (NLM_F_ACK), and its
 * answer, which comes last, says that the batch is over (nfnetlink_rcv_batch in net/netfilter/nfnetlink.c). What concerns the
 * batch as a whole is answered with the sequence number of its beginning. All is there when {@code send} returns.
 */
final class NftBatch {
    static final int MAX_CHANGES = 1024;

    /** The largest change has less than 1 KiB: two names of 256, key and data of 64. */
    private static final int MAX_CHANGE_BYTES = 1 << 10;

    private static final int MAX_BYTES = (NftTransaction.MAX_CHANGES + 1) * MAX_CHANGE_BYTES;

    /** MAX_CHANGES refusals, each of which takes 1 to 2 KiB of the kernel's memory. */
    private static final int RECEIVE_BYTES = 4 << 20;

    /** The kernel's answer to a batch. */
    sealed interface Answer {
        enum Committed implements Answer {
            COMMITTED
        }

        /** Nothing was done, because of these changes. */
        record Refused(List<Refusal> refusals) implements Answer {}

        /** Nothing was done; no change is named. */
        record Failed(KernelError error) implements Answer {}

        /** The kernel had no memory for its answer. */
        record Lost() implements Answer {}
    }

    /**
     * @param index the how manieth change of the batch
     * @param element whether its element is at fault, rather than its table or its set
     */
    record Refusal(int index, NftChange change, KernelError error, boolean element) {}

    private final NetlinkSocket socket;
    private final MessageWriter writer;
    private final MessageReader reader;
    private final boolean destroys;
    private final List<NftChange> changes = new ArrayList<>();
    private int sequence;

    /** @param destroys whether to use NFT_MSG_DESTROYSETELEM; else the kernel refuses to delete what is not there */
    NftBatch(NetlinkSocket socket, boolean destroys) throws NetlinkException {
        this.socket = socket;
        this.destroys = destroys;
        socket.sendBuffer(2 * MAX_BYTES);
        writer = new MessageWriter(socket.allocate(MAX_BYTES));
        reader = new MessageReader(socket.received());
    }

    static NetlinkSocket socket() throws NetlinkException {
        return new NetlinkSocket(RECEIVE_BYTES);
    }

    void begin() {
        changes.clear();
        writer.clear();
        writer.begin(Protocol.NFNL_MSG_BATCH_BEGIN, 0, sequence, Protocol.NFPROTO_UNSPEC, Protocol.SUBSYSTEM_NFTABLES).end();
    }

    int changes() {
        return changes.size();
    }

    /** @return false when there is no room for all of them: then none of them is in the batch */
    boolean add(List<NftChange> more) {
        int before = changes.size();
        long length = writer.length();
        long last = writer.last();
        if (before + more.size() > MAX_CHANGES) {
            return false;
        }
        for (var change : more) {
            if (writer.room() < 2 * MAX_CHANGE_BYTES) {
                writer.cut(length, last);
                changes.subList(before, changes.size()).clear();
                return false;
            }
            changes.add(change);
            write(change);
        }
        return true;
    }

    /** Sends what was added, at least one change, and awaits the kernel's answer. */
    Answer commit() {
        int first = sequence + 1;
        int last = sequence + changes.size();
        writer.flag(Protocol.NLM_F_ACK);
        writer.begin(
                        Protocol.NFNL_MSG_BATCH_END, 0, last + 1, Protocol.NFPROTO_UNSPEC, Protocol.SUBSYSTEM_NFTABLES)
                .end();
        try {
            socket.send(writer.memory(), writer.length());
            return answer(first, last);
        } catch (NetlinkException refused) {
            return new Answer.Failed(refused.error());
        } catch (MalformedMessageException unreadable) {
            return new Answer.Lost();
        } finally {
            sequence = last + 2;
        }
    }

    private Answer answer(int first, int last) throws NetlinkException, MalformedMessageException {
        var refusals = new ArrayList<Refusal>();
        while (true) {
            int length = socket.receive(0);
            if (length <= 0) {
                // The kernel goes on to drop answers until all that lies there is read (netlink_rcv_wake).
                drain();
                return refusals.isEmpty() ? new Answer.Lost() : new Answer.Refused(refusals);
            }
            reader.over(length);
            while (reader.next()) {
                int index = reader.sequence() - first;
                if (reader.type() != Protocol.NLMSG_ERROR || index < -1 || index >= changes.size()) {
                    continue;
                }
                int errno = reader.errno();
                if (errno != 0 && index < 0) {
                    drain();
                    return new Answer.Failed(reader.error("commit a batch of " + changes.size() + " changes"));
                }
                if (errno != 0) {
                    refusals.add(refusal(index));
                }
                if (reader.sequence() == last) {
                    return refusals.isEmpty() ? Answer.Committed.COMMITTED : new Answer.Refused(refusals);
                }
            }
        }
    }

    private Refusal refusal(int index) throws MalformedMessageException {
        var change = changes.get(index);
        var error = reader.error(change.toString());
        return new Refusal(index, change, error, error.offset() < 0 || error.offset() >= elementsOffset(change));
    }

    /** What is left is void: behind a batch that failed in its commit, acknowledgements; else answers of which some are lost. */
    private void drain() throws NetlinkException {
        while (socket.receive(0) > 0) {
            continue;
        }
    }

    private void write(NftChange change) {
        int type = change instanceof NftChange.Add
                ? NFT_MSG_NEWSETELEM
                : destroys ? NFT_MSG_DESTROYSETELEM : NFT_MSG_DELSETELEM;
        int flags = change instanceof NftChange.Add ? Protocol.NLM_F_CREATE | Protocol.NLM_F_EXCL : 0;
        writer.begin(type(type), flags, sequence + changes.size(), Protocol.NFPROTO_INET, 0);
        writer.bytes(NFTA_SET_ELEM_LIST_TABLE, NftSet.zeroTerminated(change.set().table()));
        writer.bytes(NFTA_SET_ELEM_LIST_SET, NftSet.zeroTerminated(change.set().name()));
        long elements = writer.nest(NFTA_SET_ELEM_LIST_ELEMENTS);
        long element = writer.nest(NFTA_LIST_ELEM);
        value(NFTA_SET_ELEM_KEY, change.key());
        if (change instanceof NftChange.Add add) {
            if (add.data() != null) {
                value(NFTA_SET_ELEM_DATA, add.data());
            }
            if (add.timeout() != null) {
                writer.networkLong(NFTA_SET_ELEM_TIMEOUT, add.timeout().toMillis());
            }
        }
        writer.endNest(element);
        writer.endNest(elements);
        writer.end();
    }

    private void value(int type, NftValue value) {
        long start = writer.nest(type);
        writer.bytes(NFTA_DATA_VALUE, value.bytes());
        writer.endNest(start);
    }

    private static int elementsOffset(NftChange change) {
        return MessageWriter.HEADER_BYTES + MessageWriter.GENERIC_BYTES
                + attributeBytes(change.set().table()) + attributeBytes(change.set().name());
    }

    private static int attributeBytes(String name) {
        return MessageWriter.ATTRIBUTE_BYTES + ((NftSet.zeroTerminated(name).length + 3) & ~3);
    }
}
