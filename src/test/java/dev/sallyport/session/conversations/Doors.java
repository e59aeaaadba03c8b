package dev.sallyport.session.conversations;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Port;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.Input;
import dev.sallyport.session.Moved;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.PinholeRefusal;
import dev.sallyport.session.PinholeRequest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The data path that a conversation imagines: it opens pinholes at once, late, or never, or refuses them, lets connections
 * come, and ends them in any way. It holds the ledger against which the engine is checked.
 */
final class Doors {

    /** Those of data connections without TLS that is ended here. */
    private static final DataEnd[] PLAIN_ENDS = Arrays.stream(DataEnd.values()).filter(end -> end.fault() == null).toArray(DataEnd[]::new);

    enum State {
        ASKED,
        NEVER_ANSWERED,
        OPEN,
        CONNECTED
    }

    static final class Door {
        final PinholeRequest request;
        State state;
        final long sinceNanos;
        long openNanos;
        /** The server has agreed to it, and no transfer has ended well since. */
        boolean granted;

        boolean cut;

        Door(PinholeRequest request, State state, long sinceNanos) {
            this.request = request;
            this.state = state;
            this.sinceNanos = sinceNanos;
        }
    }

    private static final Endpoint STRANGER = new Endpoint(Setting.address("192.0.2.66"), new Port(4000));

    private final SplittableRandom random;
    private final int most;
    private final Map<PinholeId, Door> doors = new LinkedHashMap<>();
    private int last;

    Doors(SplittableRandom random, int most) {
        this.random = random;
        this.most = most;
    }

    void asked(PinholeRequest request, long nowNanos) {
        Check.same(request.id().number(), ++last, "a new pinhole's number");
        doors.put(request.id(), new Door(request, random.nextInt(10) == 0 ? State.NEVER_ANSWERED : State.ASKED, nowNanos));
        Check.that(doors.size() <= most, "there are at most %s pinholes and data connections", most);
    }

    void closed(PinholeId id) {
        var door = Check.some(doors.remove(id), "the pinhole that is closed");
        Check.that(door.state != State.CONNECTED, "the pinhole %s that is closed is unused", id);
    }

    void cut(PinholeId id) {
        var door = Check.some(doors.get(id), "the data connection that is cut");
        Check.same(door.state, State.CONNECTED, "what is cut");
        door.cut = true;
    }

    @Nullable Door find(PinholeId id) {
        return doors.get(id);
    }

    /** Something that happens on the data path; null when nothing can. */
    @Nullable Input happen(long nowNanos) {
        if (doors.isEmpty()) {
            return null;
        }
        var all = doors.values().toArray(Door[]::new);
        var door = all[random.nextInt(all.length)];
        var id = door.request.id();
        return switch (door.state) {
            case NEVER_ANSWERED -> null;
            case ASKED -> answer(door, nowNanos);
            case OPEN -> {
                if (random.nextInt(6) == 0) {
                    yield new Input.DataRefused(id, STRANGER, Fault.DATA_FROM_STRANGER);
                }
                door.state = State.CONNECTED;
                yield new Input.DataOpened(id, STRANGER);
            }
            case CONNECTED -> end(id, door.cut ? DataEnd.CUT : Setting.oneOf(random, PLAIN_ENDS));
        };
    }

    private Input answer(Door door, long nowNanos) {
        var id = door.request.id();
        if (random.nextInt(8) == 0) {
            doors.remove(id);
            return new Input.PinholeRefused(id, Setting.oneOf(random, PinholeRefusal.values()));
        }
        door.state = State.OPEN;
        door.openNanos = nowNanos;
        return new Input.PinholeOpened(id, new Port(50_000 + id.number()));
    }

    /** The end of some data connection that stands; null when none does. */
    @Nullable Input endOne() {
        for (var door : doors.values()) {
            if (door.state == State.CONNECTED) {
                return end(door.request.id(), door.cut ? DataEnd.CUT : DataEnd.CLOSED);
            }
        }
        return null;
    }

    private Input end(PinholeId id, DataEnd how) {
        doors.remove(id);
        return new Input.DataClosed(id, new Moved(random.nextInt(1000), random.nextInt(1000)), how);
    }

    void assertNoneUnused(String when) {
        for (var door : doors.values()) {
            Check.that(door.state == State.CONNECTED, "pinhole %s is closed %s", door.request.id(), when);
        }
    }

    void assertAllCut() {
        for (var door : doors.values()) {
            Check.that(door.cut, "the data connection %s is cut", door.request.id());
        }
    }

    void assertNoneOverdue(long nowNanos) {
        for (var door : doors.values()) {
            if (door.state != State.CONNECTED) {
                var since = door.state == State.OPEN ? door.openNanos : door.sinceNanos;
                var age = nowNanos - since;
                Check.that(age < door.request.lifetime().toNanos(), "pinhole %s is closed %s ns old", door.request.id(), age);
            }
        }
    }

    /** A transfer has ended well: whatever it used is used. */
    void spent() {
        doors.values().forEach(door -> door.granted = false);
    }

    int grantedAndUnused() {
        var count = 0;
        for (var door : doors.values()) {
            count += door.state == State.OPEN && door.granted ? 1 : 0;
        }
        return count;
    }

    boolean isEmpty() {
        return doors.isEmpty();
    }
}
