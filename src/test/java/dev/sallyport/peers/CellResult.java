package dev.sallyport.peers;

import dev.sallyport.peers.ChildProcess.Finished;
import java.io.IOException;
import java.util.function.Supplier;

/** What one cell's visit has left behind. */
record CellResult(Visit visit, Finished client, Supplier<String> serverLog) {

    void check(Operation operation) throws IOException {
        try {
            operation.check(visit, client);
        } catch (AssertionError | IOException e) {
            throw new AssertionError(
                    operation + " failed: " + e.getMessage() + "\n--- the client printed\n" + client.printed(), e);
        }
    }
}
