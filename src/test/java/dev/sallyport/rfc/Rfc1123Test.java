package dev.sallyport.rfc;

import static dev.sallyport.rfc.Dialogue.PASSIVE;
import static dev.sallyport.rfc.Dialogue.endpoint;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.DataAddress;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Parsed;
import dev.sallyport.ftp.Side;
import dev.sallyport.session.EndReason;
import dev.sallyport.session.SessionEvent;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requirements for Internet Hosts, section 4.1: File Transfer Protocol. */
class Rfc1123Test {

    @Test
    @DisplayName("§4.1.2.5: in stream mode each transfer has a data port of its own")
    void secondTransfer_inStreamMode_needsAnotherPort() {
        var dialogue = Dialogue.loggedIn().client("PORT 192,0,2,10,195,80").server("200 OK");
        dialogue.client("LIST").server("150 Go").dataOpened(1).dataClosed(1, 9, 0).server("226 Done").forget();
        assertThat(dialogue.client("LIST").toServer()).isEmpty();
        assertThat(dialogue.toClient()).containsExactly("425 Use PASV, EPSV, PORT or EPRT first.");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        " Entering Passive Mode (198,51,100,20,195,80)", " Entering Passive Mode (198,51,100,20,195,80).",
        " Entering Passive Mode 198,51,100,20,195,80", " =198,51,100,20,195,80", " (198, 51, 100, 20, 195, 80)",
        " 198,51,100,20,195,80 is where I listen", " Passive [198,51,100,20,195,80]", " 198,051,100,020,195,080"
    })
    @DisplayName("§4.1.2.6: the reply to PASV is scanned for the first digit of host and port")
    void passiveReply_inAnyForm_isScannedForItsFirstDigit(String text) {
        assertThat(DataAddress.passive(text)).isEqualTo(Parsed.of(endpoint("198.51.100.20", 50_000)));
    }

    @Test
    @DisplayName("§4.1.2.6: a new PASV yields a new port pair")
    void passiveReply_toEachPasv_namesAnotherPort() {
        var dialogue = Dialogue.loggedIn();
        var told = new ArrayList<String>();
        for (var i = 1; i <= 3; i++) {
            dialogue.client("PASV").server(PASSIVE);
            told.addAll(dialogue.toClient());
        }
        assertThat(told).hasSize(3).doesNotHaveDuplicates().allMatch(line -> line.startsWith("227 "));
    }

    @Test
    @DisplayName("§4.1.2.9: the name in the preliminary reply to STOU reaches the client as it is")
    void stou_itsFileNameIsPassedOn() {
        var dialogue = Dialogue.loggedIn().client("PASV").server(PASSIVE).forget();
        dialogue.client("STOU").server("150 FILE: data.1");
        assertThat(dialogue.toClient()).containsExactly("150 FILE: data.1");
    }

    @Test
    @DisplayName("§4.1.2.10: a line is complete at its CR LF, however many reads that takes")
    void line_inAnyNumberOfReads_isOneLine() {
        var dialogue = Dialogue.loggedIn();
        for (var b : new String[] {"PA", "S", "V", "\r"}) {
            dialogue.bytes(Side.CLIENT, b);
        }
        assertThat(dialogue.toServer()).isEmpty();
        assertThat(dialogue.bytes(Side.CLIENT, "\n").toServer()).containsExactly("PASV");
        for (var i = 0; i < PASSIVE.length(); i++) {
            dialogue.bytes(Side.SERVER, PASSIVE.substring(i, i + 1));
        }
        assertThat(dialogue.pinholes).isEmpty();
        assertThat(dialogue.bytes(Side.SERVER, "\r\n").pinholes).hasSize(1);
    }

    @Test
    @DisplayName("§4.1.2.10: one read may hold several lines")
    void read_withSeveralLines_isSeveralLines() {
        var dialogue = Dialogue.loggedIn().bytes(Side.CLIENT, "CWD x\r\nTYPE I\r\nNO").bytes(Side.CLIENT, "OP\r\n");
        assertThat(dialogue.toServer()).containsExactly("CWD x", "TYPE I", "NOOP");
        dialogue.bytes(Side.SERVER, "250 a\r\n200 b\r\n20").bytes(Side.SERVER, "0 c\r\n");
        assertThat(dialogue.toClient()).containsExactly("250 a", "200 b", "200 c");
    }

    @ParameterizedTest
    @CsvSource({"299, true", "211, true", "399, false", "499, false", "599, false"})
    @DisplayName("§4.1.2.11: the first digit of a reply decides, so that codes of no standard do no harm")
    void reply_withACodeOfNoStandard_isJudgedByItsFirstDigit(int code, boolean granted) {
        var dialogue = Dialogue.loggedIn().client("PORT 192,0,2,10,195,80").server(code + " Hm");
        if (granted) {
            assertThat(dialogue.closed).isEmpty();
        } else {
            assertThat(dialogue.closed).containsExactly(1);
        }
        assertThat(dialogue.toClient()).containsExactly(code + " Hm");
    }

    @Test
    @DisplayName("§4.1.2.11: a multi-line reply is handled, to any command")
    void multiLineReply_toATransferSetup_isOneReply() {
        var dialogue = Dialogue.loggedIn().client("PASV").server("227-Wait", "227-(198,51,100,20,4,1)", PASSIVE);
        assertThat(dialogue.pinholes).singleElement().satisfies(
                pinhole -> assertThat(pinhole.target()).isEqualTo(endpoint("198.51.100.20", 50_000)));
        assertThat(dialogue.toClient()).containsExactly("227 Entering Passive Mode (203,0,113,1,195,81).");
    }

    @Test
    @DisplayName("§4.1.2.11: there is a limit to the lines of a reply; stricter, past it the session ends")
    void multiLineReply_withTooManyLines_endsTheSession() {
        var dialogue = Dialogue.loggedIn().client("HELP").server("214-Help");
        for (var i = 2; i <= 512; i++) {
            dialogue.server(" more");
        }
        assertThat(dialogue.controlClosed).isFalse();
        dialogue.forget().server(" more");
        assertThat(dialogue.faults).containsExactly(Fault.REPLY_TOO_LONG);
        assertThat(dialogue.toClient()).containsExactly("421 The server's reply has too many lines.");
        assertThat(dialogue.ended()).isTrue();
    }

    @Test
    @DisplayName("§4.1.2.11: there are no spontaneous replies; one that comes is counted and answers nothing")
    void reply_toNothing_answersNoLaterCommand() {
        var dialogue = Dialogue.loggedIn().server("200 By the way");
        assertThat(dialogue.faults).containsExactly(Fault.REPLY_WITHOUT_COMMAND);
        dialogue.client("PORT 192,0,2,10,195,80").server("500 No");
        assertThat(dialogue.closed).containsExactly(1);
    }

    @ParameterizedTest
    @CsvSource({"CLIENT, \u00fd, \u00fc", "CLIENT, \u00fb, \u00fe", "SERVER, \u00fd, \u00fc", "SERVER, \u00fb, \u00fe"})
    @DisplayName("§4.1.2.12: telnet negotiations are accepted and refused, DO with WONT and WILL with DONT")
    void telnetOption_isRefusedAndGoesNoFurther(Side side, String asks, String refuses) {
        var dialogue = Dialogue.loggedIn().client("NOOP").forget().bytes(side, "\u00ff" + asks + "\u0006");
        var refusal = "\u00ff" + refuses + "\u0006";
        assertThat(side == Side.CLIENT ? dialogue.toClient() : dialogue.toServer()).containsExactly(refusal);
        assertThat(side == Side.CLIENT ? dialogue.toServer() : dialogue.toClient()).isEmpty();
    }

    @Test
    @DisplayName("§4.1.2.12: the telnet controls that go to a server are the Synch and IP, and no others")
    void telnetControls_otherThanSynchAndIp_areTakenOut() {
        var dialogue = Dialogue.loggedIn().bytes(Side.CLIENT, "\u00ff\u00f1\u00ff\u00f4NO\u00ff\u00f6\u00ff\u00f2OP\r\n");
        assertThat(dialogue.toServer()).containsExactly("\u00ff\u00f4\u00ff\u00f2NOOP");
    }

    @Test
    @DisplayName("§4.1.2.12: the data port L-1 has the address of the control connection")
    void activeConnection_hasTheAddressesOfTheControlConnections() {
        var dialogue = Dialogue.loggedIn().client("PORT 192,0,2,10,195,80");
        assertThat(dialogue.pinholes).singleElement().satisfies(pinhole -> {
            assertThat(pinhole.expected()).isEqualTo(Dialogue.SERVER.address());
            assertThat(pinhole.dialFrom()).isEqualTo(Dialogue.GATEWAY.address());
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"XCUP", "XCWD x", "XMKD x", "XPWD", "XRMD x", "XYZZY 1 2"})
    @DisplayName("§4.1.3.1: commands of no standard, with X in front, pass as they are")
    void experimentalCommand_passes(String command) {
        var dialogue = Dialogue.loggedIn().client(command).server("200 OK");
        assertThat(dialogue.toServer()).containsExactly(command);
        assertThat(dialogue.faults).isEmpty();
    }

    @Test
    @DisplayName("§4.1.3.2: the idle timeout is at least five minutes")
    void idleTimeout_isLongerThanFiveMinutes() {
        var dialogue = Dialogue.loggedIn().pass(Duration.ofMinutes(5));
        assertThat(dialogue.toClient()).isEmpty();
        assertThat(dialogue.ended()).isFalse();
        dialogue.pass(Duration.ofMinutes(10));
        assertThat(dialogue.toClient()).containsExactly("421 Idle for too long.");
        assertThat(dialogue.events.getLast()).isInstanceOfSatisfying(
                SessionEvent.Ended.class, ended -> assertThat(ended.reason()).isEqualTo(EndReason.IDLE_TIMEOUT));
    }

    @Test
    @DisplayName("§4.1.3.3: STAT and ABOR are carried while data moves")
    void statAndAbor_whileDataMoves_goToTheServerAtOnce() {
        var dialogue = Dialogue.loggedIn().client("PASV").server(PASSIVE).client("RETR x").server("150 Go").dataOpened(1);
        assertThat(dialogue.forget().client("STAT", "ABOR").toServer()).containsExactly("STAT", "ABOR");
    }

    @Test
    @DisplayName("§4.1.3.4: a restart marker in a 110 reply reaches the client and ends nothing; REST reaches the server")
    void restartMarkers_areCarriedBothWays() {
        var dialogue = Dialogue.loggedIn().client("MODE B").server("200 OK").client("REST 5").server("350 Go on").forget();
        dialogue.client("PASV").server(PASSIVE).client("STOR x").server("150 Go").forget();
        dialogue.server("110 MARK 5 = 7");
        assertThat(dialogue.toClient()).containsExactly("110 MARK 5 = 7");
        assertThat(dialogue.transfers).isEmpty();
    }
}
