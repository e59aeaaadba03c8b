package dev.sallyport.peers;

import static org.junit.jupiter.api.Assertions.fail;

import dev.sallyport.peers.KnownFailure.ThroughGateway;

/**
 * What came of one cell: through the gateway, and, where something failed or was expected to, without it.
 *
 * @param front what the client connected to
 * @param direct the same object as {@code fronted} when no second run was needed
 */
record CellResult(Cell cell, ControlEndpoint front, Outcome fronted, Outcome direct) {

    /** Fails unless the operation went well through the gateway, or is known to fail with and without it. */
    void check(Operation operation) {
        var known = KnownFailure.of(cell, operation);
        if (known.isPresent() && !known.get().shows(direct)) {
            fail(cell + " now works without the gateway: it is to leave the list of known failures.\n" + told());
        }
        if (known.isPresent() && known.get().gateway() == ThroughGateway.FAILS_TOO) {
            return;
        }
        if (fronted.failures().containsKey(operation)) {
            String where = direct.failures().containsKey(operation)
                    ? "fails, and without the gateway too"
                    : "fails only through the gateway";
            fail(cell + ": " + operation + " " + where + ".\n" + told());
        }
    }

    String told() {
        return fronted == direct
                ? fronted.told(cell.toString())
                : fronted.told(cell + " through the gateway") + "\n" + direct.told(cell + " without the gateway");
    }
}
