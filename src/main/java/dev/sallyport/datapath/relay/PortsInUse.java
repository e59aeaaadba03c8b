package dev.sallyport.datapath.relay;

import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Which ports of this host programs listen on, as the kernel tells (its documentation: networking/proc_net_tcp). */
final class PortsInUse {

    private static final List<Path> TABLES = List.of(Path.of("/proc/thread-self/net/tcp"), Path.of("/proc/thread-self/net/tcp6"));

    /** The column of a socket's own address and port, {@code 0100007F:0835}, and that of its state. */
    private static final int LOCAL = 1;
    private static final int STATE = 3;
    private static final String LISTEN = "0A";

    private PortsInUse() {}

    /**
     * Those of some ports that a program listens on, at whatever address; in the order of the ports.
     *
     * @throws IOException where that cannot be known
     */
    static List<Port> listened(Collection<Port> ports) throws IOException {
        var listened = new ArrayList<Port>();
        for (var table : TABLES) {
            if (table == TABLES.getFirst() || Files.exists(table)) {
                read(table, listened);
            }
        }
        return ports.stream().filter(listened::contains).sorted().toList();
    }

    private static void read(Path table, List<Port> into) throws IOException {
        try (var lines = Files.lines(table)) {
            // Those that listen come first, and others may be many.
            lines.skip(1).map(line -> line.strip().split("\\s+", STATE + 2)).takeWhile(columns -> columns[STATE].equals(LISTEN))
                    .map(columns -> columns[LOCAL].substring(columns[LOCAL].indexOf(':') + 1))
                    .forEach(port -> into.add(new Port(Integer.parseInt(port, 16))));
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
    }

    /** {@code 50001, 50007-50009}. @param ports going upwards */
    static String text(List<Port> ports) {
        var ranges = new ArrayList<PortRange>();
        for (var port : ports) {
            if (!ranges.isEmpty() && ranges.getLast().last().number() == port.number() - 1) {
                ranges.add(new PortRange(ranges.removeLast().first(), port));
            } else {
                ranges.add(new PortRange(port, port));
            }
        }
        return ranges.stream().map(PortRange::toString).collect(Collectors.joining(", "));
    }
}
