package dev.sallyport.datapath;

import dev.sallyport.session.Input;
import dev.sallyport.session.RangeId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that share a passive range. The last one to leave stands for all from then on: what is left of the data is its.
 *
 * <p>Not thread-safe, but for the account. Sessions are told later, on their event loops: what they make of it may come back here.
 *
 * @param <T> what is kept with each
 */
public final class RangeMembers<T> {

    private final SequencedMap<RangeId, RangeMember<T>> members = new LinkedHashMap<>();
    private final RangeAccount account = new RangeAccount();
    /** The session that left last; null before. */
    private @Nullable RangeMember<T> last;
    /** Whether a session has left whose data was to be cut: it goes when the last leaves, for whose it is cannot be told. */
    private boolean toCut;

    /** Tells one of them of the data; told its end by whoever has the range, when the last has left. */
    public RangeAccount account() {
        return account;
    }

    /** A session has the range from now on. */
    public void join(RangeId range, PinholeOwner owner, T own) {
        var member = new RangeMember<>(range, owner, own);
        if (members.isEmpty()) {
            account.follow(member);
        }
        members.put(range, member);
    }

    /**
     * A session has the range no more; data is another's now, if there is one.
     *
     * @param cut whether its data is to be cut
     * @return whether it was the last
     */
    public boolean leave(RangeId range, boolean cut) {
        var member = members.remove(range);
        if (member == null) {
            return false;
        }
        toCut |= cut;
        if (members.isEmpty()) {
            last = member;
            return true;
        }
        if (account.tells(range)) {
            account.follow(members.firstEntry().getValue());
        } else {
            member.tell(new Input.RangeEnded(range));
        }
        return false;
    }

    /** They have it no more, and know. */
    public void clear() {
        members.clear();
    }

    public boolean isEmpty() {
        return members.isEmpty();
    }

    /** Whether data is cut when the last has left. */
    public boolean toCut() {
        return toCut;
    }

    /** Whether this one was the last. */
    public boolean leftLastBy(RangeId range) {
        return last != null && last.range().equals(range);
    }

    /** What is kept with them, or with the last when all have left. */
    public Collection<T> own() {
        return last != null ? List.of(last.own()) : members.values().stream().map(RangeMember::own).toList();
    }

    /** What is kept with this one; null when it has not got the range. */
    public @Nullable T own(RangeId range) {
        var member = members.get(range);
        return member == null ? null : member.own();
    }

    public void tell(Function<RangeId, Input> input) {
        tell(_ -> true, input);
    }

    /** @param whom by what is kept with them */
    public void tell(Predicate<T> whom, Function<RangeId, Input> input) {
        members.values().stream().filter(member -> whom.test(member.own())).forEach(member -> member.tell(input.apply(member.range())));
    }

    /** Tells this one, which has the range. */
    public void tell(RangeId range, Input input) {
        var member = members.get(range);
        if (member != null) {
            member.tell(input);
        }
    }
}
