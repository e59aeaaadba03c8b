package dev.sallyport.config.rules;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Network;
import dev.sallyport.ftp.Verb;
import dev.sallyport.rules.CommandGroup;
import dev.sallyport.rules.DataMode;
import dev.sallyport.rules.Match;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Rule;
import dev.sallyport.rules.RuleText;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes a rule set as somebody might: values plain or in quotes of either kind, lists and mappings in flow or in lines, groups
 * and networks by name or not, and what is as by default left out or written all the same.
 */
final class RuleYaml {

    private static final Pattern PLAIN = Pattern.compile("(?!null$)[A-Za-z0-9/][A-Za-z0-9._/-]*");
    private static final Pattern BEYOND_ASCII = Pattern.compile("[^ -~]");

    private final SplittableRandom random;
    private final Map<String, Object> networks = new LinkedHashMap<>();
    private final Map<String, Object> groups = new LinkedHashMap<>();

    private RuleYaml(SplittableRandom random) {
        this.random = random;
    }

    static String of(RuleText text, SplittableRandom random) {
        return new RuleYaml(random).write(text);
    }

    private String write(RuleText text) {
        var rules = text.rules().stream().map(this::rule).toList();
        var top = new LinkedHashMap<String, Object>();
        top.put("name", text.name());
        putUnless(ZoneId.systemDefault().equals(text.zone()), top, "zone", text.zone().getId());
        putUnless(!text.foldCase(), top, "pathCase", text.foldCase() ? "ignore" : "exact");
        top.put("defaults", outcome(text.otherwise()));
        var checks = new LinkedHashMap<String, Object>();
        text.checks().levels().forEach((check, level) -> putUnless(level == check.usual(), checks, check.key(), lower(level)));
        top.put("checks", checks);
        top.put("limits", Map.of("argument", text.limits().argumentBytes(), "linesPerSecond", text.limits().linesPerSecond()));
        var logins = text.logins();
        top.put("logins", Map.of("free", logins.free(), "delay", time(logins.delay()), "longest", time(logins.longest()),
                "refuseAfter", logins.refuseAfter(), "forget", time(logins.forget())));
        top.put("mask", masks(text));
        top.put("networks", networks);
        top.put("groups", groups);
        top.put("rules", rules);
        var yaml = new StringBuilder();
        top.forEach((key, value) -> {
            if (!(value instanceof Map<?, ?> map && map.isEmpty())) {
                yaml.append(key).append(":");
                value(yaml, value, "", false);
            }
        });
        return yaml.toString();
    }

    private static Map<String, Object> masks(RuleText text) {
        var masks = new LinkedHashMap<String, Object>();
        putText(masks, "banner", text.masks().banner());
        putText(masks, "system", text.masks().system());
        putText(masks, "help", text.masks().help());
        var hidden = new ArrayList<Object>(new TreeSet<>(text.masks().hidden()));
        if (hidden.isEmpty()) {
            hidden.add(text.masks().hideRefused() ? "refused" : "keep");
        }
        masks.put("features", hidden);
        return masks;
    }

    private static void putText(Map<String, Object> masks, String key, @Nullable FtpLine line) {
        if (line != null) {
            masks.put(key, line.text(4));
        }
    }

    private Map<String, Object> rule(Rule rule) {
        var written = new LinkedHashMap<String, Object>();
        written.put("name", rule.name());
        written.putAll(match(rule.match()));
        if (!rule.unless().isEmpty()) {
            var blocks = rule.unless().stream().<Object>map(this::match).toList();
            written.put("unless", blocks.size() == 1 && random.nextBoolean() ? blocks.getFirst() : blocks);
        }
        written.putAll(outcome(rule.outcome()));
        return written;
    }

    private Map<String, Object> match(Match match) {
        var written = new LinkedHashMap<String, Object>();
        put(written, "from", networks(match.from()));
        put(written, "to", networks(match.to()));
        put(written, "gateway", match.gateways());
        put(written, "users", match.users());
        if (match.loggedIn() != null) {
            written.put("login", match.loggedIn() ? "after" : "before");
        }
        put(written, "commands", commands(match.verbs(), match.arguments().isEmpty()));
        put(written, "paths", match.paths());
        put(written, "arguments", match.arguments());
        put(written, "direction", match.directions().stream().map(RuleYaml::lower).toList());
        put(written, "tls", match.tls().stream().map(RuleYaml::lower).toList());
        put(written, "tlsSubject", match.subjects());
        put(written, "mode", match.modes().stream().map(mode -> mode == DataMode.NONE ? "none" : mode.name()).toList());
        if (match.times() != null) {
            put(written, "time", match.times().windows());
        }
        put(written, "dataTo", networks(match.dataTo()));
        if (match.dataFrom() != null) {
            written.put("dataFrom", Addresses.text(match.dataFrom(), false));
        }
        return written;
    }

