package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Reads server-sent events as a browser does: a name, its data, an empty line. */
final class EventReader implements AutoCloseable {

    private static final long PATIENCE_MILLIS = 4_000;

    private record Event(String name, String data) {}

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Stream<String> lines;

    EventReader(HttpClient client, HttpRequest request) throws IOException, InterruptedException {
        var response = client.send(request, BodyHandlers.ofLines());
        assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
        lines = response.body();
        Thread.ofVirtual().start(() -> {
            var name = new String[] {""};
            lines.forEach(line -> {
                if (line.startsWith("event: ")) {
                    name[0] = line.substring("event: ".length());
                } else if (line.startsWith("data: ")) {
                    events.add(new Event(name[0], line.substring("data: ".length())));
                }
            });
        });
    }

    /** Waits for an event of that name whose data has this part. @return its data */
    String await(String name, String part) throws InterruptedException {
        var untilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        while (true) {
            var event = events.poll(untilNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
            assertThat(event).as("no event %s with %s came", name, part).isNotNull();
            if (event != null && event.name().equals(name) && event.data().contains(part)) {
                return event.data();
            }
        }
    }

    @Override
    public void close() {
        lines.close();
    }
}
