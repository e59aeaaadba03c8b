package dev.sallyport.lab.bench;

import java.util.List;

/** What a benchmark found. */
public sealed interface BenchReport permits RelayReport, PeerReport, ReplayReport {

    /** Whether nothing that Sallyport had to do failed. */
    boolean allTransferred();

    /** A line for each bar that was missed. */
    List<String> missedBars();

    /** For a person: the machine, the method, the table. */
    String text();

    /** For a program: one object. */
    String json();
}
