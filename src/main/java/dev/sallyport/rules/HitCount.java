package dev.sallyport.rules;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** How often a rule has decided. Counted on all event loops; it goes over to the rule of the same name at a reload. */
final class HitCount {

    private static final VarHandle COUNT;

    static {
        try {
            COUNT = MethodHandles.lookup().findVarHandle(HitCount.class, "count", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    @SuppressWarnings("unused") // by COUNT
    private volatile long count;

    void add() {
        COUNT.getAndAdd(this, 1L);
    }

    long count() {
        return count;
    }
}
