package dev.sallyport.admin.http;

import dev.sallyport.admin.Answer;
import dev.sallyport.telemetry.LivePinhole;
import dev.sallyport.telemetry.LiveSession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What is open at one moment, so much of it as a page shows, and what has changed since another moment. */
final class LivePicture {

    /** The most sessions and the most pinholes that are shown. */
    static final int MOST = 1_000;

    static final LivePicture EMPTY = new LivePicture(Map.of(), Map.of(), 0, 0, 0, 0);

    /** @param changed those that are new or not as they were @param gone the ids of those that are not there any more */
    record Sessions(long now, int count, long transferring, int shown, List<Answer.Session> changed, List<String> gone) {}

    /** @param waiting of all pinholes, those whose connection has not come */
    record Pinholes(long now, int count, long waiting, int shown, List<Answer.Pinhole> changed, List<String> gone) {}

    private final Map<String, Answer.Session> sessions;
    private final Map<String, Answer.Pinhole> pinholes;
    private final int sessionCount;
    private final long transferring;
    private final int pinholeCount;
    private final long waiting;

    private LivePicture(
            Map<String, Answer.Session> sessions, Map<String, Answer.Pinhole> pinholes, int sessionCount, long transferring,
            int pinholeCount, long waiting) {
        this.sessions = sessions;
        this.pinholes = pinholes;
        this.sessionCount = sessionCount;
        this.transferring = transferring;
        this.pinholeCount = pinholeCount;
        this.waiting = waiting;
    }

    /** @param sessions as somebody has looked at what they move */
    static LivePicture of(List<LiveSession> sessions, List<LivePinhole> pinholes) {
        var transferring = sessions.stream().filter(LivePicture::transferring).count();
        var shownSessions = new LinkedHashMap<String, Answer.Session>();
        firstThose(sessions, LivePicture::transferring).forEach(session -> shownSessions.put(
                session.id().toString(), Answer.Session.of(session, session.running())));
        var shownPinholes = new LinkedHashMap<String, Answer.Pinhole>();
        firstThose(pinholes, pinhole -> !pinhole.used())
                .forEach(pinhole -> shownPinholes.put(pinhole.id().toString(), Answer.Pinhole.of(pinhole)));
        return new LivePicture(
                shownSessions, shownPinholes, sessions.size(), transferring, pinholes.size(),
                pinholes.stream().filter(pinhole -> !pinhole.used()).count());
    }

    private static boolean transferring(LiveSession session) {
        return session.state() == LiveSession.State.TRANSFER;
    }

    private static <T> List<T> firstThose(List<T> all, Predicate<T> first) {
        if (all.size() <= MOST) {
            return all;
        }
        var shown = new ArrayList<T>(MOST);
        all.stream().filter(first).limit(MOST).forEach(shown::add);
        all.stream().filter(first.negate()).limit(MOST - shown.size()).forEach(shown::add);
        return shown;
    }

    Sessions sessionsSince(LivePicture before, long nowMillis) {
        return new Sessions(
                nowMillis, sessionCount, transferring, sessions.size(),
                sessions.values().stream().filter(session -> !session.same(before.sessions.get(session.id()))).toList(),
                before.sessions.keySet().stream().filter(id -> !sessions.containsKey(id)).toList());
    }

    Pinholes pinholesSince(LivePicture before, long nowMillis) {
        return new Pinholes(
                nowMillis, pinholeCount, waiting, pinholes.size(),
                pinholes.values().stream().filter(pinhole -> !pinhole.same(before.pinholes.get(pinhole.id()))).toList(),
                before.pinholes.keySet().stream().filter(id -> !pinholes.containsKey(id)).toList());
    }
}
