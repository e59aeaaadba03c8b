package dev.sallyport.faults;

import dev.sallyport.datapath.Transport;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;

/** Those in which somebody attacks a third party, who must see nobody. */
abstract class SparingAVictim extends ThroughEachTransport {

    /** What a client hears that names an address which is not its own. */
    static final String NOT_YOURS = "501 The data address must be your own.";

    final Victim victim = new Victim("127.0.0.66");

    SparingAVictim(Transport transport) throws IOException {
        super(transport);
    }

    @AfterEach
    void theVictimSawNobody() throws IOException {
        try (victim) {
            victim.sawNobody();
        }
    }
}
