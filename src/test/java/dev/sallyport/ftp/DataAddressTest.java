package dev.sallyport.ftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataAddressTest {

    private static final InetAddress PEER = address("192.0.2.1");
    private static final InetAddress PEER_6 = address("2001:db8::1");
    private static final int CODE = "227".length();

    // PORT

    @ParameterizedTest
    @CsvSource(delimiter = ';', ignoreLeadingAndTrailingWhitespace = false, value = {
        "192,0,2,1,195,80;192.0.2.1:50000", "  192,0,2,1,195,80  ;192.0.2.1:50000", "0,0,0,0,0,1;0.0.0.0:1",
        "255,255,255,255,255,255;255.255.255.255:65535", "10,0,0,1,4,0;10.0.0.1:1024", "010,0,00,001,004,0;10.0.0.1:1024"
    })
    void port_withSixNumbers_isAccepted(String argument, String endpoint) {
        assertThat(value(DataAddress.port(argument))).hasToString(endpoint);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", " ", ",", "192,0,2,1,195,80,1", "192,0,2,1,195,80,", ",192,0,2,1,195,80", "192,,2,1,195,80", "256,0,2,1,195,80",
        "192,0,2,1,256,0", "192,0,2,1,195,999999999999", "-1,0,2,1,195,80", "+1,0,2,1,195,80", "192, 0,2,1,195,80", "192.0.2.1,195,80",
        "(192,0,2,1,195,80)", "192,0,2,1,195,80 x", "192,0,2,1,0x10,80", "a,b,c,d,e,f", "\u00b2,0,2,1,195,80", "|1|192.0.2.1|50000|"
    })
    void port_inAnyOtherForm_isMalformed(String argument) {
        assertThat(fault(DataAddress.port(argument))).isEqualTo(Fault.PORT_MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"192", "192,", "192,0,2,1", "192,0,2,1,195", "192,0,2,1,195,", " 192,0,2,1,195 "})
    void port_thatBreaksOff_isTruncated(String argument) {
        assertThat(fault(DataAddress.port(argument))).isEqualTo(Fault.PORT_TRUNCATED);
    }

    @Test
    void port_withMoreThanAFewBytesBehindTheNumbers_isToldAsThat() {
        assertThat(fault(DataAddress.port("192,0,2,1,195,80 DELE abc"))).isEqualTo(Fault.TEXT_BEHIND_NUMBERS);
        assertThat(fault(DataAddress.port("192,0,2,1,195,80 DELE ab"))).isEqualTo(Fault.PORT_MALFORMED);
        assertThat(DataAddress.textBehind("Entering (192,0,2,1,195,80)12345678")).isTrue();
        assertThat(DataAddress.textBehind("Entering (192,0,2,1,195,80)1234567")).isFalse();
    }

    @Test
    void extendedPassivePort_ofAnotherHost_isThePeersPort() {
        assertThat(value(DataAddress.extendedPassivePort("(|1|10.9.8.7|50000|)", PEER))).isEqualTo(new Endpoint(PEER, new Port(50_000)));
        assertThat(fault(DataAddress.extendedPassivePort("(|1|10.9.8.7|0|)", PEER))).isEqualTo(Fault.PASSIVE_PORT_ZERO);
    }

    @Test
    void port_zero_isAFault() {
        assertThat(fault(DataAddress.port("192,0,2,1,0,0"))).isEqualTo(Fault.PORT_ZERO);
    }

    // EPRT

    @ParameterizedTest
    @CsvSource(ignoreLeadingAndTrailingWhitespace = false, value = {
        "|1|192.0.2.1|50000|,192.0.2.1:50000", " |1|192.0.2.1|50000| ,192.0.2.1:50000", "|1|192.0.2.1|1|,192.0.2.1:1",
        "|1|192.0.2.1|65535|,192.0.2.1:65535", "|01|192.0.2.1|00021|,192.0.2.1:21",
        "|2|2001:db8::1|50000|,[2001:db8::1]:50000", "|2|2001:0DB8:0:0:0:0:0:1|50000|,[2001:db8::1]:50000", "|2|::1|21|,[::1]:21",
        "|2|::|21|,[::]:21", "|2|64:ff9b::192.0.2.33|21|,[64:ff9b::c000:221]:21",
        "|2|::ffff:192.0.2.1|50000|,192.0.2.1:50000", "|2|::ffff:c000:201|50000|,192.0.2.1:50000"
    })
    void eprt_ofEitherFamily_isAccepted(String argument, String endpoint) {
        assertThat(value(DataAddress.eprt(argument))).hasToString(endpoint);
    }

    static Stream<Character> delimiters() {
        return IntStream.rangeClosed(33, 126).filter(c -> c < '0' || c > '9').mapToObj(c -> (char) c);
    }

    @ParameterizedTest
    @MethodSource("delimiters")
    void eprt_withAnyDelimiter_isAccepted(char delimiter) {
        var argument = "|1|192.0.2.1|50000|".replace('|', delimiter);
        if (delimiter == '.') {
            assertThat(fault(DataAddress.eprt(argument))).as("a delimiter within the address").isEqualTo(Fault.EPRT_MALFORMED);
        } else {
            assertThat(value(DataAddress.eprt(argument))).hasToString("192.0.2.1:50000");
        }
    }

    @ParameterizedTest
    @ValueSource(chars = {'0', '5', '9', ' ', '\t', '\37', '\177', '\u0080', '\u00ff'})
    void eprt_withAnotherDelimiter_isMalformed(char delimiter) {
        assertThat(fault(DataAddress.eprt("|1|192.0.2.1|50000|".replace('|', delimiter)))).isEqualTo(Fault.EPRT_MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", " ", "|", "||||", "|||||", "|1|192.0.2.1|50000", "1|192.0.2.1|50000|", "|1|192.0.2.1|50000||", "|1|192.0.2.1|50000|x",
        "|1|192.0.2.1|50000,", "!1|192.0.2.1|50000|", "|1|192.0.2.1||", "|1||50000|", "||192.0.2.1|50000|", "|x|192.0.2.1|50000|",
        "|-1|192.0.2.1|50000|", "|999999|192.0.2.1|50000|", "|1|192.0.2.1|65536|", "|1|192.0.2.1|4295017296|", "|1|192.0.2.1|-1|",
        "|1|192.0.2.1|+21|", "|1|192.0.2.1|2 1|", "|1| 192.0.2.1|50000|", "|1|192.0.2|50000|", "|1|192.0.2.256|50000|",
        "|1|2001:db8::1|50000|", "|1|::ffff:192.0.2.1|50000|", "|2|192.0.2.1|50000|", "|2|fe80::1%eth0|50000|", "|2|fe80::1%1|50000|",
        "|2|[2001:db8::1]|50000|", "|2|2001:db8::1::|50000|", "|1|localhost|50000|", "|2|localhost|50000|", "|1|ftp.example.com|50000|",
        ":2:2001:db8::1:50000:", "|1|192.0.2.1|\u0661|"
    })
    void eprt_inAnyOtherForm_isMalformed(String argument) {
        assertThat(fault(DataAddress.eprt(argument))).isEqualTo(Fault.EPRT_MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"|0|192.0.2.1|50000|", "|3|192.0.2.1|50000|", "|12|2001:db8::1|50000|", "|99999|x|y|"})
    void eprt_ofAnotherFamily_isToldSo(String argument) {
        assertThat(fault(DataAddress.eprt(argument))).isEqualTo(Fault.FAMILY_UNSUPPORTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"|1|192.0.2.1|0|", "|2|2001:db8::1|00000|"})
    void eprt_ofPortZero_isAFault(String argument) {
        assertThat(fault(DataAddress.eprt(argument))).isEqualTo(Fault.PORT_ZERO);
    }

    // LPRT and 228

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "4,4,192,0,2,1,2,195,80;192.0.2.1:50000",
        "6,16,32,1,13,184,0,0,0,0,0,0,0,0,0,0,0,1,2,195,80;[2001:db8::1]:50000",
        "6,16,0,0,0,0,0,0,0,0,0,0,255,255,192,0,2,1,2,195,80;192.0.2.1:50000"
    })
    void longAddress_ofEitherFamily_isAccepted(String text, String endpoint) {
        assertThat(value(DataAddress.lprt(text))).hasToString(endpoint);
        assertThat(value(DataAddress.lprt("  " + text + " "))).hasToString(endpoint);
        assertThat(value(DataAddress.longPassive(" Entering Long Passive Mode (" + text + ")"))).hasToString(endpoint);
        assertThat(value(DataAddress.longPassive(" " + text))).hasToString(endpoint);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "4", "4,4", "4,4,192,0,2,1,2,195", "4,4,192,0,2,1,2,195,80,1", "4,4,192,0,2,1,2,195,80,", "4,16,192,0,2,1,2,195,80",
        "6,4,192,0,2,1,2,195,80", "6,16,192,0,2,1,2,195,80", "4,4,192,0,2,1,1,195,80", "4,4,192,0,2,1,1,80", "4,4,192,0,2,1,3,0,195,80",
        "4,4,256,0,2,1,2,195,80", "4,4,192,,2,1,2,195,80",
        "4,4,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1"
    })
    void longAddress_inAnyOtherForm_isMalformed(String text) {
        assertThat(fault(DataAddress.lprt(text))).isEqualTo(Fault.LPRT_MALFORMED);
        assertThat(fault(DataAddress.longPassive(" Entering Long Passive Mode (" + text + ")")))
                .isEqualTo(Fault.PASSIVE_REPLY_MALFORMED);
    }

    @Test
    void longAddress_ofAnotherFamily_isTheClientsToLearn() {
        assertThat(fault(DataAddress.lprt("5,4,192,0,2,1,2,195,80"))).isEqualTo(Fault.LONG_FAMILY_UNSUPPORTED);
        assertThat(fault(DataAddress.longPassive(" (5,4,192,0,2,1,2,195,80)"))).isEqualTo(Fault.PASSIVE_REPLY_MALFORMED);
    }

    @Test
    void longAddress_ofPortZero_isAFault() {
        assertThat(fault(DataAddress.lprt("4,4,192,0,2,1,2,0,0"))).isEqualTo(Fault.PORT_ZERO);
        assertThat(fault(DataAddress.longPassive(" (4,4,192,0,2,1,2,0,0)"))).isEqualTo(Fault.PASSIVE_PORT_ZERO);
    }

    // 227

    @ParameterizedTest
    @ValueSource(strings = {
        " Entering Passive Mode (192,0,2,1,195,80).", " Entering Passive Mode (192,0,2,1,195,80)",
        " Entering Passive Mode 192,0,2,1,195,80",
        " =192,0,2,1,195,80", "=192,0,2,1,195,80", " 192,0,2,1,195,80", "192,0,2,1,195,80", " (192, 0, 2, 1, 195, 80)",
        " (192,  0,2,1,195,80)", " Mode (192,0,2,1,195,80) from 10.0.0.1", " Mode [192,0,2,1,195,80]", " (192,0,2,1,195,80",
        " 192,0,2,1,195,80 (192,0,2,9,195,81)", " \u00e4 (192,000,002,001,195,080)", " OK. 192,0,2,1,195,80; enjoy"
    })
    void passive_inEveryFormInUse_isAccepted(String text) {
        assertThat(value(DataAddress.passive(text))).hasToString("192.0.2.1:50000");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"(0,0,0,0,0,1);0.0.0.0:1", "(127,0,0,1,255,255);127.0.0.1:65535"})
    void passive_ofAnyAddress_isTheSessionsToJudge(String text, String endpoint) {
        assertThat(value(DataAddress.passive(text))).hasToString(endpoint);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", " ", " Entering Passive Mode", " (192,0,2,1,195)", " (192,0,2,1,195,)", " (192,0,2,1,195,80,1)", " (192,0,2,1,195,80,",
        " (256,0,2,1,195,80)", " (192,0,2,1,195,256)", " (192,0,2,1,1950,80)", " (192,0,2,1,195,0800)", " (192,,2,1,195,80)",
        " (192,-1,2,1,195,80)", " (192.0.2.1,195,80)", " (192 ,0,2,1,195,80)", " (192;0;2;1;195;80)", " (|||50000|)",
        " (192,\t0,2,1,195,80)",
        " host2 (192,0,2,1,195,80)", " (\u0661,0,2,1,195,80)", " (192,0,2,1,195,"
    })
    void passive_inAnyOtherForm_isMalformed(String text) {
        assertThat(fault(DataAddress.passive(text))).isEqualTo(Fault.PASSIVE_REPLY_MALFORMED);
    }

    @Test
    void passive_ofPortZero_isAFault() {
        assertThat(fault(DataAddress.passive(" Entering Passive Mode (192,0,2,1,0,0)"))).isEqualTo(Fault.PASSIVE_PORT_ZERO);
    }

    // 229

    @ParameterizedTest
    @ValueSource(strings = {
        " Entering Extended Passive Mode (|||50000|)", " Entering Extended Passive Mode (|||50000|).", "(|||50000|)", " (|||50000|) ok",
        " (|1||50000|)", " (||192.0.2.1|50000|)", " (|1|192.0.2.1|50000|)", " (||::ffff:192.0.2.1|50000|)"
    })
    void extendedPassive_thatNamesThePeerOrNobody_isThePeer(String text) {
        assertThat(value(DataAddress.extendedPassive(text, PEER))).hasToString("192.0.2.1:50000");
    }

    @ParameterizedTest
    @ValueSource(strings = {" (|||50000|)", " (|2||50000|)", " (||2001:DB8:0::1|50000|)", " (|2|2001:db8::1|50000|)"})
    void extendedPassive_thatNamesTheIpv6PeerOrNobody_isThePeer(String text) {
        assertThat(value(DataAddress.extendedPassive(text, PEER_6))).hasToString("[2001:db8::1]:50000");
    }

    @ParameterizedTest
    @MethodSource("delimiters")
    void extendedPassive_withAnyDelimiter_isAccepted(char delimiter) {
        var text = " Entering Extended Passive Mode (|||50000|)".replace('|', delimiter);
        if (delimiter == ')') {
            assertThat(fault(DataAddress.extendedPassive(text, PEER))).as("it ends the address")
                    .isEqualTo(Fault.PASSIVE_REPLY_MALFORMED);
        } else {
            assertThat(value(DataAddress.extendedPassive(text, PEER))).hasToString("192.0.2.1:50000");
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "9, 9", "65535, 65535", "00021, 21"})
    void extendedPassive_portsFrom1To65535_areAccepted(String written, int port) {
        assertThat(value(DataAddress.extendedPassive(" (|||" + written + "|)", PEER))).isEqualTo(new Endpoint(PEER, new Port(port)));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", " Entering Extended Passive Mode", " (|||50000|", " |||50000|", " )|||50000|(", " ()", " (|)", " (||||)", " (|||50000)",
        " (||50000|)", " (||||50000|)", " (|||50000||)", " (|||50000|x)", " (x|||50000|)", " (!||50000|)", " (|||65536|)",
        " (|||4295017296|)", " (|||-1|)", " (|||+21|)", " (||| 21|)", " (|||x|)", " (55550000)", " (000210)", " (   50000 )",
        " (\177\177\17750000\177)", " (\u00a6\u00a6\u00a650000\u00a6)", " (extended) (|||50000|)", " (192,0,2,1,195,80)"
    })
    void extendedPassive_inAnyOtherForm_isMalformed(String text) {
        assertThat(fault(DataAddress.extendedPassive(text, PEER))).isEqualTo(Fault.PASSIVE_REPLY_MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        " (|2||50000|)", " (|3||50000|)", " (|01||50000|)", " (|x||50000|)", " (||192.0.2.2|50000|)", " (|1|10.0.0.1|50000|)",
        " (|2|2001:db8::1|50000|)", " (|1|localhost|50000|)", " (||0.0.0.0|50000|)"
    })
    void extendedPassive_thatNamesAnotherHost_isAFault(String text) {
        assertThat(fault(DataAddress.extendedPassive(text, PEER))).isEqualTo(Fault.EXTENDED_ADDRESS_NOT_PEER);
    }

    @ParameterizedTest
    @ValueSource(strings = {" (|1||50000|)", " (||192.0.2.1|50000|)", " (|2|2001:db8::2|50000|)", " (|2|2001:db8::1%1|50000|)"})
    void extendedPassive_thatNamesAnotherHostThanTheIpv6Peer_isAFault(String text) {
        assertThat(fault(DataAddress.extendedPassive(text, PEER_6))).isEqualTo(Fault.EXTENDED_ADDRESS_NOT_PEER);
    }

    @Test
    void extendedPassive_ofPortZero_isAFault() {
        assertThat(fault(DataAddress.extendedPassive(" (|||0|)", PEER))).isEqualTo(Fault.PASSIVE_PORT_ZERO);
    }

    // Written

    @ParameterizedTest
    @MethodSource
    void line_isWrittenInTheCanonicalForm(FtpLine line, String text) {
        assertThat(line.text()).isEqualTo(text);
    }

    static Stream<Arguments> line_isWrittenInTheCanonicalForm() {
        var four = new Endpoint(PEER, new Port(50_000));
        var six = new Endpoint(PEER_6, new Port(255));
        return Stream.of(
                Arguments.of(DataAddress.portCommand(four), "PORT 192,0,2,1,195,80"),
                Arguments.of(DataAddress.eprtCommand(four), "EPRT |1|192.0.2.1|50000|"),
                Arguments.of(DataAddress.eprtCommand(six), "EPRT |2|2001:db8::1|255|"),
                Arguments.of(DataAddress.passiveReply(four), "227 Entering Passive Mode (192,0,2,1,195,80)."),
                Arguments.of(DataAddress.extendedPassiveReply(new Port(50_000)), "229 Entering Extended Passive Mode (|||50000|)"),
                Arguments.of(DataAddress.longPassiveReply(four), "228 Entering Long Passive Mode (4,4,192,0,2,1,2,195,80)."),
                Arguments.of(DataAddress.longPassiveReply(six),
                        "228 Entering Long Passive Mode (6,16,32,1,13,184,0,0,0,0,0,0,0,0,0,0,0,1,2,0,255)."));
    }

    @Test
    void sixNumbers_ofAnIpv6Endpoint_areAMistake() {
        var six = new Endpoint(PEER_6, new Port(50_000));
        assertThatThrownBy(() -> DataAddress.portCommand(six)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[2001:db8::1]:50000");
        assertThatThrownBy(() -> DataAddress.passiveReply(six)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[2001:db8::1]:50000");
    }

    @ParameterizedTest
    @ValueSource(longs = {959, 1639, 2428})
    void writtenAddress_ofRandomEndpoints_isReadBack(long seed) {
        var random = new Random(seed);
        for (var i = 0; i < 3000; i++) {
            var endpoint = random(random);
            if (endpoint.ipv4()) {
                assertThat(value(DataAddress.port(argument(DataAddress.portCommand(endpoint))))).isEqualTo(endpoint);
                assertThat(value(DataAddress.passive(DataAddress.passiveReply(endpoint).text(CODE)))).isEqualTo(endpoint);
            }
            assertThat(value(DataAddress.eprt(argument(DataAddress.eprtCommand(endpoint))))).isEqualTo(endpoint);
            var extended = DataAddress.extendedPassiveReply(endpoint.port()).text(CODE);
            assertThat(value(DataAddress.extendedPassive(extended, endpoint.address()))).isEqualTo(endpoint);
            var longReply = DataAddress.longPassiveReply(endpoint).text(CODE);
            assertThat(value(DataAddress.longPassive(longReply))).isEqualTo(endpoint);
            assertThat(value(DataAddress.lprt(longReply.substring(longReply.indexOf('(') + 1, longReply.indexOf(')')))))
                    .isEqualTo(endpoint);
        }
    }

    private static Endpoint random(Random random) {
        var bytes = new byte[random.nextBoolean() ? 4 : 16];
        random.nextBytes(bytes);
        for (var at = 0; at < bytes.length; at++) {
            if (random.nextInt(3) == 0) {
                bytes[at] = 0;
            }
        }
        return new Endpoint(Addresses.of(bytes), new Port(1 + random.nextInt(Port.HIGHEST)));
    }

    private static String argument(FtpLine line) {
        return switch (Command.parse(line)) {
            case Parsed.Value<Command>(var command) -> command.argument();
            case Parsed.Rejected<Command>(var fault) -> throw new AssertionError(fault);
        };
    }

    private static Endpoint value(Parsed<Endpoint> parsed) {
        return switch (parsed) {
            case Parsed.Value<Endpoint>(var endpoint) -> endpoint;
            case Parsed.Rejected<Endpoint>(var fault) -> throw new AssertionError(fault);
        };
    }

    private static Fault fault(Parsed<Endpoint> parsed) {
        return switch (parsed) {
            case Parsed.Value<Endpoint>(var endpoint) -> throw new AssertionError(endpoint + " was accepted");
            case Parsed.Rejected<Endpoint>(var fault) -> fault;
        };
    }

    private static InetAddress address(String text) {
        return Objects.requireNonNull(Addresses.parse(text));
    }
}
