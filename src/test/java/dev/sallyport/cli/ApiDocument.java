package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The OpenAPI document, and answers held against it: as it says, and nothing that it does not say. */
final class ApiDocument {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    final JsonNode root;
    /** Each method and path with each status that was seen, such as {@code GET /metrics 200}. */
    final TreeSet<String> seen = new TreeSet<>();

    private ApiDocument(JsonNode root) {
        this.root = root;
    }

    static ApiDocument parse(String text) {
        return new ApiDocument(JSON.readTree(text));
    }

    /** By path and method, in lower case. */
    Map<String, Map<String, JsonNode>> operations() {
        var operations = new TreeMap<String, Map<String, JsonNode>>();
        root.get("paths").forEachEntry((path, item) -> {
            var methods = new TreeMap<String, JsonNode>();
            item.forEachEntry((name, operation) -> {
                if (operation.has("responses")) {
                    methods.put(name, operation);
                }
            });
            operations.put(path, methods);
        });
        return operations;
    }

    /** The same of paths that stand for one thing, and are answered at once. */
    Map<String, Map<String, JsonNode>> plainOperations() {
        var plain = new TreeMap<>(operations());
        plain.keySet().removeIf(path -> path.contains("{") || path.equals("/api/events"));
        return plain;
    }

    /** What the document says itself, behind a reference or not. */
    JsonNode at(JsonNode node) {
        return node.has("$ref") ? at(root.at(node.get("$ref").asString().substring(1))) : node;
    }

    /** The answer is one of those that the document tells of. @param path as it stands there @return its body, as JSON where it is that */
    JsonNode check(String path, HttpResponse<String> answer) {
        var method = answer.request().method();
        var of = method + " " + path + " " + answer.statusCode();
        var responses = root.at("/paths").get(path).get(method.toLowerCase(java.util.Locale.ROOT)).get("responses");
        var named = responses.get(Integer.toString(answer.statusCode()));
        seen.add(of);
        var response = at(named == null ? responses.get("default") : named);
        var type = answer.headers().firstValue("Content-Type");
        if (!response.has("content")) {
            assertThat(type).as(of).isEmpty();
            assertThat(answer.body()).as(of).isEmpty();
            return JSON.nullNode();
        }
        assertThat(named != null || answer.statusCode() >= 400).as(of + " is told of").isTrue();
        var media = Objects.requireNonNull(response.get("content").get(type.orElseThrow().replaceFirst(";.*", "")), of + ": " + type);
        var body = type.get().contains("json") ? JSON.readTree(answer.body()) : JSON.getNodeFactory().stringNode(answer.body());
        check(media.get("schema"), body, of);
        return body;
    }

    /** An event is as it is told. @return what stands in it */
    JsonNode check(String event, String data) {
        var types = root.at("/paths").get("/api/events").at("/get/responses/200/content").get("text/event-stream").get("x-events");
        var body = JSON.readTree(data);
        check(Objects.requireNonNull(types.get(event), event), body, event);
        return body;
    }

    private void check(JsonNode schema, JsonNode value, String of) {
        var whole = (ObjectNode) schema.deepCopy();
        whole.set("components", closed(root.get("components").deepCopy()));
        assertThat(SCHEMAS.getSchema(whole).validate(value)).as("%s: %s", of, value).isEmpty();
    }

    /** What has properties has no others. */
    private static JsonNode closed(JsonNode node) {
        if (node instanceof ObjectNode object && object.has("properties")) {
            object.put("additionalProperties", false);
        }
        node.forEach(ApiDocument::closed);
        return node;
    }
}
