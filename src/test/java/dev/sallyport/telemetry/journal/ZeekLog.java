package dev.sallyport.telemetry.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A log of Zeek's, read by what its head says of itself. A field that is unset is not in its row.
 *
 * @param head what each line of it says, by its first word
 */
public record ZeekLog(Map<String, List<String>> head, List<Map<String, String>> rows) {

    private static final Pattern ESCAPED = Pattern.compile("\\\\x([0-9a-f]{2})");

    /** @param text one file */
    public static ZeekLog read(String text) {
        var lines = text.split("\n");
        assertThat(text).endsWith("\n");
        assertThat(lines[0]).startsWith("#separator ");
        var separator = unescaped(lines[0].substring("#separator ".length()));
        var head = new LinkedHashMap<String, List<String>>();
        var rows = new ArrayList<Map<String, String>>();
        for (var i = 1; i < lines.length; i++) {
            var values = List.of(lines[i].split(Pattern.quote(separator), -1));
            if (values.getFirst().startsWith("#")) {
                assertThat(head.put(values.getFirst().substring(1), values.subList(1, values.size()))).as("twice").isNull();
            } else {
                rows.add(row(head, values));
            }
        }
        return new ZeekLog(head, rows);
    }

    private static Map<String, String> row(Map<String, List<String>> head, List<String> values) {
        var fields = head.getOrDefault("fields", List.of());
        assertThat(values).hasSameSizeAs(fields).hasSameSizeAs(head.getOrDefault("types", List.of()));
        var row = new HashMap<String, String>();
        for (var i = 0; i < values.size(); i++) {
            var value = values.get(i);
            if (!List.of(value).equals(head.get("unset_field"))) {
                row.put(fields.get(i), List.of(value).equals(head.get("empty_field")) ? "" : unescaped(value));
            }
        }
        return row;
    }

    private static String unescaped(String text) {
        return ESCAPED.matcher(text).replaceAll(found ->
                Matcher.quoteReplacement(new String(new byte[] {(byte) Integer.parseInt(found.group(1), 16)}, ISO_8859_1)));
    }
}
