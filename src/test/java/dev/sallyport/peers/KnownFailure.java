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
 */
record KnownFailure(Predicate<Cell> cells, Set<Operation> operations, String reason) {

    private static final List<KnownFailure> ALL = List.of(
            new KnownFailure(
                    cell -> cell.client() instanceof Lftp
                            && cell.mode() == TransferMode.EPRT
                            && !(cell.server() instanceof Vsftpd),
                    EnumSet.allOf(Operation.class),
                    "lftp names the address :: in EPRT when it connects to ::1; only vsftpd overlooks that"),
            new KnownFailure(
                    cell -> cell.client() instanceof CommonsNet
                            && cell.mode() == TransferMode.EPRT
                            && cell.family() == Family.IPV6
                            && cell.server() instanceof Pyftpdlib,
                    EnumSet.allOf(Operation.class),
                    "commons-net spells ::1 as 0:0:0:0:0:0:0:1, and pyftpdlib compares the text with its own"),
            new KnownFailure(
                    cell -> cell.client() instanceof Lftp && cell.server() instanceof PureFtpd,
                    EnumSet.of(Operation.ONE_CONTROL_CONNECTION),
                    "Pure-FTPd ends a transfer that was closed on it with another 150; lftp waits for more, then reconnects"));

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
