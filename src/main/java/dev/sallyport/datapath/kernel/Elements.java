package dev.sallyport.datapath.kernel;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.netlink.NftChange;
import dev.sallyport.netlink.NftChange.Add;
import dev.sallyport.netlink.NftChange.Delete;
import dev.sallyport.netlink.NftSet;
import dev.sallyport.netlink.NftTransaction;
import dev.sallyport.netlink.NftValue;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a pinhole is in the table: elements of the sets and maps of {@code deploy/nftables/sallyport.nft}. */
final class Elements {

    /** The mark, and where the connection leads, stay this much longer than the pinhole: a late second use is told by it. */
    private static final Duration AFTERLIFE = Duration.ofSeconds(10);

    /** How long the packets of a cut flow are answered with resets. */
    private static final Duration CUTTING = Duration.ofMinutes(2);

    private static final NftSet CUT = set("cut");
    private static final Family IPV4 = new Family("4");
    private static final Family IPV6 = new Family("6");

    /** All sets and maps, whose elements a sweep looks at. */
    static final List<NftSet> ALL = List.of(
            IPV4.pin, IPV4.source, IPV4.id, IPV4.dnat, IPV4.snat, IPV6.pin, IPV6.source, IPV6.id, IPV6.dnat, IPV6.snat, CUT);

    private Elements() {}

    private record Family(NftSet pin, NftSet source, NftSet id, NftSet dnat, NftSet snat) {
        Family(String suffix) {
            this(set("pin" + suffix), set("src" + suffix), set("id" + suffix), set("dnat" + suffix), set("snat" + suffix));
        }
    }

    private static NftSet set(String name) {
        return new NftSet(Ruleset.TABLE, name);
    }

    /** Opens it, all or nothing. */
    static NftTransaction opening(KernelPinhole pinhole) {
        return new NftTransaction(additions(pinhole));
    }

    /** Opens it where elements of one before it may be left. */
    static NftTransaction reopening(KernelPinhole pinhole) {
        var family = family(pinhole);
        var key = key(pinhole);
        var changes = new ArrayList<NftChange>(9);
        changes.add(new Delete(family.pin, key));
        if (pinhole.request.expectedPort() != null) {
            changes.add(doorDeletion(pinhole));
        }
        changes.add(new Delete(family.id, key));
        changes.add(new Delete(family.dnat, key));
        changes.addAll(additions(pinhole));
        return new NftTransaction(changes);
    }

    /** Its door goes: it is used up. */
    static NftTransaction used(KernelPinhole pinhole) {
        return NftTransaction.of(doorDeletion(pinhole));
    }

    /** Nothing of it is left afterwards. */
    static NftTransaction closing(KernelPinhole pinhole) {
        var family = family(pinhole);
        var key = key(pinhole);
        var changes = new ArrayList<NftChange>(4);
        if (!pinhole.doorGone) {
            changes.add(doorDeletion(pinhole));
        }
        changes.add(new Delete(family.id, key));
        if (pinhole.translatesDestination()) {
            changes.add(new Delete(family.dnat, key));
        }
        if (pinhole.translatesSource()) {
            changes.add(sourceDeletion(pinhole));
        }
        return new NftTransaction(changes);
    }

    /** What it has apart from its key, when another has taken that over. */
    static NftTransaction yielding(KernelPinhole pinhole) {
        return NftTransaction.of(sourceDeletion(pinhole));
    }

    private static NftChange sourceDeletion(KernelPinhole pinhole) {
        return new Delete(family(pinhole).snat, NftValue.ofMark(pinhole.mark));
    }

    /** Its flow's packets are answered with resets. */
    static NftTransaction cutting(int mark) {
        var key = NftValue.ofMark(mark);
        return NftTransaction.of(new Delete(CUT, key), new Add(CUT, key, CUTTING));
    }

    private static List<NftChange> additions(KernelPinhole pinhole) {
        var request = pinhole.request;
        var family = family(pinhole);
        var key = key(pinhole);
        var life = request.lifetime();
        var longer = life.plus(AFTERLIFE);
        var changes = new ArrayList<NftChange>(4);
        changes.add(door(pinhole, life));
        changes.add(new Add(family.id, key, NftValue.ofMark(pinhole.mark), longer));
        if (pinhole.translatesDestination()) {
            changes.add(new Add(family.dnat, key, endpoint(request.target()), longer));
        }
        if (pinhole.translatesSource()) {
            changes.add(new Add(family.snat, NftValue.ofMark(pinhole.mark), NftValue.of(request.dialFrom()), longer));
        }
        return changes;
    }

    private static NftChange door(KernelPinhole pinhole, Duration life) {
        var port = pinhole.request.expectedPort();
        return port == null
                ? new Add(family(pinhole).pin, key(pinhole), life)
                : new Add(family(pinhole).source, sourceKey(pinhole, port.number()), life);
    }

    private static NftChange doorDeletion(KernelPinhole pinhole) {
        var port = pinhole.request.expectedPort();
        return port == null
                ? new Delete(family(pinhole).pin, key(pinhole))
                : new Delete(family(pinhole).source, sourceKey(pinhole, port.number()));
    }

    private static Family family(KernelPinhole pinhole) {
        return pinhole.key.expected() instanceof Inet4Address ? IPV4 : IPV6;
    }

    /** {@code saddr . daddr . dport}. */
    private static NftValue key(KernelPinhole pinhole) {
        var told = pinhole.key.told();
        return NftValue.of(pinhole.key.expected()).address(told.address()).port(told.port().number());
    }

    /** {@code saddr . sport . daddr . dport}. */
    private static NftValue sourceKey(KernelPinhole pinhole, int sourcePort) {
        var told = pinhole.key.told();
        return NftValue.of(pinhole.key.expected()).port(sourcePort).address(told.address()).port(told.port().number());
    }

    private static NftValue endpoint(Endpoint target) {
        return NftValue.of(target.address()).port(target.port().number());
    }
}
