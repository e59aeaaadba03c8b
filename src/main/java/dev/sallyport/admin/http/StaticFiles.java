package dev.sallyport.admin.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The live page and what belongs to it, read once. */
final class StaticFiles {

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8", "css", "text/css; charset=utf-8", "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml", "json", "application/json");

    private static final String INDEX = "index.html";

    private final Map<String, Reply> byPath = new HashMap<>();

    /** @param folder of resources beside this class; {@code names} are those of its files */
    StaticFiles(String folder, List<String> names) {
        names.forEach(name -> byPath.put("/" + name, read(folder, name)));
        var index = byPath.get("/" + INDEX);
        if (index != null) {
            byPath.put("/", index);
        }
    }

    /** One file, as it is answered. */
    static Reply read(String folder, String name) {
        try (var resource = StaticFiles.class.getResourceAsStream(folder + "/" + name)) {
            var type = Objects.requireNonNull(TYPES.get(name.substring(name.lastIndexOf('.') + 1)), name);
            return Reply.file(type, Objects.requireNonNull(resource, name).readAllBytes());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    boolean has(String path) {
        return byPath.containsKey(path);
    }

    Reply file(String path) {
        return Objects.requireNonNull(byPath.get(path), path);
    }
}
