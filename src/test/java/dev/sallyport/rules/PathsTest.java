package dev.sallyport.rules;

import static dev.sallyport.rules.Matching.command;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands are given with {@code /home/bob} for the working directory. */
class PathsTest {

    private static final Directory HOME = Directory.of("/home/bob".getBytes(ISO_8859_1));

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "RETR a|EXACT /home/bob/a", "RETR a b|EXACT /home/bob/a b", "RETR /a|EXACT /a", "RETR /|EXACT /", "RETR //a///b/|EXACT /a/b",
        "RETR ./a/./b|EXACT /home/bob/a/b", "CWD ../a|EXACT /home/a", "CWD ../../../a|EXACT /a", "XCWD a/../b|EXACT /home/bob/b",
        "RETR ../a|UNKNOWN", "DELE a/../b|UNKNOWN", "MLSD ..|UNKNOWN", "LIST ..|UNKNOWN", "RETR /../a|EXACT /a",
        "RETR ...|EXACT /home/bob/...", "RETR .a|EXACT /home/bob/.a", "STOR a|EXACT /home/bob/a", "RNTO /x|EXACT /x",
        "CWD ..|EXACT /home", "CDUP|EXACT /home", "XCUP anything|EXACT /home", "MKD a|EXACT /home/bob/a",
        "NOOP|NONE", "TYPE I|NONE", "PASS /a|NONE",
        "SITE CHMOD 777 /a|UNKNOWN", "FROB /a|UNKNOWN", "PRET RETR a|UNKNOWN", "COMB a b|UNKNOWN", "THMB JPEG 1 1 a|UNKNOWN",
        "RETR|UNKNOWN", "CWD|UNKNOWN", "RETR ~/a|UNKNOWN", "CWD ~bob|UNKNOWN", "RETR C:a|UNKNOWN", "RETR c:/a|UNKNOWN",
        "RETR a\\b|UNKNOWN", "RETR a~|EXACT /home/bob/a~", "RETR 1:a|EXACT /home/bob/1:a"
    })
    void path_ofACommand_isResolved(String line, String expected) {
        assertThat(resolved(line)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"LIST", "LIST -la", "NLST", "MLSD", "STAT -l"})
    void listing_withoutAPath_isOfTheDirectory(String line) {
        assertThat(resolved(line)).isEqualTo("EXACT /home/bob");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "LIST /pub|EXACT /pub", "LIST -la /pub|EXACT /pub", "LIST -l -a pub|EXACT /home/bob/pub", "STAT -l /pub|EXACT /pub",
        "STAT|NONE", "LIST -laR /pub|BELOW /pub", "LIST -- /pub|UNKNOWN", "LIST --recursive /pub|UNKNOWN", "LIST -R|BELOW /home/bob",
        "LIST *.txt|BELOW /home/bob", "NLST /pub/*|BELOW /pub", "LIST /pub/a*/b|BELOW /pub", "LIST /pub/../x/?|UNKNOWN",
        "LIST -/../../x|UNKNOWN", "LIST -l/x /pub|UNKNOWN",
        "LIST -la /a[bc]|BELOW /", "MLSD *|EXACT /home/bob/*",
        "LIST /pub/*/..|UNKNOWN", "LIST .*|UNKNOWN", "LIST /pub/.?|UNKNOWN", "LIST {a,b}|UNKNOWN", "LIST a/[.]*|UNKNOWN",
        "LIST /pub /etc|UNKNOWN", "NLST /pub/* /etc|UNKNOWN", "LIST -I a /etc|UNKNOWN", "STAT a /etc|UNKNOWN", "LIST a b|UNKNOWN",
        "LIST ~bob/*|UNKNOWN", "LIST ~*|UNKNOWN", "LIST C:*|UNKNOWN", "LIST /a*/b\\c|UNKNOWN"
    })
    void listing_ofOptionsAndWildcards_isWhatTheyLeadTo(String line, String expected) {
        assertThat(resolved(line)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "STOU|BELOW /home/bob", "STOU a|BELOW /home/bob", "STOU a/b|UNKNOWN", "STOU /a|UNKNOWN",
        "MFMT 20250101000000 /a b|EXACT /a b", "MFF modify=1;unix.mode=0; a|EXACT /home/bob/a", "MFCT 20250101000000|UNKNOWN",
        "MDTM a|EXACT /home/bob/a", "MDTM 20250101000000 a|UNKNOWN", "MDTM 20250101 /a|UNKNOWN", "MDTM 2x /a|UNKNOWN",
        "MDTM a b|EXACT /home/bob/a b", "MDTM 20250101000000|EXACT /home/bob/20250101000000",
        "XCRC a|EXACT /home/bob/a", "XCRC a 1 2|UNKNOWN", "HASH \"a\"|UNKNOWN", "XMD5|UNKNOWN", "MLST|EXACT /home/bob",
        "MLST a|EXACT /home/bob/a", "RMDA /a|BELOW /a", "RMD /a|EXACT /a", "RMDA|UNKNOWN", "SIZE a|EXACT /home/bob/a"
    })
    void path_besidesOtherThings_isFoundOrNotKnown(String line, String expected) {
        assertThat(resolved(line)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RETR  /a", "RETR /a ", "RETR \t/a", "MFMT  20250101000000 /a", "LIST -l  /a", "LIST  /a",
        "RETR a\0b", "RETR a\rb", "RETR a\r\0b", "LIST /pub/..\r\0", "RETR \377a", "RETR \"/a\"", "DELE '/a'", "LIST \"/a*\""})
    void bytes_thatServersReadInTwoWays_areNotKnown(String line) {
        assertThat(resolved(line)).isEqualTo("UNKNOWN");
    }

    @Test
    void escapeOfTelnet_isOneByte() {
        assertThat(resolved("RETR /a\377\377b")).isEqualTo("EXACT /a\377b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RETR a.", "RETR a /b", "RETR a../b", "RETR secret::$DATA", "RETR SECRET~1.TXT", "LIST ab:*"})
    void name_thatWindowsTakesForAnother_isNotKnownThere(String line) {
        var paths = new Paths();
        assertThat(paths.resolve(command(line), HOME, true)).isEqualTo(Paths.Kind.UNKNOWN);
        assertThat(paths.resolve(command(line), HOME, false)).isNotEqualTo(Paths.Kind.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/SECRET~1", "/secret.", "/a/secret ", "/secret::$INDEX_ALLOCATION", "/priv\351", "/long\305\277"})
    void directory_thatWindowsTakesForAnother_isNotKnownThere(String directory) {
        var paths = new Paths();
        var there = Directory.of(directory.getBytes(ISO_8859_1));
        for (var line : new String[] {"RETR a", "LIST", "LIST *", "STOU", "CDUP"}) {
            var kind = paths.resolve(command(line), there, true);
            assertThat(kind == Paths.Kind.UNKNOWN || line.equals("CDUP") && new String(paths.copy(), ISO_8859_1).matches("/|/a"))
                    .as(line)
                    .isTrue();
            assertThat(paths.resolve(command(line), there, false)).as(line).isNotEqualTo(Paths.Kind.UNKNOWN);
        }
    }

    /** The letters are e with an acute accent, in UTF-8. */
    @Test
    void name_inEitherCase_isTheSameOnWindows() {
        var paths = new Paths();
        for (var line : new String[] {"RETR /priv\303\211/a", "RETR /priv\303\251/a"}) {
            assertThat(paths.resolve(command(line), HOME, true)).isEqualTo(Paths.Kind.EXACT);
            assertThat(PathGlob.of("/PRIV\u00c9/**").folded().matches(paths.array(), paths.length(), true)).as(line).isTrue();
        }
        assertThat(paths.resolve(command("RETR /priv\303\211/a"), HOME, false)).isEqualTo(Paths.Kind.EXACT);
        assertThat(PathGlob.of("/priv\u00e9/**").matches(paths.array(), paths.length(), false)).isFalse();
    }

    @Test
    void directory_thatIsNotKnown_isTheReasonOnlyWhereItIsNeeded() {
        var paths = new Paths();
        assertThat(paths.resolve(command("RETR a"), Directory.UNKNOWN, false)).isEqualTo(Paths.Kind.UNKNOWN);
        assertThat(paths.lackedDirectory()).isTrue();
        assertThat(paths.resolve(command("RETR ~a"), Directory.UNKNOWN, false)).isEqualTo(Paths.Kind.UNKNOWN);
        assertThat(paths.lackedDirectory()).isFalse();
        assertThat(paths.resolve(command("RETR /a"), Directory.UNKNOWN, false)).isEqualTo(Paths.Kind.EXACT);
    }

    /** Against a walk through a tree of folders, where {@code ..} is the parent. */
    @Test
    void paths_atRandom_leadWhereAWalkLeads() {
        var random = new SplittableRandom(11);
        var names = new String[] {"a", "b", "..", ".", "", "c d", "..."};
        var paths = new Paths();
        for (var i = 0; i < 50_000; i++) {
            var walk = new ArrayDeque<String>();
            var text = new StringBuilder();
            // A relative path begins with a name, or it would be an absolute one.
            text.append(random.nextBoolean() ? "/" : "./");
            if (text.charAt(0) == '.') {
                walk.add("home");
                walk.add("bob");
            }
            for (var parts = 1 + random.nextInt(6); parts > 0; parts--) {
                var name = names[random.nextInt(names.length)];
                text.append(name).append(parts > 1 ? "/" : "");
                if (name.equals("..")) {
                    walk.pollLast();
                } else if (!name.isEmpty() && !name.equals(".")) {
                    walk.addLast(name);
                }
            }
            assertThat(paths.resolve(command("CWD " + text), HOME, false)).as("%s", text).isEqualTo(Paths.Kind.EXACT);
            assertThat(new String(paths.copy(), ISO_8859_1)).as("%s", text).isEqualTo("/" + String.join("/", walk));
        }
    }

    private static String resolved(String line) {
        var paths = new Paths();
        var kind = paths.resolve(command(line), HOME, false);
        return switch (kind) {
            case EXACT, BELOW -> kind + " " + new String(paths.copy(), ISO_8859_1);
            case NONE, UNKNOWN -> kind.name();
        };
    }
}
