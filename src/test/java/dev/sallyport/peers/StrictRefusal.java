package dev.sallyport.peers;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What an honest client does and {@code rules/strict.yaml} refuses.
 *
 * @param reasons the faults and rules by which something is refused in these cells, all of them
 * @param operations what then fails, and without the gateway does not; most clients put up with a refusal
 */
record StrictRefusal(Predicate<Cell> cells, Set<String> reasons, Set<Operation> operations) {

    private static final List<StrictRefusal> ALL = List.of(
            // ProFTPD tells of LANG, and lftp asks for it before its login, where nothing but the login has a place.
            new StrictRefusal(
                    cell -> cell.client() instanceof Lftp && cell.server() instanceof Proftpd, Set.of("login-first"), Set.of()));

    private static final StrictRefusal NONE = new StrictRefusal(cell -> true, Set.of(), Set.of());

    /** The first that fits; of a cell where nothing is refused, one without reasons. */
    static StrictRefusal of(Cell cell) {
        return ALL.stream().filter(refusal -> refusal.cells.test(cell)).findFirst().orElse(NONE);
    }
}
