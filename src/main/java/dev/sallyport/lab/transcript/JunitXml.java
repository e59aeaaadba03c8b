package dev.sallyport.lab.transcript;

import dev.sallyport.lab.transcript.Suite.Result;
import dev.sallyport.lab.transcript.Suite.Verdict;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Results as the XML that build servers read: a {@code testsuite} for each folder, a {@code testcase} for each transcript; a
 * {@code failure} holds the differences, an {@code error} says why a transcript cannot be run. The format has no
 * specification; this is what JUnit's and Maven's readers have in common.
 */
public final class JunitXml {

    private JunitXml() {}

    /** The document, ended by a line feed; for a file in UTF-8. */
    public static String of(List<Result> results) {
        var folders = results.stream().collect(Collectors.groupingBy(JunitXml::folder, LinkedHashMap::new, Collectors.toList()));
        var xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites")
                .append(counts(results)).append(">\n");
        folders.forEach((folder, cases) -> {
            xml.append("  <testsuite name=\"").append(attribute(folder)).append('"').append(counts(cases)).append(">\n");
            cases.forEach(each -> xml.append(testCase(folder, each)));
            xml.append("  </testsuite>\n");
        });
        return xml.append("</testsuites>\n").toString();
    }

    private static String testCase(String folder, Result result) {
        var attributes = " name=\"%s\" classname=\"%s\" file=\"%s\" time=\"%s\"".formatted(
                attribute(String.valueOf(result.file().getFileName())), attribute(folder), attribute(result.file().toString()),
                seconds(result.time()));
        var inside = switch (result.verdict()) {
            case Verdict.Passed(), Verdict.Rewritten() -> "";
            case Verdict.Failed(var differences) -> problem("failure", differences.getFirst().headline(),
                    differences.stream().map(Difference::text).collect(Collectors.joining("\n")));
            case Verdict.Broken(var message) -> problem("error", message.lines().findFirst().orElse(""), message + "\n");
        };
        return inside.isEmpty()
                ? "    <testcase" + attributes + "/>\n"
                : "    <testcase" + attributes + ">\n" + inside + "    </testcase>\n";
    }

    private static String problem(String kind, String message, String text) {
        return "      <" + kind + " message=\"" + attribute(message) + "\">" + escaped(text) + "</" + kind + ">\n";
    }

    private static String counts(List<Result> results) {
        return " tests=\"%d\" failures=\"%d\" errors=\"%d\" skipped=\"0\" time=\"%s\"".formatted(
                results.size(),
                results.stream().filter(result -> result.verdict() instanceof Verdict.Failed).count(),
                results.stream().filter(result -> result.verdict() instanceof Verdict.Broken).count(),
                seconds(results.stream().map(Result::time).reduce(Duration.ZERO, Duration::plus)));
    }

    private static String folder(Result result) {
        var folder = result.file().getParent();
        return folder == null ? "." : folder.toString();
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.3f", time.toNanos() / 1e9);
    }

    private static String attribute(String text) {
        return escaped(ByteText.shown(text));
    }

    /** Printable text, line feeds too, as the text of an element or an attribute in double quotes. */
    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
