package dev.sallyport.admin;

import dev.sallyport.session.SessionId;
import dev.sallyport.telemetry.LivePinhole;
import dev.sallyport.telemetry.LiveSession;
import dev.sallyport.telemetry.LiveSessions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an operator may see and do. Called from any thread that may wait; nothing here waits for a session. */
public interface Operator {

    /** What is open now. */
    LiveSessions live();

    /** What has happened until now is counted from then on. There is nothing to do for who counts things as they happen. */
    default void catchUp() {}

    default List<LiveSession> sessions() {
        return live().sessions();
    }

    /** One of them; null when there is no such session. */
    default @Nullable LiveSession session(SessionId session) {
        return live().session(session);
    }

    default List<LivePinhole> pinholes() {
        return live().pinholes();
    }

    /** Those of one session. */
    default List<LivePinhole> pinholes(SessionId session) {
        return live().pinholes(session);
    }

    /** Looks at what has gone through the data connections that stand, if need be at the kernel's table. It is told from then on. */
    void look();

    /** Ends a session and cuts its data. @return false when there is no such session */
    boolean kill(SessionId session);

    /** How often each rule has decided: by gateway, in the order of its rules, the defaults last. */
    List<RuleHits> rules();

    /** Takes the rules of all gateways anew, and who may ask over HTTP, or nothing of it. Waits until they are in force. */
    Reloaded reload();
}
