package dev.sallyport.peers;

import dev.sallyport.peers.ChildProcess.Finished;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What came of one visit: the client's dialogue, and what each operation that failed has to say.
 *
 * @param failures by operation; those that are not in it went well
 * @param serverLog the end of what the server had logged by then, other visits' lines among it; only when something failed
 */
record Outcome(Finished client, Map<Operation, String> failures, String serverLog) {
    private static final int LOG_LINES = 60;

    static Outcome of(ClientProgram program, Visit visit, RunningServer server) throws Exception {
        Finished client = program.visit(visit);
        var failures = new EnumMap<Operation, String>(Operation.class);
        for (Operation operation : program.operations()) {
            try {
                operation.check(visit, client);
            } catch (AssertionError | IOException e) {
                failures.put(operation, e.toString());
            }
        }
        var log = failures.isEmpty() ? List.<String>of() : server.log().lines().toList();
        return new Outcome(
                client,
                failures,
                log.stream().skip(Math.max(0, log.size() - LOG_LINES)).collect(Collectors.joining("\n")));
    }

    boolean failed() {
        return !failures.isEmpty();
    }

    /** The whole story, for a failure's message or a file. */
    String told(String title) {
        return "=== %s%n%s%n--- the client ended with %d and had printed%n%s%n%s"
                .formatted(
                        title,
                        failures.isEmpty() ? "all well" : failures,
                        client.exit(),
                        client.printed(),
                        serverLog.isEmpty() ? "" : "--- and the server had logged\n" + serverLog);
    }
}
