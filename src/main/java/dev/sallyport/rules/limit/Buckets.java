package dev.sallyport.rules.limit;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Token buckets, one for each rule and key, at most so many: the one that was asked longest ago makes way, and is full when it
 * comes again. A bucket is the same for as long as the rule's name and rate are. Thread-safe.
 *
 * <p>Exact: a token is as many parts as its rate's unit has nanoseconds, and each nanosecond brings as many parts as the unit
 * brings tokens. A full bucket has at most {@value Rate#MOST} × 8.64·10¹³ parts, which a long holds.
 */
final class Buckets {

    private static final int STRIPES = 16;

    private final Stripe[] stripes = new Stripe[STRIPES];

    /** @param most buckets in all; at least one for each stripe */
    Buckets(int most) {
        for (var i = 0; i < STRIPES; i++) {
            stripes[i] = new Stripe(Math.max(1, most / STRIPES));
        }
    }

    /** Takes a token. @return whether there was one */
    boolean take(String rule, Rate rate, Object key, long nowNanos) {
        var hash = hash(rule, rate, key);
        return stripes[hash >>> Integer.SIZE - 4].take(rule, rate, key, hash, nowNanos);
    }

    /** Mixed, so that its first bits, which choose the stripe, depend on all of it. */
    private static int hash(String rule, Rate rate, Object key) {
        return ((rule.hashCode() * 31 + rate.hashCode()) * 31 + key.hashCode()) * 0x9e3779b9;
    }

    /** Whose bucket. Not a record: one of these is written over for each lookup, under the stripe's lock, to make none. */
    private static final class Name {
        private String rule;
        private Rate rate;
        private Object key;
        private int hash;

        Name(String rule, Rate rate, Object key, int hash) {
            this.rule = rule;
            this.rate = rate;
            this.key = key;
            this.hash = hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Name that && hash == that.hash && key.equals(that.key) && rule.equals(that.rule)
                    && rate.equals(that.rate);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    private static final class Bucket {
        private long parts;
        private long lastNanos;

        Bucket(long parts, long lastNanos) {
            this.parts = parts;
            this.lastNanos = lastNanos;
        }
    }

    private static final class Stripe {
        private final Map<Name, Bucket> buckets;
        private @Nullable Name asked;

        Stripe(int most) {
            buckets = new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Name, Bucket> eldest) {
                    return size() > most;
                }
            };
        }

        synchronized boolean take(String rule, Rate rate, Object key, int hash, long nowNanos) {
            var token = rate.unit().duration().toNanos();
            var full = token * rate.burst();
            var name = asked(rule, rate, key, hash);
            var bucket = buckets.get(name);
            if (bucket == null) {
                // The name goes into the map: the next lookup needs another one.
                asked = null;
                buckets.put(name, new Bucket(full - token, nowNanos));
                return true;
            }
            // Event loops read the clock before they wait for the lock; a bucket's time never goes back.
            var elapsed = Math.max(0, nowNanos - bucket.lastNanos);
            bucket.lastNanos += elapsed;
            bucket.parts = elapsed >= (full - bucket.parts) / rate.tokens() + 1 ? full : bucket.parts + elapsed * rate.tokens();
            if (bucket.parts < token) {
                return false;
            }
            bucket.parts -= token;
            return true;
        }

        private Name asked(String rule, Rate rate, Object key, int hash) {
            var name = asked;
            if (name == null) {
                name = new Name(rule, rate, key, hash);
                asked = name;
            } else {
                name.rule = rule;
                name.rate = rate;
                name.key = key;
                name.hash = hash;
            }
            return name;
        }
    }
}
