package dev.sallyport.rules;

/** The rules that several sets leave of all. Its memory is used again; so it belongs to one thread. */
final class RulesLeft {

    /** More than {@link RuleIndex} asks. */
    private static final int MOST = 16;

    private final RuleBits[] sets = new RuleBits[MOST];
    private int count;

    /** Begins anew. */
    RulesLeft of(RuleBits first) {
        sets[0] = first;
        count = 1;
        return this;
    }

    /** Leaves those that are in this set too. */
    RulesLeft and(RuleBits set) {
        if (!set.all()) {
            sets[count++] = set;
        }
        return this;
    }

    /** The first at a place or behind it; -1 when there is none. */
    int next(int place) {
        return RuleBits.next(place, sets, count);
    }
}
