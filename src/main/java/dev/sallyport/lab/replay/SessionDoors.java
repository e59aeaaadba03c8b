package dev.sallyport.lab.replay;

import dev.sallyport.ftp.Verb;
import dev.sallyport.session.PinholeRequest;
import dev.sallyport.session.SessionEvent.Unused;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pinholes of one session, by their numbers. */
final class SessionDoors {

    /** So many are told of a session. */
    private static final int MOST = 10_000;
    /** So many are remembered of one that goes on: what is over counts only for connections that come to it all the same. */
    private static final int MOST_LIVE = 64;

    private final ReplayedSession session;
    private final Doors all;
    private final Map<Integer, Door> doors = new LinkedHashMap<>();
    /** Those that opened while the engine was busy: connections that wait for them have to wait for it. */
    private final List<Door> fresh = new ArrayList<>(1);
    private final boolean live;
    private int more;

    /** @param live whether what is over may be forgotten */
    SessionDoors(ReplayedSession session, Doors all, boolean live) {
        this.session = session;
        this.all = all;
        this.live = live;
        all.begin(session);
    }

    void open(PinholeRequest request, long nowNanos) {
        if (live && doors.size() >= MOST_LIVE) {
            doors.values().stream().filter(Door::over).findFirst().ifPresent(oldest -> {
                doors.remove(oldest.number());
                all.forget(oldest);
            });
        }
        if (doors.size() >= MOST) {
            more++;
            return;
        }
        var door = new Door(session, request, nowNanos);
        doors.put(door.number(), door);
        fresh.add(door);
    }

    /** Those that have opened look for their connections. */
    void announce() {
        while (!fresh.isEmpty()) {
            all.opened(fresh.removeFirst());
        }
    }

    @Nullable Door of(int number) {
        return doors.get(number);
    }

    void mode(int number, Verb mode) {
        var door = doors.get(number);
        if (door != null) {
            door.mode = mode;
        }
    }

    void shut(int number) {
        var door = doors.get(number);
        if (door != null) {
            door.shut();
        }
    }

    /** A final reply says that a connection was there which has not come yet. */
    void overtaken(int number, long nowNanos) {
        var door = doors.get(number);
        if (door != null) {
            door.overtaken(nowNanos);
        }
    }

    void unused(int number, Unused why) {
        var door = doors.get(number);
        if (door != null) {
            door.unused(why.name().toLowerCase(Locale.ROOT).replace('_', ' '));
        }
    }

    /** What becomes of them is not known any more. */
    void lost() {
        doors.values().stream().filter(Door::waits).forEach(door -> door.unused("what came after is not known"));
    }

    /** Those whose connection stands, and is silent for longer than that. */
    List<Door> silent(long nowNanos, long longestNanos) {
        return doors.values().stream().filter(door -> door.silent(nowNanos, longestNanos)).toList();
    }

    boolean standing() {
        return doors.values().stream().anyMatch(Door::stands);
    }

    void end() {
        all.end(session, List.copyOf(doors.values()));
    }

    SessionReport report(Findings findings) {
        return findings.report(doors.values().stream().map(door -> door.report(findings)).toList(), more);
    }
}
