package dev.sallyport.peers;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A client and a server that do not get on even without a gateway between them. The matrix still asserts that they do not,
 * so that an entry here cannot outlive its reason.
 *
 * @param operations at least one of these fails without the gateway
 * @param gateway what becomes of them through the gateway
 */
record KnownFailure(Predicate<Cell> cells, Set<Operation> operations, ThroughGateway gateway, String reason) {

    enum ThroughGateway {
        /** The gateway tells each side what it understands, so that everything goes well. */
        HEALS,
        /** It is not the gateway's to mend. */
        FAILS_TOO
    }

    private static final List<KnownFailure> ALL = List.of(
            // The first that fits counts.
            new KnownFailure(
                    cell -> cell.client() instanceof Lftp && cell.server() instanceof PureFtpd,
                    EnumSet.of(Operation.ONE_CONTROL_CONNECTION),
                    ThroughGateway.FAILS_TOO,
                    "Pure-FTPd ends a transfer that was closed on it with another 150; lftp waits for more, then reconnects"),
            new KnownFailure(
                    cell -> cell.client() instanceof Lftp
                            && cell.mode() == TransferMode.EPRT // which lftp uses over IPv6 alone
                            && !(cell.server() instanceof Vsftpd),
                    EnumSet.allOf(Operation.class),
                    ThroughGateway.HEALS,
                    "lftp names the address :: in EPRT when it connects to ::1; only vsftpd overlooks that"),
            new KnownFailure(
                    cell -> cell.client() instanceof CommonsNet
                            && cell.mode() == TransferMode.EPRT
                            && cell.family() == Family.IPV6
                            && cell.server() instanceof Pyftpdlib,
                    EnumSet.allOf(Operation.class),
                    ThroughGateway.HEALS,
                    "commons-net spells ::1 as 0:0:0:0:0:0:0:1, and pyftpdlib compares the text with its own"));

    static Optional<KnownFailure> of(Cell cell, Operation operation) {
        return ALL.stream()
                .filter(known -> known.cells.test(cell) && known.operations.contains(operation))
                .findFirst();
    }

    static boolean in(Cell cell) {
        return ALL.stream().anyMatch(known -> known.cells.test(cell));
    }

    boolean shows(Outcome direct) {
        return direct.failures().keySet().stream().anyMatch(operations::contains);
    }
}
