package dev.sallyport.telemetry;

import dev.sallyport.ftp.Side;
import java.util.Arrays;
import java.util.Locale;

/** What a value of a closed set is called in metrics, in the session log and in answers: {@code NO_FREE_PORT} is {@code no_free_port}. */
public final class Word {

    private static final ClassValue<String[]> ALL = new ClassValue<>() {
        @Override
        protected String[] computeValue(Class<?> type) {
            return Arrays.stream(type.getEnumConstants()).map(value -> ((Enum<?>) value).name().toLowerCase(Locale.ROOT))
                    .toArray(String[]::new);
        }
    };

    private Word() {}

    public static String of(Enum<?> value) {
        return ALL.get(value.getDeclaringClass())[value.ordinal()];
    }

    /** A direction. */
    static String to(Side side) {
        return "to_" + of(side);
    }
}
