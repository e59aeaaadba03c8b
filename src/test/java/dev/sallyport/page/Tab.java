package dev.sallyport.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A tab of a browser, driven as its developer tools do (Chrome DevTools Protocol): keys and the pointer come as from a person,
 * and whatever the browser has to complain of is heard.
 */
final class Tab implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int POLL_MILLIS = 30;
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Windows' number of a key, by which Chromium knows it. */
    private static final Map<String, Integer> KEYS = Map.of(
            "Tab", 9, "Enter", 13, "Escape", 27, " ", 32, "End", 35, "Home", 36, "ArrowUp", 38, "ArrowDown", 40, "Delete", 46);
    private static final int SHIFT = 8;

    /** Ends the tab in the browser. */
    interface Closing {
        void close() throws IOException, InterruptedException;
    }

    private final WebSocket socket;
    private final Closing closing;
    private final Map<Integer, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();
    private int last;

    Tab(HttpClient http, URI address, Closing closing) {
        this.closing = closing;
        socket = http.newWebSocketBuilder().buildAsync(address, new Events()).join();
        for (var domain : List.of("Page", "Runtime", "Log", "Network", "Audits")) {
            call(domain + ".enable", Map.of());
        }
        call("Emulation.setFocusEmulationEnabled", Map.of("enabled", true));
    }

    /** What the tab tells by itself, and its answers. */
    private final class Events implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean whole) {
            text.append(part);
            if (whole) {
                var message = JSON.readTree(text.toString());
                text.setLength(0);
                var waiting = asked.remove(message.path("id").asInt(0));
                if (waiting != null) {
                    waiting.complete(message);
                } else {
                    hear(message.path("method").asString(), message.path("params"));
                }
            }
            socket.request(1);
            return null;
        }
    }

    private void hear(String event, JsonNode told) {
        switch (event) {
            case "Network.requestWillBeSent" -> requests.add(told.path("request").path("url").asString());
            case "Runtime.exceptionThrown" -> complaints.add("exception: " + told.path("exceptionDetails"));
            case "Page.javascriptDialogOpening" -> complaints.add("dialog: " + told.path("message").asString());
            case "Audits.issueAdded" -> complaints.add("issue: " + told.path("issue"));
            case "Runtime.consoleAPICalled" -> {
                if (List.of("error", "warning", "assert").contains(told.path("type").asString())) {
                    complaints.add("console: " + told.path("args"));
                }
            }
            case "Log.entryAdded" -> {
                var entry = told.path("entry");
                if (List.of("error", "warning").contains(entry.path("level").asString())) {
                    complaints.add(entry.path("source").asString() + ": " + entry.path("text").asString());
                }
            }
            default -> {}
        }
    }

    private synchronized JsonNode call(String method, Map<String, ?> parameters) {
        var answer = new CompletableFuture<JsonNode>();
        asked.put(++last, answer);
        socket.sendText(JSON.writeValueAsString(Map.of("id", last, "method", method, "params", parameters)), true).join();
        try {
            var message = answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(message.path("error").path("message").asString("")).as(method).isEmpty();
            return message.path("result");
        } catch (InterruptedException | ExecutionException | TimeoutException failed) {
            return fail(method + " of the tab", failed);
        }
    }

    // ---- Looking ----

    /** Loads a page. */
    void go(String address) {
        call("Page.navigate", Map.of("url", address));
        await("document.readyState === 'complete' && location.href.startsWith(" + quoted(address) + ")");
    }

    /** The value of an expression of JavaScript, or of the promise that it is. */
    JsonNode evaluate(String expression) {
        var answer = call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
        assertThat(answer.path("exceptionDetails").isMissingNode()).as("%s: %s", expression, answer).isTrue();
        return answer.path("result").path("value");
    }

    /** Evaluates an expression until it is something, for some seconds. @return what it is then */
    JsonNode await(String expression) {
        var untilNanos = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < untilNanos) {
            var value = evaluate(expression);
            if (something(value)) {
                return value;
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException ended) {
                return fail(expression, ended);
            }
        }
        return fail(expression + " is still nothing in:\n" + evaluate("document.body.innerText").asString());
    }

    /** As JavaScript has it. */
    private static boolean something(JsonNode value) {
        return switch (value.getNodeType()) {
            case NUMBER -> value.asDouble() != 0;
            case STRING -> !value.asString().isEmpty();
            case BOOLEAN -> value.asBoolean();
            case ARRAY, OBJECT -> true;
            case NULL, MISSING, BINARY, POJO -> false;
        };
    }

    /** The text of an element, as it is shown. */
    String text(String selector) {
        return evaluate("document.querySelector(" + quoted(selector) + ").innerText").asString();
    }

    /** Waits until an element shows a text that has this part. @return the whole */
    String awaitText(String selector, String part) {
        var shown = "document.querySelector(" + quoted(selector) + ")?.innerText";
        return await("((text) => text?.includes(" + quoted(part) + ") && text)(" + shown + ")").asString();
    }

    /** In JavaScript. */
    static String quoted(String text) {
        return JSON.writeValueAsString(text);
    }

    /** What the browser had to complain of since this was last asked: errors, exceptions, violations of the page's policy. */
    List<String> complaints() {
        var all = new ArrayList<String>();
        for (var complaint = complaints.poll(); complaint != null; complaint = complaints.poll()) {
            all.add(complaint);
        }
        return all;
    }

    /** Where the page asked for something that is not below this address. */
    List<String> requestsBeyond(String address) {
        return requests.stream().filter(url -> !url.startsWith(address)).toList();
    }

    void screenshot(Path file) throws IOException {
        var image = call("Page.captureScreenshot", Map.of("format", "png"));
        Files.write(file, Base64.getDecoder().decode(image.path("data").asString()));
    }

    // ---- What a person has and does ----

    /** @param preferences of the person, such as {@code prefers-color-scheme: dark} */
    void prefer(Map<String, String> preferences) {
        call("Emulation.setEmulatedMedia", Map.of("features", preferences.entrySet().stream()
                .map(each -> Map.of("name", each.getKey(), "value", each.getValue())).toList()));
    }

    void size(int width, int height) {
        call("Emulation.setDeviceMetricsOverride", Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** Presses a key, by its name in {@code KeyboardEvent.key}. */
    void press(String key) {
        press(key, 0);
    }

    void pressWithShift(String key) {
        press(key, SHIFT);
    }

    private void press(String key, int modifiers) {
        var event = new LinkedHashMap<String, Object>();
        event.put("key", key);
        event.put("modifiers", modifiers);
        event.put("windowsVirtualKeyCode", KEYS.getOrDefault(key, (int) Character.toUpperCase(key.charAt(0))));
        if (key.length() == 1 || key.equals("Enter")) {
            event.put("text", key.equals("Enter") ? "\r" : key);
        }
        for (var type : List.of("keyDown", "keyUp")) {
            event.put("type", type);
            call("Input.dispatchKeyEvent", event);
            event.remove("text");
        }
    }

    /** Types into what has the focus. */
    void type(String text) {
        call("Input.insertText", Map.of("text", text));
    }

    /** Clicks the middle of an element, where nothing may cover it. */
    void click(String selector) {
        var at = point(selector);
        for (var type : List.of("mousePressed", "mouseReleased")) {
            call("Input.dispatchMouseEvent", Map.of(
                    "type", type, "x", at.get("x"), "y", at.get("y"), "button", "left", "clickCount", 1));
        }
    }

    /** Moves the pointer to the middle of an element. @return where that is */
    JsonNode point(String selector) {
        var at = await("""
                (() => {
                  const element = document.querySelector(%s);
                  if (!element || element.disabled) return null;
                  element.scrollIntoView({ block: 'nearest', behavior: 'instant' });
                  const { x, y, width, height } = element.getBoundingClientRect();
                  const middle = { x: x + width / 2, y: y + height / 2 };
                  return element.contains(document.elementFromPoint(middle.x, middle.y)) && middle;
                })()""".formatted(quoted(selector)));
        call("Input.dispatchMouseEvent", Map.of("type", "mouseMoved", "x", at.get("x"), "y", at.get("y")));
        return at;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        closing.close();
        socket.abort();
    }
}
