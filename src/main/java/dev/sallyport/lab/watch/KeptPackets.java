package dev.sallyport.lab.watch;

import dev.sallyport.capture.CaptureWriter;
import dev.sallyport.capture.Packet;
import dev.sallyport.capture.TcpConnection;
import dev.sallyport.lab.replay.Ownership;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the packets of sessions that break a rule to a file: those of their control and data connections, from their first to
 * their last.
 *
 * <p>Until a session breaks one its packets are held. When that is too much, the oldest are let go: first those that carry data
 * and nothing else, then any. A session that breaks a rule after that is written without them, and that is told. The file grows no
 * larger than it may.
 */
public final class KeptPackets implements Ownership {

    /** What a packet takes besides its bytes, about. */
    private static final int PACKET_BYTES = 200;

    /** Is told what is missing in the file. */
    @FunctionalInterface
    public interface Missing {
        /** @param session 0: it is not about one */
        void told(int session, String sentence);
    }

    /** Packets that belong together: to a session, or to a connection of which nobody knows yet. */
    private static final class Group {
        private final Set<Held> held = new LinkedHashSet<>();
        private final Set<TcpConnection> connections = Collections.newSetFromMap(new IdentityHashMap<>());
        private final boolean ofSession;
        private boolean broken;
        private long letGo;

        Group(boolean ofSession) {
            this.ofSession = ofSession;
        }
    }

    /** @param group changes when it becomes known */
    private static final class Held {
        private final Packet packet;
        private final long order;
        private final boolean data;
        private Group group;

        Held(Packet packet, long order, boolean data, Group group) {
            this.packet = packet;
            this.order = order;
            this.data = data;
            this.group = group;
        }

        int memory() {
            return PACKET_BYTES + packet.length();
        }
    }

    /** @param control of a control connection every packet counts */
    private record Place(Group group, boolean control) {}

    private final CaptureWriter writer;
    private final long mostHeldBytes;
    private final long mostFileBytes;
    private final Missing missing;
    private final Map<TcpConnection, Place> places = new IdentityHashMap<>();
    private final Map<Integer, Group> sessions = new HashMap<>();
    /** Oldest first. */
    private final Set<Held> data = new LinkedHashSet<>();
    private final Set<Held> others = new LinkedHashSet<>();

    /** What is forgotten at the next flush, and at the one after that. */
    private List<Runnable> left = new ArrayList<>();

    private List<Runnable> leaving = new ArrayList<>();
    private long order;
    private long heldBytes;
    private long letGo;
    private long written;
    private @Nullable String ended;

    /** @param writer is closed with this @param mostHeldBytes of packets of sessions that have broken no rule so far */
    public KeptPackets(CaptureWriter writer, long mostHeldBytes, long mostFileBytes, Missing missing) {
        this.writer = writer;
        this.mostHeldBytes = mostHeldBytes;
        this.mostFileBytes = mostFileBytes;
        this.missing = missing;
    }

    /**
     * How it stands.
     *
     * @param heldBytes of packets of sessions that have broken no rule so far
     * @param letGo packets that could not be held any longer
     * @param written packets that are in the file
     * @param ended why no more is written; null when it is
     */
    public record State(long heldBytes, long letGo, long written, @Nullable String ended) {}

    State state() {
        return new State(heldBytes, letGo, written, ended);
    }

    /** @param onlyCarries whether it has payload, and neither begins nor ends its connection */
    void packet(TcpConnection of, Packet packet, boolean onlyCarries) {
        var place = places.get(of);
        if (place == null) {
            return;
        }
        if (place.group.broken) {
            write(packet);
            return;
        }
        var held = new Held(packet.copy(), order++, onlyCarries && !place.control, place.group);
        place.group.held.add(held);
        (held.data ? data : others).add(held);
        heldBytes += held.memory();
        while (heldBytes > mostHeldBytes) {
            letGo((data.isEmpty() ? others : data).iterator().next());
        }
    }

    private void letGo(Held oldest) {
        oldest.group.held.remove(oldest);
        oldest.group.letGo++;
        letGo++;
        forget(oldest);
    }

    private void forget(Held held) {
        (held.data ? data : others).remove(held);
        heldBytes -= held.memory();
    }

    // ---- Whose they are ----

    @Override
    public void undecided(TcpConnection connection) {
        if (!places.containsKey(connection)) {
            place(connection, new Group(false), false);
        }
    }

    private void place(TcpConnection connection, Group group, boolean control) {
        places.put(connection, new Place(group, control));
        group.connections.add(connection);
    }

    @Override
    public void belongs(TcpConnection connection, int session, boolean control) {
        var group = sessions.computeIfAbsent(session, _ -> new Group(true));
        var before = places.get(connection);
        place(connection, group, control);
        if (before == null || before.group == group) {
            return;
        }
        for (var held : before.group.held) {
            held.group = group;
            group.held.add(held);
        }
        group.letGo += before.group.letGo;
        if (group.broken) {
            writeHeld(session, group);
        }
    }

    /** The last packets of a connection come when it is over already: it is forgotten at the second {@link #flush} from now. */
    @Override
    public void released(TcpConnection connection) {
        leaving.add(() -> forget(connection));
    }

    private void forget(TcpConnection connection) {
        var place = places.remove(connection);
        if (place == null) {
            return;
        }
        place.group.connections.remove(connection);
        if (!place.group.ofSession) {
            discard(place.group);
        }
    }

    @Override
    public void over(int session) {
        leaving.add(() -> forget(session));
    }

    private void forget(int session) {
        var group = sessions.remove(session);
        if (group != null) {
            group.connections.forEach(places::remove);
            discard(group);
        }
    }

    private void discard(Group group) {
        group.held.forEach(this::forget);
        group.held.clear();
    }

    @Override
    public void broken(int session) {
        var group = sessions.computeIfAbsent(session, _ -> new Group(true));
        if (!group.broken) {
            group.broken = true;
            writeHeld(session, group);
        }
    }

    // ---- The file ----

    private void writeHeld(int session, Group group) {
        if (group.letGo > 0) {
            missing.told(session, group.letGo + " packets of it came before it broke a rule and could not be held so long: they are not in"
                    + " the file.");
            group.letGo = 0;
        }
        var inOrder = new ArrayList<>(group.held);
        inOrder.sort((one, other) -> Long.compare(one.order, other.order));
        inOrder.forEach(held -> write(held.packet));
        discard(group);
    }

    private void write(Packet packet) {
        if (ended != null) {
            return;
        }
        if (writer.bytes() + packet.length() > mostFileBytes) {
            end("The file is as large as it may be: no more packets are saved.");
            return;
        }
        attempt(() -> written += writer.write(packet) ? 1 : 0);
    }

    /** Some time has passed: what was written can be read, and what was over before is forgotten. */
    void flush() {
        left.forEach(Runnable::run);
        left = leaving;
        leaving = new ArrayList<>();
        attempt(writer::flush);
    }

    void close() {
        attempt(writer::close);
    }

    private interface Step {
        void run() throws IOException;
    }

    private void attempt(Step step) {
        try {
            step.run();
        } catch (IOException failed) {
            end("No more packets can be saved: " + Objects.requireNonNullElse(failed.getMessage(), failed.toString()) + ".");
        }
    }

    private void end(String why) {
        if (ended == null) {
            ended = why;
            missing.told(0, why);
        }
    }
}
