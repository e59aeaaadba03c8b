package dev.sallyport.peers;

import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Finds ports to listen on, below those that the kernel hands out by itself. */
public final class FreePorts {

    /** Up to four processes may run tests at once (pom.xml), with ports of their own; their numbers are 1 to 4. */
    private static final int FORK = fork(System.getProperty("sallyport.fork", "1"));

    private static final int FORKS_PORTS = 3_000;
    private static final int LOWEST = 17_000 + FORK * FORKS_PORTS;
    private static final int HIGHEST = LOWEST + FORKS_PORTS;

    /** A test listens on what it was given a while later, and may ask for more before. */
    private static final int RECENT_RUNS = 40;

    private static final ArrayDeque<PortRange> RECENT = new ArrayDeque<>();

    private static final List<PortRange> KEPT = new ArrayList<>();

    private FreePorts() {}

    /** Two that took themselves for the same would take each other's ports now and then. 0 is for who runs tests beside others by hand. */
    private static int fork(String number) {
        if (!number.matches("[0-4]")) {
            throw new IllegalStateException("sallyport.fork is '" + number + "': it is the number of this test process, 0 to 4");
        }
        return Integer.parseInt(number);
    }

    /** A control port; the port below it is free too, for active data connections. */
    public static int pair(Family family) {
        return run(2, family) + 1;
    }

    /** A range of ports that are all free. */
    public static PortRange range(int size, Family family) {
        int first = run(size, family);
        return new PortRange(new Port(first), new Port(first + size - 1));
    }

    /** The same, and nobody is given any of them again: for a server that listens on one now and then. */
    static synchronized PortRange kept(int size, Family family) {
        var range = range(size, family);
        KEPT.add(range);
        return range;
    }

    private static synchronized int run(int size, Family family) {
        while (true) {
            int first = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST - size);
            if (IntStream.range(first, first + size).allMatch(port -> !given(port) && free(port, family))) {
                RECENT.addLast(new PortRange(new Port(first), new Port(first + size - 1)));
                if (RECENT.size() > RECENT_RUNS) {
                    RECENT.removeFirst();
                }
                return first;
            }
        }
    }

    private static boolean given(int port) {
        return Stream.concat(RECENT.stream(), KEPT.stream()).anyMatch(run -> run.contains(new Port(port)));
    }

    private static boolean free(int port, Family family) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getByName(family.loopback()))) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