    private List<Object> networks(List<Network> wanted) {
        if (wanted.isEmpty() || random.nextInt(4) != 0) {
            return List.copyOf(wanted);
        }
        var name = "n" + networks.size();
        networks.put(name, wanted);
        return List.of(name);
    }

    /** @param byGroup whether entries may hold commands whose argument is a secret */
    private List<Object> commands(Collection<Verb> verbs, boolean byGroup) {
        var left = new TreeSet<>(verbs);
        var written = new ArrayList<Object>();
        for (var group : CommandGroup.values()) {
            // One of unknown commands alone cannot be written otherwise.
            if (left.containsAll(group.verbs()) && (byGroup && random.nextBoolean() || group == CommandGroup.UNKNOWN)) {
                left.removeAll(group.verbs());
                written.add(group.text());
            }
        }
        left.forEach(verb -> written.add(verb.name()));
        if (written.isEmpty() || random.nextInt(4) != 0) {
            return written;
        }
        var name = "g" + groups.size();
        groups.put(name, List.copyOf(written));
        return List.of(name);
    }

    private Map<String, Object> outcome(Outcome outcome) {
        var written = new LinkedHashMap<String, Object>();
        written.put("action", lower(outcome.action()));
        if (outcome.reply() != null) {
            written.put("reply", outcome.reply().text());
        }
        putUnless(outcome.log() == (outcome.action() != Outcome.Action.ALLOW), written, "log", outcome.log());
        if (outcome.rate() != null) {
            written.put("rate", outcome.rate());
        }
        if (outcome.mostBytes() > 0) {
            written.put("size", size(outcome.mostBytes()));
        }
        return written;
    }

    private static String size(long bytes) {
        var units = 0;
        var count = bytes;
        while (count % 1024 == 0 && units < 4) {
            count /= 1024;
            units++;
        }
        return count + " KMGT".substring(units, units + 1).strip();
    }

    private static String time(Duration time) {
        var millis = time.toMillis();
        return millis % 86_400_000 == 0 ? millis / 86_400_000 + "d"
                : millis % 60_000 == 0 ? millis / 60_000 + "m" : millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private void putUnless(boolean usual, Map<String, Object> to, String key, Object value) {
        if (!usual || random.nextBoolean()) {
            to.put(key, value);
        }
    }

    /** None is nothing; one may stand without its list. */
    private void put(Map<String, Object> to, String key, Collection<?> values) {
        if (!values.isEmpty()) {
            to.put(key, values.size() == 1 && random.nextBoolean() ? values.iterator().next() : List.copyOf(values));
        }
    }

    // ---- YAML ----

    /** What stands behind a colon or a dash. @param flow whether it stands within brackets */
    private void value(StringBuilder yaml, Object value, String indent, boolean flow) {
        var inFlow = flow || random.nextInt(3) == 0;
        switch (value) {
            case Map<?, ?> map when inFlow -> {
                yaml.append(" { ");
                map.forEach((key, each) -> {
                    yaml.append(key).append(":");
                    value(yaml, each, indent, true);
                    yaml.append(", ");
                });
                yaml.append("}");
            }
            case Map<?, ?> map -> {
                yaml.append('\n');
                map.forEach((key, each) -> {
                    yaml.append(indent).append("  ").append(key).append(":");
                    value(yaml, each, indent + "  ", false);
                });
                return;
            }
            case Collection<?> list when inFlow || list.isEmpty() -> {
                yaml.append(" [");
                list.forEach(each -> {
                    value(yaml, each, indent, true);
                    yaml.append(",");
                });
                yaml.append("]");
            }
            case Collection<?> list -> {
                yaml.append('\n');
                list.forEach(each -> {
                    yaml.append(indent).append("  -");
                    value(yaml, each, indent + "  ", false);
                });
                return;
            }
            default -> yaml.append(' ').append(scalar(value.toString()));
        }
        if (!flow) {
            yaml.append(random.nextInt(8) == 0 ? "   # a word on that" : "").append('\n');
        }
    }

    private String scalar(String text) {
        var style = random.nextInt(3);
        if (style == 0 && PLAIN.matcher(text).matches()) {
            return text;
        }
        return style == 1
                ? "'" + text.replace("'", "''") + "'"
                : '"' + BEYOND_ASCII.matcher(text.replace("\\", "\\\\").replace("\"", "\\\""))
                        .replaceAll(found -> random.nextBoolean() ? escape(found.group()) : found.group()) + '"';
    }

    private static String escape(String character) {
        return "\\\\U%08x".formatted(character.codePointAt(0));
    }
}
