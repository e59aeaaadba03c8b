package dev.sallyport.rfc;

import static dev.sallyport.rfc.Dialogue.CLIENT;
import static dev.sallyport.rfc.Dialogue.PASSIVE;
import static dev.sallyport.rfc.Dialogue.SERVER;
import static dev.sallyport.rfc.Dialogue.endpoint;
import static dev.sallyport.rfc.Dialogue.passive;
import static dev.sallyport.rfc.Dialogue.transferring;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** File Transfer Protocol: its commands (RFC 959 §4.1 and §5.3). */
class Rfc959CommandTest {

    // ---- 4.1.1 Access control commands ----

    @Test
    @DisplayName("§4.1.1: REIN lets a transfer in progress complete")
    void rein_duringATransfer_letsItFinish() {
        var dialogue = transferring().client("REIN").server("226 Done", "220 Ready").dataClosed(1, 9, 0);
        assertThat(dialogue.toClient()).containsExactly("226 Done", "220 Ready");
        assertThat(dialogue.transfers).singleElement().satisfies(transfer -> assertThat(transfer.completed()).isTrue());
        assertThat(dialogue.closed).isEmpty();
    }

    @Test
    @DisplayName("§4.1.1: after REIN the user is nobody and all parameters are the defaults")
    void rein_returnsToTheStateAfterTheGreeting() {
        var dialogue = passive().client("REIN").server("220 Ready");
        assertThat(dialogue.closed).containsExactly(1);
        dialogue.forget().client("RETR x");
        assertThat(dialogue.toServer()).isEmpty();
        assertThat(dialogue.toClient()).containsExactly("530 Log in first.");
    }

    @Test
    @DisplayName("§4.1.1: after QUIT the connection remains open for the result of a transfer in progress")
    void quit_duringATransfer_stillCarriesItsResult() {
        var dialogue = transferring().client("QUIT").dataClosed(1, 9, 0);
        assertThat(dialogue.controlClosed).isFalse();
        dialogue.server("226 Done", "221 Goodbye");
        assertThat(dialogue.toClient()).containsExactly("226 Done", "221 Goodbye");
        dialogue.ends(Side.SERVER);
        assertThat(dialogue.controlClosed).isTrue();
    }

    // ---- 4.1.2 Transfer parameter commands ----

