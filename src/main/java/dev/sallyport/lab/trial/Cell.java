package dev.sallyport.lab.trial;

import java.util.ArrayList;
import java.util.List;

/**
 * One cell of the matrix: a client program, run once.
 *
 * @param number from 0; each cell has addresses of its own, by which its packets are told from those of the others
 */
public record Cell(int number, ClientProgram client, Mode mode, Family family, Operation operation) {

    /** All that these programs can do over these. */
    static List<Cell> all(List<ClientProgram> clients, List<Family> families) {
        List<Cell> cells = new ArrayList<>();
        for (ClientProgram client : clients) {
            for (Family family : families) {
                for (Mode mode : Mode.values()) {
                    if (client.speaks(mode, family)) {
                        for (Operation operation : Operation.values()) {
                            cells.add(new Cell(cells.size(), client, mode, family, operation));
                        }
                    }
                }
            }
        }
        return cells;
    }

    /** Whether it differs from the other in family alone, as far as who connects to whom is concerned. */
    boolean isTwinOf(Cell other) {
        return client == other.client && operation == other.operation && mode.passive() == other.mode.passive()
                && family != other.family;
    }

    @Override
    public String toString() {
        return "%s %s %s %s".formatted(client, mode, family, lower(operation));
    }

    static String lower(Enum<?> one) {
        return one.name().toLowerCase(java.util.Locale.ROOT);
    }
}
