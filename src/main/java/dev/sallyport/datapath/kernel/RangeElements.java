package dev.sallyport.datapath.kernel;

import dev.sallyport.ftp.PortRange;
import dev.sallyport.netlink.NftChange;
import dev.sallyport.netlink.NftChange.Add;
import dev.sallyport.netlink.NftChange.Delete;
import dev.sallyport.netlink.NftSet;
import dev.sallyport.netlink.NftTransaction;
import dev.sallyport.netlink.NftValue;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What an open range is in the table: an element of its ports' map, and of those that translate where that is needed. */
final class RangeElements {

    private RangeElements() {}

    /** What the template names the maps of a range after. */
    static String name(PortRange ports) {
        return ports.first() + "_" + ports.last();
    }

    /** @param life after which nothing of it is left, unless it is renewed */
    static NftTransaction opening(KernelRange range, Duration life) {
        return new NftTransaction(additions(range, life));
    }

    /** The same where it may be open already. */
    static NftTransaction renewing(KernelRange range, Duration life) {
        var changes = deletions(range);
        changes.addAll(additions(range, life));
        return new NftTransaction(changes);
    }

    static NftTransaction closing(KernelRange range) {
        return new NftTransaction(deletions(range));
    }

    private static List<NftChange> additions(KernelRange range, Duration life) {
        var way = range.way;
        var mark = NftValue.ofMark(range.mark);
        var changes = new ArrayList<NftChange>(3);
        changes.add(new Add(ports(way), pair(way), mark, life));
        if (way.translatesDestination()) {
            changes.add(new Add(server(way), mark, NftValue.of(way.server()), life));
        }
        if (way.translatesSource()) {
            changes.add(new Add(source(way), mark, NftValue.of(way.dialFrom()), life));
        }
        return changes;
    }

    private static List<NftChange> deletions(KernelRange range) {
        var way = range.way;
        var mark = NftValue.ofMark(range.mark);
        var changes = new ArrayList<NftChange>(6);
        changes.add(new Delete(ports(way), pair(way)));
        if (way.translatesDestination()) {
            changes.add(new Delete(server(way), mark));
        }
        if (way.translatesSource()) {
            changes.add(new Delete(source(way), mark));
        }
        return changes;
    }

    /** {@code saddr . daddr}. */
    private static NftValue pair(KernelRange.Way way) {
        return NftValue.of(way.client()).address(way.listen());
    }

    private static NftSet ports(KernelRange.Way way) {
        return set("range" + family(way.client()) + "_" + name(way.ports()));
    }

    private static NftSet server(KernelRange.Way way) {
        return set("server" + family(way.client()));
    }

    private static NftSet source(KernelRange.Way way) {
        return set("snat" + family(way.client()));
    }

    private static String family(InetAddress address) {
        return address instanceof Inet4Address ? "4" : "6";
    }

    private static NftSet set(String name) {
        return new NftSet(Ruleset.TABLE, name);
    }
}
