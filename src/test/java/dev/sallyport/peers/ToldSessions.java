package dev.sallyport.peers;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.Moved;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionEvent.DataEnded;
import dev.sallyport.session.SessionEvent.PinholeOpened;
import dev.sallyport.session.SessionEvent.PinholeUsed;
import dev.sallyport.session.SessionObserver;
import dev.sallyport.session.SessionWatch;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/** What observers are told of sessions, by gateways or by replay. */
final class ToldSessions implements SessionObserver {

    /** @param events from whichever thread; more may come */
    record Session(SessionContext context, Queue<SessionEvent> events) {

        Endpoint server() {
            return of(SessionEvent.Started.class).findFirst().orElseThrow(() -> new AssertionError("no server for " + context)).server();
        }

        boolean over() {
            return of(SessionEvent.Ended.class).findAny().isPresent();
        }

        /** In the order in which they were opened. */
        List<Hole> holes() {
            return of(PinholeOpened.class).map(opened -> new Hole(
                    opened,
                    of(PinholeUsed.class).anyMatch(used -> used.pinhole().equals(opened.request().id())),
                    of(DataEnded.class).filter(ended -> ended.pinhole().equals(opened.request().id())).toList())).toList();
        }

        private <E> Stream<E> of(Class<E> kind) {
            return events.stream().filter(kind::isInstance).map(kind::cast);
        }
    }

    /** A pinhole. @param ended at most one */
    record Hole(PinholeOpened opened, boolean used, List<DataEnded> ended) {

        boolean closedInOrder() {
            return ended.stream().anyMatch(each -> each.end() == DataEnd.CLOSED);
        }

        /** What went through it. */
        Moved moved() {
            return ended.stream().map(DataEnded::moved).findFirst().orElse(Moved.NOTHING);
        }
    }

    private final Queue<Session> sessions = new ConcurrentLinkedQueue<>();

    @Override
    public SessionWatch watch(SessionContext context) {
        var session = new Session(context, new ConcurrentLinkedQueue<>());
        sessions.add(session);
        return session.events::add;
    }

    List<Session> all() {
        return List.copyOf(sessions);
    }
}
