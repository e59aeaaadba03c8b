package dev.sallyport.ftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerbTest {

    /** The commands to know by name: RFC 5797 and common practice. Held here apart from the enum, so that none gets lost. */
    private static final List<String> VOCABULARY = List.of("""
            ABOR ACCT ADAT ALGS ALLO APPE AUTH AVBL CCC CDUP CLNT CONF COMB CPSV CSID CWD DELE DSIZ EPRT EPSV ENC FEAT HELP
            HASH HOST LANG LIST LPRT LPSV MDTM MFCT MFF MFMT MIC MKD MLSD MLST MODE NLST NOOP OPTS PASS PASV PBSZ PORT PRET
            PROT PWD QUIT RANG REIN REST RETR RMD RMDA RNFR RNTO SITE SIZE SMNT SPSV SSCN STAT STOR STOU STRU SYST THMB TYPE
            USER XCRC XCUP XCWD XMD5 XMKD XPWD XRCP XRMD XRSQ XSEM XSEN XSHA1 XSHA256
            """.strip().split("\\s+"));

    static Stream<String> vocabulary() {
        return VOCABULARY.stream();
    }

    @Test
    void verbs_andTheVocabulary_areTheSame() {
        assertThat(Arrays.stream(Verb.values()).filter(verb -> verb != Verb.UNKNOWN).map(Verb::name))
                .containsExactlyInAnyOrderElementsOf(VOCABULARY);
    }

    @ParameterizedTest
    @MethodSource("vocabulary")
    void verb_inAnyCase_isKnown(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        assertThat(of(name)).hasToString(name);
        assertThat(of(lower)).hasToString(name);
        assertThat(of(name.charAt(0) + lower.substring(1))).hasToString(name);
        assertThat(of(lower.charAt(0) + name.substring(1))).hasToString(name);
    }

    @ParameterizedTest
    @MethodSource("vocabulary")
    void verb_withALetterMoreOrLess_isAnotherOne(String name) {
        var known = Verb.valueOf(name);
        assertThat(of(name + "A")).isNotEqualTo(known);
        assertThat(of("A" + name)).isNotEqualTo(known);
        assertThat(of(name.substring(1))).isNotEqualTo(known);
        assertThat(of(name.substring(0, name.length() - 1))).isNotEqualTo(known);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UNKNOWN", "unknown", "NOPE", "X", "RETRRETRRETR", "AAAAAAAAAAAARETR", "0ETR", "\u00d2ETR"})
    void verb_notInTheVocabulary_isUnknown(String name) {
        assertThat(of(name)).isEqualTo(Verb.UNKNOWN);
    }

    @Test
    void verb_amongOtherText_isReadFromItsBytesAlone() {
        assertThat(Verb.of(FtpLine.of("  RETR STOR"), 2, 6)).isEqualTo(Verb.RETR);
        assertThat(Verb.of(FtpLine.of("  RETR STOR"), 7, 11)).isEqualTo(Verb.STOR);
        assertThat(Verb.of(FtpLine.of("  RETR STOR"), 2, 2)).isEqualTo(Verb.UNKNOWN);
    }

    @Test
    void secrets_areTheArgumentsOfLoginAndSecurity() {
        assertThat(Arrays.stream(Verb.values()).filter(Verb::secret)).containsExactlyInAnyOrder(Verb.PASS, Verb.ACCT, Verb.ADAT);
    }

    @Test
    void transfers_areWhatNeedsADataConnection() {
        assertThat(Arrays.stream(Verb.values()).filter(Verb::transfers)).containsExactlyInAnyOrder(
                Verb.APPE, Verb.LIST, Verb.MLSD, Verb.NLST, Verb.RETR, Verb.STOR, Verb.STOU, Verb.THMB);
    }

    @ParameterizedTest
    @EnumSource(value = Verb.class, names = {"PASV", "EPSV", "LPSV"})
    void role_ofWhatAsksTheServerToListen_isPassive(Verb verb) {
        assertThat(verb.role()).isEqualTo(Verb.Role.PASSIVE);
    }

    @ParameterizedTest
    @EnumSource(value = Verb.class, names = {"PORT", "EPRT", "LPRT"})
    void role_ofWhatAsksTheServerToConnect_isActive(Verb verb) {
        assertThat(verb.role()).isEqualTo(Verb.Role.ACTIVE);
    }

    @ParameterizedTest
    @EnumSource(value = Verb.class, names = {"SPSV", "CPSV", "SSCN", "ADAT", "CONF", "ENC", "MIC"})
    void role_ofWhatThisGatewayDoesNotSpeak_isUnsupported(Verb verb) {
        assertThat(verb.role()).isEqualTo(Verb.Role.UNSUPPORTED);
    }

    @Test
    void doors_areOpenedByNoOtherVerb() {
        var doors = EnumSet.of(Verb.Role.PASSIVE, Verb.Role.ACTIVE);
        assertThat(Arrays.stream(Verb.values()).filter(verb -> doors.contains(verb.role()))).containsExactlyInAnyOrder(
                Verb.PASV, Verb.EPSV, Verb.LPSV, Verb.PORT, Verb.EPRT, Verb.LPRT);
    }

    private static Verb of(String name) {
        var line = FtpLine.of(name);
        return Verb.of(line, 0, line.length());
    }
}
