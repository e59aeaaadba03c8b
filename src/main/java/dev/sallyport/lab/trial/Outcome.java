package dev.sallyport.lab.trial;

import org.jspecify.annotations.Nullable;

/** What came of a cell. @param explanation of its failure; null when it works */
public record Outcome(Cell cell, @Nullable Explanation explanation) {

    public boolean works() {
        return explanation == null;
    }
}
