package dev.sallyport.lab.replay;

import dev.sallyport.lab.replay.SessionReport.Stray;
import dev.sallyport.lab.replay.SessionReport.Verdict;

/** Is told at once what is found in sessions, by their numbers. Their report says it again when they are over. */
public interface Discoveries {

    /** Nobody wants to know before a session is over. */
    Discoveries UNTOLD = new Discoveries() {};

    default void verdict(int session, Verdict verdict) {}

    default void stray(int session, Stray stray) {}

    /** What else there is to know. */
    default void remark(int session, String sentence) {}
}
