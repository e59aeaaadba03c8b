package dev.sallyport.peers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.lab.EmbeddedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The passwords that the tests use: of accounts, and all others where they are written. */
public final class Passwords {

    /** Of the account {@code demo}, that every server of the tests has. */
    public static final String OF_ACCOUNT = EmbeddedServer.PASSWORD;

    /** Of the same account, and wrong. */
    public static final String WRONG = "wrong";

    /** Where clients of the tests say something: Java, transcripts, inputs of fuzz tests. */
    private static final List<Path> SOURCES = List.of(Path.of("src/test"), Path.of("rules/tests"));

    /** What follows a command whose argument is a secret, or a user of a URL or of curl's; and what is said to be one. */
    private static final Pattern WRITTEN = Pattern.compile(
            "(?i:\\b(?:PASS|ACCT|ADAT)[ =:\",]{1,2})([A-Za-z0-9]{3,})"
                    + "|\"demo:([A-Za-z0-9]{3,})|\\b(?:SECRET|PASSWORD|WRONG) = \"([A-Za-z0-9]{3,})\"");

    private Passwords() {}

    /** All of three letters and digits and more; among them words of comments that only look like one. */
    public static Set<String> ofTheSuite() throws IOException {
        var found = new TreeSet<>(List.of(OF_ACCOUNT, WRONG));
        for (var source : SOURCES) {
            try (var files = Files.walk(source)) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                    WRITTEN.matcher(Files.readString(file, ISO_8859_1)).results().forEach(match -> {
                        for (var group = 1; group <= match.groupCount(); group++) {
                            if (match.group(group) != null) {
                                found.add(match.group(group));
                            }
                        }
                    });
                }
            }
        }
        return found;
    }
}
