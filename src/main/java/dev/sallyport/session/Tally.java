package dev.sallyport.session;

import dev.sallyport.ftp.Verb;

/**
 * Counts what is too frequent to be told as events; what a tally is not about, it passes over. Called for one session by one
 * thread at a time; what several sessions share must be safe for several threads, and quick.
 */
public interface Tally {

    /** Counts nothing. */
    Tally NONE = new Tally() {};

    /**
     * The client sent a command that could be read.
     *
     * @param verb {@link Verb#UNKNOWN} for one that is not in that list
     * @param nowNanos the time that the engine was given
     */
    default void command(Verb verb, long nowNanos) {}

    /** The client has been sent the last line of a reply, the server's or our own. @param code 100 to 699 */
    default void reply(int code) {}

    /** The data path is asked for a pinhole. @param mode the command that sets it up */
    default void pinhole(Verb mode) {}

    /** The rules did not let a command go on, whether that is to be told or not. */
    default void refused(SessionEvent.Ruling ruling) {}

    /**
     * A command and the first that came back for it went on in the moment when they came.
     *
     * @param addedNanos how long both took together, each from when its bytes were read until it was written; 0 or more
     */
    default void roundTrip(long addedNanos) {}

    /** A tally that tells both. */
    default Tally and(Tally other) {
        var first = this;
        return other == NONE ? first : first == NONE ? other : new Tally() {
            @Override
            public void command(Verb verb, long nowNanos) {
                first.command(verb, nowNanos);
                other.command(verb, nowNanos);
            }

            @Override
            public void reply(int code) {
                first.reply(code);
                other.reply(code);
            }

            @Override
            public void pinhole(Verb mode) {
                first.pinhole(mode);
                other.pinhole(mode);
            }

            @Override
            public void refused(SessionEvent.Ruling ruling) {
                first.refused(ruling);
                other.refused(ruling);
            }

            @Override
            public void roundTrip(long addedNanos) {
                first.roundTrip(addedNanos);
                other.roundTrip(addedNanos);
            }
        };
    }
}
