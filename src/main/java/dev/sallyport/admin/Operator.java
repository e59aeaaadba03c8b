package dev.sallyport.admin;

import dev.sallyport.session.SessionId;
import dev.sallyport.telemetry.LivePinhole;
import dev.sallyport.telemetry.LiveSession;
import java.util.List;

/** What an operator may see and do. Called from any thread; nothing here waits for a session. */
public interface Operator {

    List<LiveSession> sessions();

    List<LivePinhole> pinholes();

    /** Ends a session and cuts its data. @return false when there is no such session */
    boolean kill(SessionId session);

    /** How often each rule has decided: by gateway, in the order of its rules, the defaults last. */
    List<RuleHits> rules();

    /** Takes the rules of all gateways anew, or none of them. Waits until they are in force. */
    Reloaded reload();
}
