package dev.sallyport.datapath.kernel;

import dev.sallyport.datapath.PinholeOwner;
import dev.sallyport.datapath.kernel.KernelPinhole.Key;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.PinholeRequest;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The pinholes of all gateways, which share the kernel's table. Thread-safe. */
final class Ledger {

    private final Map<PinholeId, KernelPinhole> byId = new ConcurrentHashMap<>();
    private final Map<Key, KernelPinhole> byKey = new ConcurrentHashMap<>();
    private final Map<Integer, KernelPinhole> byMark = new ConcurrentHashMap<>();
    /** Keys that a relay has beside the kernel: no pinhole can have them. */
    private final Set<Key> lent = ConcurrentHashMap.newKeySet();
    /** Marks of flows that an earlier run let through and that go on. */
    private final Set<Integer> adopted = ConcurrentHashMap.newKeySet();
    /** Passive ranges by their marks, each of any number of flows. */
    private final Map<Integer, KernelRange> ranges = new ConcurrentHashMap<>();
    private final AtomicInteger lastNumber = new AtomicInteger(new SecureRandom().nextInt());

    void adopt(int mark) {
        adopted.add(mark);
    }

    boolean adopted(int mark) {
        return adopted.contains(mark);
    }

    void forgetAdopted(int mark) {
        adopted.remove(mark);
    }

    /** Gives a range a mark, until it is forgotten. @param made of its mark */
    KernelRange markRange(IntFunction<KernelRange> made) {
        while (true) {
            var range = made.apply(nextMark());
            if (!adopted(range.mark) && !byMark.containsKey(range.mark) && ranges.putIfAbsent(range.mark, range) == null) {
                return range;
            }
        }
    }

    @Nullable KernelRange range(int mark) {
        return ranges.get(mark);
    }

    Collection<KernelRange> ranges() {
        return ranges.values();
    }

    /** What comes with its mark now is cut. */
    void forgetRange(KernelRange range) {
        ranges.remove(range.mark);
    }

    /** A pinhole at a port that its source address has no other at; null when it has. */
    @Nullable KernelPinhole take(PinholeRequest request, PinholeOwner owner, Port told) {
        // Most that are taken are found here, without a mark drawn for nothing.
        if (byKey.containsKey(key(request, told))) {
            return null;
        }
        var pinhole = mark(request, owner, told, false);
        return keyed(pinhole, byKey.compute(
                pinhole.key, (key, holder) -> holder != null || lent.contains(key) ? holder : pinhole));
    }

    /**
     * A pinhole at a port that cannot be chosen: one that is there already leads nowhere any more and yields. Null while a relay has
     * that place.
     */
    @Nullable KernelPinhole takeOver(PinholeRequest request, PinholeOwner owner, Port told) {
        var pinhole = mark(request, owner, told, byKey.containsKey(key(request, told)));
        return keyed(pinhole, byKey.compute(pinhole.key, (key, holder) -> lent.contains(key) ? holder : pinhole));
    }

    private @Nullable KernelPinhole keyed(KernelPinhole pinhole, @Nullable KernelPinhole holder) {
        if (holder != pinhole) {
            byMark.remove(pinhole.mark);
            return null;
        }
        byId.put(pinhole.id(), pinhole);
        return pinhole;
    }

    /** Lends a relay a key, until it is given back. @return false when a pinhole has it, or it is lent already */
    boolean lend(Key wanted) {
        var free = new AtomicBoolean();
        byKey.compute(wanted, (key, holder) -> {
            free.set(holder == null && lent.add(key));
            return holder;
        });
        return free.get();
    }

    void takeBack(Key key) {
        lent.remove(key);
    }

    private static Key key(PinholeRequest request, Port told) {
        return new Key(request.expected(), new Endpoint(request.listen(), told));
    }

    private KernelPinhole mark(PinholeRequest request, PinholeOwner owner, Port told, boolean takesOver) {
        while (true) {
            var pinhole = new KernelPinhole(request, owner, told, nextMark(), takesOver);
            if (!adopted(pinhole.mark) && !ranges.containsKey(pinhole.mark) && byMark.putIfAbsent(pinhole.mark, pinhole) == null) {
                return pinhole;
            }
        }
    }

    private int nextMark() {
        return lastNumber.incrementAndGet() | Ruleset.OWN_FLOW;
    }

    @Nullable KernelPinhole find(PinholeId id) {
        return byId.get(id);
    }

    @Nullable KernelPinhole marked(int mark) {
        return byMark.get(mark);
    }

    /** Does something while nobody else can take its key, if it still has it. */
    void whileOwn(KernelPinhole pinhole, Runnable task) {
        byKey.computeIfPresent(pinhole.key, (key, holder) -> {
            if (holder == pinhole) {
                task.run();
            }
            return holder;
        });
    }

    /**
     * Gives its key up, and keeps its mark.
     *
     * @param whileOwn done while nobody else can take the key, and only if it was its own to the end: then its elements are nobody
     *     else's, and what is asked of the kernel now comes before what the next one at that key asks
     * @return whether it was
     */
    boolean giveUp(KernelPinhole pinhole, Runnable whileOwn) {
        var own = new AtomicBoolean();
        byKey.computeIfPresent(pinhole.key, (key, holder) -> {
            if (holder != pinhole) {
                return holder;
            }
            whileOwn.run();
            own.set(true);
            return null;
        });
        return own.get();
    }

    /** Drops it; as {@link #giveUp}. */
    boolean remove(KernelPinhole pinhole, Runnable whileOwn) {
        byId.remove(pinhole.id(), pinhole);
        byMark.remove(pinhole.mark, pinhole);
        return giveUp(pinhole, whileOwn);
    }

    Collection<KernelPinhole> all() {
        return byId.values();
    }
}
