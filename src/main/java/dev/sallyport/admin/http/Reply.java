package dev.sallyport.admin.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a request is answered.
 *
 * @param type of the body, as {@code Content-Type} names it; empty where there is no body
 * @param headers besides those that each answer has
 */
record Reply(HttpResponseStatus status, String type, byte[] body, Map<String, String> headers) {

    private static final JsonMapper JSON = JsonMapper.shared();

    /** RFC 9457. */
    private record Problem(String title, int status, String detail) {}

    static Reply json(Object value) {
        return json(HttpResponseStatus.OK, value);
    }

    static Reply json(HttpResponseStatus status, Object value) {
        return new Reply(status, "application/json", JSON.writeValueAsBytes(value), Map.of());
    }

    static Reply nothing() {
        return new Reply(HttpResponseStatus.NO_CONTENT, "", new byte[0], Map.of());
    }

    static Reply file(String type, byte[] content) {
        return new Reply(HttpResponseStatus.OK, type, content, Map.of());
    }

    /** @param detail a sentence that says what to do about it */
    static Reply problem(HttpResponseStatus status, String detail) {
        return new Reply(
                status, "application/problem+json",
                JSON.writeValueAsString(new Problem(status.reasonPhrase(), status.code(), detail)).getBytes(UTF_8), Map.of());
    }

    Reply with(String header, String value) {
        return new Reply(status, type, body, Map.of(header, value));
    }
}
