package dev.sallyport.rules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathGlobTest {

    @ParameterizedTest
    @CsvSource({
        "/, /, true", "/, /a, false", "/**, /, true", "/**, /a/b, true",
        "/pub, /pub, true", "/pub, /pub/a, false", "/pub, /public, false",
        "/pub/**, /pub, true", "/pub/**, /pub/a/b/c, true", "/pub/**, /public, false", "/pub/**, /, false",
        "/pub/*, /pub/a, true", "/pub/*, /pub, false", "/pub/*, /pub/a/b, false",
        "**/*.key, /a.key, true", "**/*.key, /x/y/a.key, true", "**/*.key, /a.key/x, false",
        "/a/**/b, /a/b, true", "/a/**/b, /a/x/y/b, true", "/a/**/b, /a/b/x, false",
        "/**/a/**/b, /x/a/a/y/b, true", "/**/a/**/b, /b/a, false", "/a/**/**/b, /a/b, true", "**/x, /x, true",
        "/A, /a, false", "/[ab]/?, /b/c, true", "/a?b, /a/b, false"
    })
    void glob_ofAPath_matches(String pattern, String path, boolean matches) {
        var bytes = path.getBytes(UTF_8);
        assertThat(PathGlob.of(pattern).matches(bytes, bytes.length, false)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "/pub/**, /pub, TRUE", "/pub/**, /pub/x, TRUE", "/**, /, TRUE", "/*/**, /pub, TRUE",
        "/pub/**, /, PATH_UNKNOWN", "/pub/a, /pub, PATH_UNKNOWN", "/pub, /pub, PATH_UNKNOWN", "**/x, /pub, PATH_UNKNOWN",
        "/pub/**/x, /pub/y, PATH_UNKNOWN", "/, /, PATH_UNKNOWN",
        "/pub/**, /other, FALSE", "/pub/a, /pub/b, FALSE", "/pub, /pub/x, FALSE", "/*/a/**, /pub/b/c, FALSE", "/, /pub, FALSE"
    })
    void glob_ofSomethingInAFolder_isCertainOnlyWhenAllOrNoneMatches(String pattern, String folder, Truth expected) {
        var bytes = folder.getBytes(UTF_8);
        assertThat(PathGlob.of(pattern).matchesBelow(bytes, bytes.length, false)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"/PUB/**, /pub/A, true", "/pub/[a-c], /PUB/B, true", "/pub/\u00c4, /pub/\u00e4, false"})
    void glob_withoutCase_foldsAsciiLettersAlone(String pattern, String path, boolean matches) {
        var bytes = path.getBytes(UTF_8);
        assertThat(PathGlob.of(pattern).matches(bytes, bytes.length, true)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "pub/**|does not begin with '/': write '/pub/**', or '**/pub/**' for any folder that holds it",
        "/a**/b|has '**' within 'a**': it stands for whole folders, as in '/a/**/b'",
        "/a/../b|has '..' in it, which is resolved before rules are asked: write the path without it",
        "/a/./b|has '.' in it, which is resolved before rules are asked: write the path without it",
        "/a//b|has an empty folder name in it: write one '/' between names, and '/**' at the end for all below",
        "/a/|has an empty folder name in it: write one '/' between names, and '/**' at the end for all below",
        "/a/[b|has a '[' without a ']'; write '\\[' for the character itself"
    })
    void pattern_thatIsNone_isToldWhy(String pattern, String mistake) {
        assertThat(PathGlob.mistake(pattern)).isEqualTo(mistake);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/**", "**/a", "/a b/*", "/.hidden", "/..."})
    void pattern_thatIsOne_hasNoMistake(String pattern) {
        assertThat(PathGlob.mistake(pattern)).isNull();
        assertThat(PathGlob.of(pattern)).hasToString(pattern);
    }
}
