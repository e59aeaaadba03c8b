package dev.sallyport.telemetry;

import dev.sallyport.ftp.Fault;
import dev.sallyport.session.ClientRefusal;
import dev.sallyport.session.PinholeRefusal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** A {@link LineLimit} for each kind of what may come in floods: a flood of one hides no other. Safe for several threads. */
final class Limits {

    /** What comes in floods. */
    sealed interface Kind {

        record OfClient(ClientRefusal reason) implements Kind {}

        record OfFault(Fault fault) implements Kind {}

        record OfPinhole(PinholeRefusal reason) implements Kind {}

        record OfRange(PinholeRefusal reason) implements Kind {}

        record OfLogin() implements Kind {}

        /** A gateway's rule, by its name. */
        record OfRule(String gateway, String rule) implements Kind {}
    }

    /** From here on those of rules that are no more, among others, are looked for. */
    static final int MANY = 1_024;

    private final LongSupplier clockNanos;
    private final Map<Kind, LineLimit> limits = new ConcurrentHashMap<>();
    /** When there are so many those at rest go: from then on as many again may come. */
    private volatile int most = MANY;

    Limits(LongSupplier clockNanos) {
        this.clockNanos = clockNanos;
        // Not when the first client is refused: that may be for want of descriptors, and then no class can be loaded; records have
        // their comparison made when they are first compared.
        for (var reason : ClientRefusal.values()) {
            limits.put(new Kind.OfClient(reason), new LineLimit());
            limits.get(new Kind.OfClient(reason));
        }
    }

    /** Whether one more of this kind may pass: {@link LineLimit#HELD_BACK}, or how many were held back since the last that passed. */
    long pass(Kind kind) {
        var nowNanos = clockNanos.getAsLong();
        var limit = limits.get(kind);
        if (limit == null) {
            limit = limits.computeIfAbsent(kind, _ -> new LineLimit());
            if (limits.size() > most) {
                limits.values().removeIf(each -> each.rests(nowNanos));
                most = Math.max(MANY, 2 * limits.size());
            }
        }
        return limit.pass(nowNanos);
    }

    int size() {
        return limits.size();
    }
}
