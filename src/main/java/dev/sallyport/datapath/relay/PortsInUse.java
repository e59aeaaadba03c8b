package dev.sallyport.datapath.relay;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
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
     * Those of some ports that a program listens on where whoever calls an address reaches it; in the order of the ports.
     *
     * @param place the address; the unspecified one for any
     * @throws IOException where that cannot be known
     */
    static List<Port> listened(InetAddress place, Collection<Port> ports) throws IOException {
        var listened = new HashSet<Endpoint>();
        for (var table : TABLES) {
            if (table == TABLES.getFirst() || Files.exists(table)) {
                read(table, listened);
            }
        }
        return listened.stream().filter(at -> place.isAnyLocalAddress() || at.address().isAnyLocalAddress() || at.address().equals(place))
                .map(Endpoint::port).filter(ports::contains).distinct().sorted().toList();
    }

    private static void read(Path table, Set<Endpoint> into) throws IOException {
        try (var lines = Files.lines(table)) {
            // Those that listen come first, and others may be many.
            lines.skip(1).map(line -> line.strip().split("\\s+", STATE + 2)).takeWhile(columns -> columns[STATE].equals(LISTEN))
                    .forEach(columns -> into.add(endpoint(columns[LOCAL])));
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
    }

    /** The address is written in words of four bytes, each as this machine has it in memory. */
    private static Endpoint endpoint(String text) {
        var colon = text.indexOf(':');
        var words = ByteBuffer.wrap(HexFormat.of().parseHex(text, 0, colon));
        var address = ByteBuffer.allocate(words.capacity()).order(ByteOrder.nativeOrder());
        while (words.hasRemaining()) {
            address.putInt(words.getInt());
        }
        try {
            return new Endpoint(InetAddress.getByAddress(address.array()), new Port(Integer.parseInt(text.substring(colon + 1), 16)));
        } catch (UnknownHostException impossible) {
            throw new UncheckedIOException(impossible);
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
