package dev.sallyport.admin.http;

import dev.sallyport.admin.Operator;
import dev.sallyport.admin.Reloaded;
import dev.sallyport.admin.RuleHits;
import dev.sallyport.session.SessionId;
import dev.sallyport.session.SessionObserver;
import dev.sallyport.telemetry.LivePinhole;
import dev.sallyport.telemetry.LiveSession;
import dev.sallyport.telemetry.LiveSessions;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** What is open without a gateway; counts how often all of it is asked for. */
final class CountingOperator implements Operator {

    final AtomicInteger looks = new AtomicInteger();
    final AtomicInteger lists = new AtomicInteger();
    final AtomicInteger caughtUp = new AtomicInteger();
    /** Those who may look; the others wait. */
    final Semaphore mayLook = new Semaphore(Integer.MAX_VALUE);
    private final LiveSessions live = new LiveSessions();

    /** Of a gateway that does not run. */
    SessionObserver observer() {
        return live.of("main");
    }

    @Override
    public void catchUp() {
        caughtUp.incrementAndGet();
    }

    @Override
    public void look() {
        looks.incrementAndGet();
        mayLook.acquireUninterruptibly();
    }

    @Override
    public List<LiveSession> sessions() {
        lists.incrementAndGet();
        return live.sessions();
    }

    @Override
    public LiveSessions live() {
        return live;
    }

    @Override
    public List<LivePinhole> pinholes() {
        lists.incrementAndGet();
        return live.pinholes();
    }

    @Override
    public boolean kill(SessionId session) {
        return live.session(session) != null;
    }

    @Override
    public List<RuleHits> rules() {
        return List.of();
    }

    @Override
    public Reloaded reload() {
        return new Reloaded(List.of(), null, null);
    }
}
