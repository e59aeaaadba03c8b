package dev.sallyport.cli;

import dev.sallyport.session.SessionContext;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * One thing that {@code watch} tells.
 *
 * @param session whose it is; null: nobody's
 * @param event one word
 * @param text the same for people
 * @param fields the same for programs, in their order
 */
record WatchLine(Instant at, @Nullable SessionContext session, String event, String text, Map<String, Object> fields) {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");
    private static final JsonMapper JSON = JsonMapper.shared();

    /** {@code 14:30:05.123 #12 192.0.2.10:40000 refused: DELE a -> 550 No. (rule read-only)}. */
    String forPeople(ZoneId zone) {
        return TIME.format(at.atZone(zone)) + (session == null ? " " : " #" + session.id().number() + " " + session.client() + " ") + text;
    }

    /** One JSON object. */
    String forPrograms() {
        var all = new LinkedHashMap<String, Object>();
        all.put("at", at.toString());
        all.put("event", event);
        if (session != null) {
            all.put("session", session.id().number());
            all.put("client", session.client().toString());
            all.put("server", session.gateway().toString());
        }
        all.putAll(fields);
        return JSON.writeValueAsString(all);
    }
}