    @Test
    @DisplayName("§4.1.2: PORT names host and port in six numbers, the high order byte first")
    void port_isReadAndWrittenHighOrderFirst() {
        var dialogue = Dialogue.loggedIn().client("PORT 192,0,2,10,4,1");
        assertThat(dialogue.pinholes).singleElement().satisfies(
                pinhole -> assertThat(pinhole.target()).isEqualTo(endpoint("192.0.2.10", 1025)));
        assertThat(dialogue.toServer()).containsExactly("PORT 198,51,100,1,195,81");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "192,0,2,10,195,80,1", "192,0,2,10,256,80", "192,0,2,10,-1,80", "192.0.2.10,195,80", "",
        "a,0,2,10,195,80", "192,0,2,10,,80", "192,0,2,10,195,80 x"
    })
    @DisplayName("§4.1.2: a PORT that is not six numbers of eight bits is an error in the argument and goes no further")
    void port_malformed_isAnsweredWith501(String argument) {
        var dialogue = Dialogue.loggedIn().client("PORT " + argument);
        assertThat(dialogue.faults).containsExactly(Fault.PORT_MALFORMED);
        assertThat(dialogue.toServer()).isEmpty();
        assertThat(dialogue.toClient()).containsExactly("501 PORT takes six numbers 0 to 255: h1,h2,h3,h4,p1,p2.");
    }

    @Test
    @DisplayName("§4.1.2: a PORT that breaks off is in error too, and told apart")
    void port_thatBreaksOff_isAnsweredWith501() {
        var dialogue = Dialogue.loggedIn().client("PORT 192,0,2,10,195");
        assertThat(dialogue.faults).containsExactly(Fault.PORT_TRUNCATED, Fault.PORT_MALFORMED);
        assertThat(dialogue.toServer()).isEmpty();
        assertThat(dialogue.toClient()).containsExactly("501 PORT takes six numbers 0 to 255: h1,h2,h3,h4,p1,p2.");
    }

    @Test
    @DisplayName("§4.1.2: the server listens where the reply to PASV says")
    void pasv_leadsToWhereTheReplySays() {
        var dialogue = Dialogue.loggedIn().client("PASV").server(PASSIVE);
        assertThat(dialogue.toServer()).containsExactly("PASV");
        assertThat(dialogue.pinholes).singleElement().satisfies(pinhole -> {
            assertThat(pinhole.connects()).isEqualTo(Side.CLIENT);
            assertThat(pinhole.target()).isEqualTo(endpoint("198.51.100.20", 195 * 256 + 80));
        });
        assertThat(dialogue.toClient()).containsExactly("227 Entering Passive Mode (203,0,113,1,195,81).");
    }

    @Test
    @DisplayName("§4.1.2: of PORT and PASV the last specified counts")
    void portAndPasv_theLastGrantedCounts() {
        var dialogue = passive().client("PORT 192,0,2,10,195,80").server("200 OK");
        assertThat(dialogue.closed).containsExactly(1);
        dialogue.client("PASV").server(PASSIVE);
        assertThat(dialogue.closed).containsExactly(1, 2);
        dialogue.client("LIST").server("150 Go").dataOpened(3).dataClosed(3, 5, 0).server("226 Done");
        assertThat(dialogue.transfers).singleElement().satisfies(transfer -> {
            assertThat(transfer.mode()).isEqualTo(Verb.PASV);
            assertThat(transfer.pinhole()).isEqualTo(Dialogue.id(3));
        });
    }

    @Test
    @DisplayName("§4.1.2: a PORT that the server refuses leaves the last specified value")
    void port_refusedByTheServer_leavesTheFormer() {
        var dialogue = passive().client("PORT 192,0,2,10,195,80").server("500 No");
        assertThat(dialogue.closed).containsExactly(2);
        assertThat(dialogue.forget().client("RETR x").toServer()).containsExactly("RETR x");
    }

    // ---- 4.1.3 Service commands ----

    @ParameterizedTest
    @ValueSource(strings = {"RETR x", "STOR x", "STOU", "APPE x", "LIST", "LIST x", "NLST", "NLST x"})
    @DisplayName("§4.1.3: these commands move data over the data connection")
    void transferCommand_usesTheDataConnection(String command) {
        var dialogue = passive().client(command).server("150 Go").dataOpened(1).dataClosed(1, 1, 2).server("226 Done");
        assertThat(dialogue.toServer()).containsExactly(command);
        assertThat(dialogue.transfers).singleElement().satisfies(
                transfer -> assertThat(transfer.pinhole()).isEqualTo(Dialogue.id(1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "CWD x", "CDUP", "SMNT x", "TYPE A N", "STRU F", "MODE S", "ALLO 9 R 9", "REST 9", "RNFR x", "RNTO x", "DELE x", "RMD x",
        "MKD x", "PWD", "SITE x", "SYST", "STAT x", "HELP", "NOOP"
    })
    @DisplayName("§4.1.3: these commands need no data connection, and pass as they are")
    void otherCommand_passesWithoutADataConnection(String command) {
        var dialogue = Dialogue.loggedIn().client(command).server("200 Very well");
        assertThat(dialogue.toServer()).containsExactly(command);
        assertThat(dialogue.toClient()).containsExactly("200 Very well");
        assertThat(dialogue.pinholes).isEmpty();
    }

    @Test
    @DisplayName("§4.1.3: ABOR of a transfer in progress is answered with 426 for it and 226 for itself")
    void abor_duringATransfer_hasTwoReplies() {
        var dialogue = transferring().client("ABOR").server("426 Aborted", "226 Closed").dataClosed(1, 5, 0);
        assertThat(dialogue.toClient()).containsExactly("426 Aborted", "226 Closed");
        assertThat(dialogue.transfers).singleElement().satisfies(transfer -> assertThat(transfer.finalCode()).isEqualTo(426));
        dialogue.client("NOOP").server("200 OK");
        assertThat(dialogue.toClient()).containsExactly("200 OK");
        assertThat(dialogue.faults).isEmpty();
    }

    @Test
    @DisplayName("§4.1.3: ABOR with nothing in progress is answered with 226 alone")
    void abor_withNothingInProgress_hasOneReply() {
        var dialogue = Dialogue.loggedIn().client("ABOR").server("226 Nothing to abort").client("NOOP").server("200 OK");
        assertThat(dialogue.toClient()).containsExactly("226 Nothing to abort", "200 OK");
        assertThat(dialogue.faults).isEmpty();
    }

    @Test
    @DisplayName("§4.1.3: STAT may be sent during a transfer, and its answer comes over the control connection")
    void stat_duringATransfer_isAnsweredOnTheControlConnection() {
        var dialogue = transferring().client("STAT").server("211-Status", " 9 bytes so far", "211 End");
        assertThat(dialogue.toServer()).containsExactly("STAT");
        assertThat(dialogue.toClient()).containsExactly("211-Status", " 9 bytes so far", "211 End");
        assertThat(dialogue.transfers).isEmpty();
        dialogue.server("226 Done").dataClosed(1, 9, 0);
        assertThat(dialogue.transfers).singleElement().satisfies(transfer -> assertThat(transfer.finalCode()).isEqualTo(226));
    }

    @Test
    @DisplayName("§4.1.3: IP and Synch before ABOR reach the server in front of it")
    void synch_beforeAbor_isPassedOn() {
        var dialogue = transferring().bytes(Side.CLIENT, "\u00ff\u00f4\u00ff\u00f2ABOR\r\n");
        assertThat(dialogue.toServer()).containsExactly("\u00ff\u00f4\u00ff\u00f2ABOR");
    }

    // ---- 5.3 Commands ----

    @ParameterizedTest
    @ValueSource(strings = {"PASV", "pasv", "Pasv", "pAsV"})
    @DisplayName("§5.3: upper and lower case letters of a command are the same")
    void verb_inAnyCase_isTheSame(String verb) {
        var dialogue = Dialogue.loggedIn().client(verb).server(PASSIVE);
        assertThat(dialogue.toServer()).containsExactly(verb);
        assertThat(dialogue.toClient()).containsExactly("227 Entering Passive Mode (203,0,113,1,195,81).");
    }

    @Test
    @DisplayName("§5.3.2: a pathname is any characters but CR and LF")
    void pathname_passesByteForByte() {
        var command = "DELE  a\tb \u0001\u007f\u00c3\u00a9 %s \\ \"c\" ";
        assertThat(Dialogue.loggedIn().client(command).toServer()).containsExactly(command);
    }
}
