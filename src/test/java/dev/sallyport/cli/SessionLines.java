package dev.sallyport.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The JSON lines of a session log. */
public record SessionLines(List<JsonNode> lines) {

    private static final JsonMapper JSON = new JsonMapper();

    public static SessionLines read(Path file) throws IOException {
        return new SessionLines(Files.readAllLines(file).stream().map(JSON::readTree).toList());
    }

    /** When so many sessions have ended. */
    public static SessionLines await(Path file, int sessions) {
        return Awaitility.await().until(() -> read(file), lines -> lines.sessions().lines.size() >= sessions);
    }

    public SessionLines sessions() {
        return of("event", "session");
    }

    public SessionLines transfers() {
        return of("event", "transfer");
    }

    /** Those of which a field says this. */
    SessionLines of(String field, String value) {
        return new SessionLines(lines.stream().filter(line -> line.path(field).asString("").equals(value)).toList());
    }

    long sum(String field) {
        return lines.stream().mapToLong(line -> line.get(field).asLong()).sum();
    }

    double seconds() {
        return lines.stream().mapToDouble(line -> line.get("seconds").asDouble()).sum();
    }
}
