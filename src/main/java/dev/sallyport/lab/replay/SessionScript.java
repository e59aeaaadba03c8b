package dev.sallyport.lab.replay;

import java.util.List;

/**
 * What went into a session, as the blocks of a transcript without what came out.
 *
 * @param cut whether there was more of it
 */
public record SessionScript(List<List<String>> blocks, boolean cut) {}
