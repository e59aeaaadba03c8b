package dev.sallyport.telemetry;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Counts replies by their codes: those that the RFCs name each by itself, others by their class, so that no server makes series. */
final class ReplyCounts {

    private static final int MOST = 700;

    /** RFC 959 §4.2.2, RFC 2228 §5.1, RFC 2428 §2, RFC 2640 §3.1, RFC 3659 §3, RFC 7151 §3. */
    private static final int[] KNOWN = {
        110, 120, 125, 150, 200, 202, 211, 212, 213, 214, 215, 220, 221, 225, 226, 227, 228, 229, 230, 232, 234, 235, 250, 254, 257,
        331, 332, 334, 335, 336, 350, 421, 425, 426, 431, 434, 450, 451, 452, 500, 501, 502, 503, 504, 521, 522, 530, 532, 533, 534,
        535, 536, 537, 550, 551, 552, 553, 554, 555, 631, 632, 633
    };

    private final @Nullable LongAdder[] counters = new @Nullable LongAdder[MOST];

    /** @param made the counter of a class, {@code 2xx}, and a code, {@code 226} or {@code other} */
    ReplyCounts(BiFunction<String, String, LongAdder> made) {
        Map<Integer, LongAdder> others = new TreeMap<>();
        for (var code = 100; code < MOST; code++) {
            counters[code] = others.computeIfAbsent(code / 100, digit -> made.apply(digit + "xx", "other"));
        }
        for (var code : KNOWN) {
            counters[code] = made.apply(code / 100 + "xx", Integer.toString(code));
        }
    }

    void count(int code) {
        var counter = code >= 0 && code < MOST ? counters[code] : null;
        if (counter != null) {
            counter.increment();
        }
    }
}
