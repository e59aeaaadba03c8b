package dev.sallyport.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** All queries of the dashboards and rules, each with what it promises by {@code grafana/promises.yml}. */
final class PromisedQueries {

    private static final Path GRAFANA = Path.of("grafana");
    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.*), (\\w+)\\)");
    /** A metric and what is asked of its labels; of a recording too. */
    private static final Pattern SELECTOR = Pattern.compile(
            "(?<![\\w:$])((?:sallyport_|process_|system_|jvm_|instance\\w*:)[\\w:]+|up|ALERTS)(?![\\w:(])(\\s*\\{[^}]*})?");

    enum Kind {
        PANEL,
        ANNOTATION,
        RECORDING,
        ALERT
    }

    /**
     * @param name where it stands
     * @param range whether it is asked for a while, and not for one moment
     * @param need what must be there that it returns something; empty: nothing beyond traffic
     */
    record Query(Kind kind, String name, String expression, boolean range, String need) {

        /** The series that it asks for. */
        List<String> selectors() {
            return SELECTOR.matcher(expression).results().map(found -> {
                var labels = found.group(2);
                return found.group(1) + (labels == null ? "" : labels.strip());
            }).distinct().toList();
        }

        @Override
        public String toString() {
            return kind + " " + name + ": " + expression;
        }
    }

    /** A variable of a dashboard: the values of a label of some series. */
    record Variable(String name, String series, String label) {}

    final List<Query> queries = new ArrayList<>();
    final List<Variable> variables = new ArrayList<>();
    /** What the file of promises names. */
    final List<String> promised = new ArrayList<>();

    private final JsonNode promises;
    private final Map<String, String> values;

    /** @param values of the dashboards' variables, by their names */
    static PromisedQueries read(Map<String, String> values) throws IOException {
        var read = new PromisedQueries(values);
        try (var files = Files.list(GRAFANA.resolve("dashboards"))) {
            for (var file : files.sorted().toList()) {
                read.dashboard(file.getFileName().toString().replace(".json", ""), new JsonMapper().readTree(Files.readString(file)));
            }
        }
        for (var file : List.of("recording.yml", "alerts.yml")) {
            read.rules(yaml(Prometheus.DEPLOYED.resolve(file)));
        }
        return read;
    }

    private PromisedQueries(Map<String, String> values) throws IOException {
        this.values = values;
        promises = yaml(GRAFANA.resolve("promises.yml"));
        for (var part : List.of("annotations", "recordings")) {
            promised.addAll(promises.get(part).propertyNames());
        }
        promises.get("dashboards").properties().forEach(dashboard ->
                dashboard.getValue().propertyNames().forEach(title -> promised.add(dashboard.getKey() + ": " + title)));
    }

    private static JsonNode yaml(Path file) throws IOException {
        return new YAMLMapper().readTree(Files.readString(file));
    }

    private void dashboard(String name, JsonNode dashboard) {
        var templates = each(dashboard.get("templating").get("list"));
        templates.filter(variable -> variable.get("type").asString().equals("query")).forEach(variable -> {
            var asked = LABEL_VALUES.matcher(substituted(variable.get("definition").asString()));
            if (!asked.matches()) {
                throw new IllegalStateException(name + ": " + variable.get("definition"));
            }
            variables.add(new Variable(name + " $" + variable.get("name").asString(), asked.group(1), asked.group(2)));
        });
        each(dashboard.get("annotations").get("list")).filter(annotation -> annotation.has("expr")).forEach(annotation -> {
            var title = annotation.get("name").asString();
            queries.add(query(Kind.ANNOTATION, title, annotation.get("expr"), true, need(promises.get("annotations"), title)));
        });
        panels(name, dashboard.get("panels"));
    }

    private void panels(String dashboard, JsonNode panels) {
        var needs = promises.get("dashboards").get(dashboard);
        each(panels).forEach(panel -> {
            if (panel.has("panels")) {
                panels(dashboard, panel.get("panels"));
            }
            if (panel.has("targets")) {
                var title = panel.get("title").asString();
                each(panel.get("targets")).forEach(target -> {
                    var letter = title + "/" + target.get("refId").asString();
                    queries.add(query(
                            Kind.PANEL, dashboard + ": " + letter, target.get("expr"), target.path("range").asBoolean(false),
                            needs.has(letter) ? need(needs, letter) : need(needs, title)));
                });
            }
        });
    }

    private void rules(JsonNode file) {
        each(file.get("groups")).flatMap(group -> each(group.get("rules"))).forEach(rule -> {
            if (rule.has("record")) {
                var name = rule.get("record").asString();
                queries.add(query(Kind.RECORDING, name, rule.get("expr"), false, need(promises.get("recordings"), name)));
            } else {
                queries.add(query(Kind.ALERT, rule.get("alert").asString(), rule.get("expr"), false, "trouble"));
            }
        });
    }

    private Query query(Kind kind, String name, JsonNode expression, boolean range, String need) {
        return new Query(kind, name, substituted(expression.asString()), range, need);
    }

    private String substituted(String expression) {
        // Longer names first: one may begin with another.
        var text = expression;
        for (var name : values.keySet().stream().sorted((one, other) -> other.length() - one.length()).toList()) {
            text = text.replace("$" + name, values.getOrDefault(name, ""));
        }
        if (text.contains("$")) {
            throw new IllegalStateException("a variable that Grafana would not know, or this test does not: " + text);
        }
        return text;
    }

    private static String need(@Nullable JsonNode needs, String name) {
        return needs == null || !needs.has(name) ? "" : needs.get(name).asString();
    }

    private static Stream<JsonNode> each(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
