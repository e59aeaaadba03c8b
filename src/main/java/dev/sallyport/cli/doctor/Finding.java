package dev.sallyport.cli.doctor;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What one check found.
 *
 * @param state how it stands
 * @param what the thing that was looked at, in a few words
 * @param said what was seen
 * @param mend the line that mends it, a command where one does; null when there is nothing to mend
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Finding(State state, String what, String said, @Nullable String mend) {

    /** How something stands. */
    public enum State {
        /** As it should be. */
        OK,
        /** Works, or may work, but not in every case. */
        WARN,
        /** Sallyport cannot do what is wanted before this is mended. */
        MISSING
    }

    static Finding ok(String what, String said) {
        return new Finding(State.OK, what, said, null);
    }

    static Finding warn(String what, String said, String mend) {
        return new Finding(State.WARN, what, said, mend);
    }

    static Finding missing(String what, String said, String mend) {
        return new Finding(State.MISSING, what, said, mend);
    }
}
