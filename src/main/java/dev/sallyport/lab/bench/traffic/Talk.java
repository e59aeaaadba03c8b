package dev.sallyport.lab.bench.traffic;

import java.io.IOException;

/** Hosts that talk: a few packets, then it is another's turn. */
interface Talk {

    /** @return false behind the last packet */
    boolean goOn() throws IOException;
}
