package dev.sallyport.lab.bench;

import dev.sallyport.lab.host.LabFailure;
import dev.sallyport.lab.host.Place;


/**
 * Pinholes that nobody uses, in the sets of Sallyport's table, between addresses that the benchmark has not: put there past the gateway,
 * since as many sessions would be measured along with them.
 */
final class WaitingPinholes {
    private static final int IN_A_COMMAND = 1_000;

    private WaitingPinholes() {}

    static void add(Place gateway, int count) throws LabFailure {
        change(gateway, "add", count, " timeout 1h");
    }

    static void remove(Place gateway, int count) throws LabFailure {
        change(gateway, "delete", count, "");
    }

    private static void change(Place gateway, String verb, int count, String more) throws LabFailure {
        StringBuilder commands = new StringBuilder();
        for (int first = 0; first < count; first += IN_A_COMMAND) {
            StringBuilder doors = new StringBuilder();
            StringBuilder marks = new StringBuilder();
            for (int i = first; i < Math.min(count, first + IN_A_COMMAND); i++) {
                String key = "203.0.113.%d . 203.0.113.250 . %d".formatted(i % 200 + 1, 10_000 + i / 200);
                doors.append(key).append(more).append(',');
                marks.append(key).append(more).append(" : ").append(0x4000_0000 + i).append(',');
            }
            commands.append("%s element inet sallyport pin4 { %s }\n%1$s element inet sallyport id4 { %s }\n"
                    .formatted(verb, doors, marks));
        }
        gateway.run(commands.toString(), "nft", "-f", "-");
    }
}
