package dev.sallyport.page;

import static org.awaitility.Awaitility.await;

import dev.sallyport.peers.ChildProcess;
import dev.sallyport.peers.Requirements;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Debian's Chromium without a window, with a profile of its own, and without what it would ask the network by itself. */
final class Chromium implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration END = Duration.ofSeconds(10);

    private final ChildProcess program;
    private final HttpClient http = HttpClient.newHttpClient();
    private final String address;

    private Chromium(ChildProcess program, String address) {
        this.program = program;
        this.address = address;
    }

    /** @param folder for its profile and what it prints */
    static Chromium start(Path folder) throws IOException {
        var profile = folder.resolve("profile");
        var program = ChildProcess.start(
                List.of(
                        Requirements.program("chromium").toString(), "--headless=new", "--user-data-dir=" + profile,
                        // Root, as which the system tests run, has no sandbox in Chromium.
                        "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update",
                        "--disable-default-apps", "--disable-extensions", "--disable-sync", "--disable-breakpad", "--no-first-run",
                        "--force-color-profile=srgb", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                        "--remote-debugging-port=0", "about:blank"),
                folder, ChildProcess.noInput(), folder.resolve("chromium.log"));
        try {
            var chosen = profile.resolve("DevToolsActivePort");
            await().atMost(START).pollInterval(Duration.ofMillis(50))
                    .until(() -> !program.alive() || Files.exists(chosen) && Files.readString(chosen).contains("\n"));
            if (!program.alive()) {
                throw new IOException("Chromium does not start: " + program.printed());
            }
            return new Chromium(program, "http://127.0.0.1:" + Files.readAllLines(chosen).getFirst());
        } catch (Throwable failed) {
            program.close();
            throw failed;
        }
    }

    /** A new tab, in front of all others: only what is in front is drawn. */
    Tab open() throws IOException, InterruptedException {
        var made = JsonMapper.shared().readTree(ask("PUT", "/json/new?about:blank"));
        return new Tab(http, URI.create(made.get("webSocketDebuggerUrl").asString()), () -> close(made));
    }

    private void close(JsonNode tab) throws IOException, InterruptedException {
        ask("GET", "/json/close/" + tab.get("id").asString());
    }

    private String ask(String method, String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(address + path)).method(method, HttpRequest.BodyPublishers.noBody()).build();
        return http.send(request, BodyHandlers.ofString()).body();
    }

    @Override
    public void close() throws Exception {
        http.close();
        var children = program.handle().descendants().toList();
        program.close();
        // Until they have gone, they write to the profile, which is to be deleted.
        for (var child : children) {
            child.onExit().get(END.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
