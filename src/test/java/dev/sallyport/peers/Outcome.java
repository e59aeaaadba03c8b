package dev.sallyport.peers;

import dev.sallyport.peers.ChildProcess.Finished;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;

/**
 * What came of one visit: the client's dialogue, and what each operation that failed has to say.
 *
 * @param failures by operation; those that are not in it went well
 */
record Outcome(Finished client, Map<Operation, String> failures) {

    static Outcome of(ClientProgram program, Visit visit) throws Exception {
        Finished client = program.visit(visit);
        var failures = new EnumMap<Operation, String>(Operation.class);
        for (Operation operation : program.operations()) {
            try {
                operation.check(visit, client);
            } catch (AssertionError | IOException e) {
                failures.put(operation, e.toString());
            }
        }
        return new Outcome(client, failures);
    }

    boolean failed() {
        return !failures.isEmpty();
    }

    /** The whole story, for a failure's message or a file. */
    String told(String title) {
        return "=== %s%n%s%n--- the client ended with %d and had printed%n%s"
                .formatted(title, failures.isEmpty() ? "all well" : failures, client.exit(), client.printed());
    }
}
