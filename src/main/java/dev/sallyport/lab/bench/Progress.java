package dev.sallyport.lab.bench;

/** Hears what a benchmark is about to do. */
@FunctionalInterface
public interface Progress {
    /** Step {@code step} of {@code steps}, counted from 0, begins. */
    void began(int step, int steps, String what);

    /** Nothing more is to be done. */
    default void ended() {}
}
