package dev.sallyport.cli;

import dev.sallyport.lab.trial.Cell;
import dev.sallyport.lab.trial.ClientProgram;
import dev.sallyport.lab.trial.Explanation;
import dev.sallyport.lab.trial.Family;
import dev.sallyport.lab.trial.LabSettings;
import dev.sallyport.lab.trial.Mode;
import dev.sallyport.lab.trial.Operation;
import dev.sallyport.lab.trial.Outcome;
import dev.sallyport.lab.trial.Trial;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** What came of a lab's trials, as a matrix for a person, with a note for each way to fail, or as JSON for a program. */
final class LabReport {

    /** A row of the matrix. */
    private record Row(ClientProgram client, Mode mode, Family family) {}

    /** Cells of one trial that fail for one reason share a note. */
    private record Reason(Trial trial, String found, String change) {}

    private static final int WIDTH = 110;
    private static final String NO_IPV6 = "this host's kernel does not speak it";

    private final LabSettings settings;
    private final List<Trial> trials;
    private final Map<Reason, List<Outcome>> reasons = new LinkedHashMap<>();

    private LabReport(LabSettings settings, List<Trial> trials) {
        this.settings = settings;
        this.trials = trials;
        for (var trial : trials) {
            for (var outcome : trial.outcomes()) {
                var why = outcome.explanation();
                if (why != null) {
                    reasons.computeIfAbsent(new Reason(trial, why.found(), why.change()), _ -> new ArrayList<>()).add(outcome);
                }
            }
        }
    }

    static String text(LabSettings settings, List<Trial> trials) {
        return new LabReport(settings, trials).text();
    }

    private String text() {
        var present = trials.stream().filter(trial -> trial.leftOut().isEmpty()).toList();
        var columns = new ArrayList<>(List.of(
                TextTable.Column.text("client"), TextTable.Column.text("mode"), TextTable.Column.text("over")));
        for (var trial : present) {
            for (var operation : Operation.values()) {
                var name = operation == Operation.LIST ? name(trial) + ": " : "";
                columns.add(TextTable.Column.text(name + operation.name().toLowerCase(Locale.ROOT)));
            }
        }
        var table = new TextTable(columns.toArray(TextTable.Column[]::new));
        var rows = present.stream().flatMap(trial -> trial.outcomes().stream()).map(outcome -> row(outcome.cell())).distinct().toList();
        for (var row : rows) {
            var cells = Stream.concat(
                    Stream.of(row.client, row.mode, row.family).map(Object::toString),
                    present.stream().flatMap(trial -> trial.outcomes().stream()
                            .filter(outcome -> row(outcome.cell()).equals(row)).map(outcome -> cell(trial, outcome))));
            table.row(cells.toArray(String[]::new));
        }
        return Stream.of(
                        Stream.of("topology " + settings.topology()),
                        rows.isEmpty() ? Stream.<String>of() : table.lines().stream(),
                        settings.families().contains(Family.IPV6) ? Stream.<String>of() : Stream.of("\nIPv6 was left out: " + NO_IPV6),
                        trials.stream().filter(trial -> !trial.missed().isEmpty())
                                .map(trial -> "\n" + name(trial) + ": this host was too busy to see all; explanations may lack "
                                        + trial.missed()),
                        trials.stream().filter(trial -> !trial.leftOut().isEmpty())
                                .map(trial -> "\n" + name(trial) + " was left out: " + trial.leftOut()),
                        reasons.entrySet().stream().map(reason -> "\n" + note(reason.getKey(), reason.getValue())))
                .flatMap(lines -> lines)
                .collect(Collectors.joining("\n"));
    }

    private static Row row(Cell cell) {
        return new Row(cell.client(), cell.mode(), cell.family());
    }

    private String cell(Trial trial, Outcome outcome) {
        var why = outcome.explanation();
        return why == null ? "works" : "fails [" + number(new Reason(trial, why.found(), why.change())) + "]";
    }

    private int number(Reason reason) {
        return List.copyOf(reasons.keySet()).indexOf(reason) + 1;
    }

    private String note(Reason reason, List<Outcome> outcomes) {
        var first = Objects.requireNonNull(outcomes.getFirst().explanation());
        var lines = new ArrayList<String>();
        lines.addAll(wrapped("", "[%d] %s, %d %s: %s".formatted(number(reason), name(reason.trial), outcomes.size(),
                outcomes.size() == 1 ? "cell" : "cells", reason.found)));
        if (!first.packet().isEmpty()) {
            lines.add("packet     " + first.packet());
        }
        lines.add("last seen  to clients: " + first.inside());
        lines.add("           to servers: " + first.outside());
        lines.addAll(wrapped("change     ", reason.change));
        return String.join("\n    ", lines);
    }

    /** The words of a sentence in lines of a bearable length, below each other behind a heading. */
    private static List<String> wrapped(String heading, String sentence) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder(heading);
        for (var word : sentence.split(" ", -1)) {
            if (line.length() + word.length() > WIDTH) {
                lines.add(line.toString().stripTrailing());
                line = new StringBuilder(" ".repeat(heading.length()));
            }
            line.append(word).append(' ');
        }
        lines.add(line.toString().stripTrailing());
        return lines;
    }

    private String name(Trial trial) {
        return settings.servers().size() == 1 ? trial.contender() : trial.contender() + "/" + trial.server();
    }

    static String json(LabSettings settings, List<Trial> trials) {
        var all = trials.stream().map(LabReport::json).toList();
        var report = new LinkedHashMap<String, Object>();
        report.put("topology", settings.topology().toString());
        if (!settings.families().contains(Family.IPV6)) {
            report.put("ipv6LeftOut", NO_IPV6);
        }
        report.put("trials", all);
        return JsonMapper.builder().build().writeValueAsString(report);
    }

    private static Map<String, Object> json(Trial trial) {
        var cells = trial.outcomes().stream().map(LabReport::json).toList();
        var all = new LinkedHashMap<String, Object>();
        all.put("firewall", trial.contender());
        all.put("server", trial.server().toString());
        if (!trial.leftOut().isEmpty()) {
            all.put("leftOut", trial.leftOut());
        }
        if (!trial.missed().isEmpty()) {
            all.put("missed", trial.missed());
        }
        all.put("cells", cells);
        return all;
    }

    private static Map<String, Object> json(Outcome outcome) {
        var cell = new LinkedHashMap<String, Object>();
        cell.put("client", outcome.cell().client().toString());
        cell.put("mode", outcome.cell().mode().name());
        cell.put("family", outcome.cell().family().toString());
        cell.put("operation", outcome.cell().operation().name().toLowerCase(Locale.ROOT));
        cell.put("works", outcome.works());
        var why = outcome.explanation();
        if (why != null) {
            cell.putAll(json(why));
        }
        return cell;
    }

    private static Map<String, Object> json(Explanation why) {
        var all = new LinkedHashMap<String, Object>();
        all.put("found", why.found());
        var drop = why.drop();
        if (drop != null) {
            all.put("chain", drop.chain());
            all.put("rule", drop.rule().isEmpty() ? "policy drop" : drop.rule());
            all.put("packet", why.packet());
        }
        all.put("lastToClients", why.inside());
        all.put("lastToServers", why.outside());
        all.put("change", why.change());
        return all;
    }
}
