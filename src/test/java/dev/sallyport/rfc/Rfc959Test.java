package dev.sallyport.rfc;

import static dev.sallyport.rfc.Dialogue.CLIENT;
import static dev.sallyport.rfc.Dialogue.GATEWAY;
import static dev.sallyport.rfc.Dialogue.GATEWAY_TO_SERVER;
import static dev.sallyport.rfc.Dialogue.SERVER;
import static dev.sallyport.rfc.Dialogue.endpoint;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.rules.Check;
import dev.sallyport.rules.Checks;
import dev.sallyport.rules.Level;
import dev.sallyport.session.SessionPolicy;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** File Transfer Protocol. */
class Rfc959Test {

    private static final String PASSIVE = "227 Entering Passive Mode (198,51,100,20,195,80)";

    private static Dialogue passive() {
        return Dialogue.loggedIn().client("PASV").server(PASSIVE).forget();
    }

    private static Dialogue transferring() {
        return passive().client("RETR x").dataOpened(1).server("150 Here it comes").forget();
    }

    // ---- 3.2 Establishing data connections ----

    @ParameterizedTest
    @CsvSource({"21, 20", "990, 989", "2121, 2120"})
    @DisplayName("§3.2: the server's data port is the one below its control port")
    void activeConnection_comesFromThePortBelowTheServersControlPort(int control, int data) {
        var dialogue = Dialogue.connected(
                        CLIENT, GATEWAY, GATEWAY_TO_SERVER, SERVER.withPort(new Port(control)), SessionPolicy.DEFAULT)
                .greet()
                .logIn()
                .client("PORT 192,0,2,10,195,80");
        assertThat(dialogue.pinholes).singleElement().satisfies(pinhole -> {
            assertThat(pinhole.connects()).isEqualTo(Side.SERVER);
            assertThat(pinhole.expected()).isEqualTo(SERVER.address());
            assertThat(pinhole.expectedPort()).isEqualTo(new Port(data));
        });
    }

    @Test
    @DisplayName("§3.2: to the client the gateway is the server, and dials from the port below the one that was dialled")
    void activeConnection_reachesTheClientFromThePortBelowTheGatewaysControlPort() {
        var dialogue = Dialogue.connected(
                        CLIENT, GATEWAY.withPort(new Port(2121)), GATEWAY_TO_SERVER, SERVER, SessionPolicy.DEFAULT)
                .greet()
                .logIn()
                .client("PORT 192,0,2,10,195,80");
        assertThat(dialogue.pinholes).singleElement().satisfies(pinhole -> {
            assertThat(pinhole.dialFrom()).isEqualTo(GATEWAY.address());
            assertThat(pinhole.dialFromPort()).isEqualTo(new Port(2120));
        });
    }

    @Test
    @DisplayName("§3.2: the user's default data port is the port of its control connection")
    void transferWithoutPort_whenAllowed_leadsToTheClientsControlPort() {
        var dialogue = Dialogue.loggedIn(SessionPolicy.DEFAULT.withChecks(
                        Checks.DEFAULT.with(Check.DEFAULT_DATA_PORT, Level.OFF)))
                .client("LIST");
        assertThat(dialogue.pinholes).singleElement().satisfies(pinhole -> assertThat(pinhole.target()).isEqualTo(CLIENT));
        assertThat(dialogue.toServer()).containsExactly("PORT 198,51,100,1,195,81");
        assertThat(dialogue.server("200 OK").toServer()).containsExactly("LIST");
        assertThat(dialogue.toClient()).as("the reply to a PORT that the client never sent").isEmpty();
    }

    @Test
    @DisplayName("§3.2: stricter, the default data port is refused unless the configuration allows it")
    void transferWithoutPort_byDefault_isRefused() {
        var dialogue = Dialogue.loggedIn().client("LIST");
        assertThat(dialogue.toServer()).isEmpty();
        assertThat(dialogue.toClient()).containsExactly("425 Use PASV, EPSV, PORT or EPRT first.");
    }

    // ---- 3.3 Data connection management ----

    @Test
    @DisplayName("§3.2: a data port is given up when a command changes the port specification")
    void port_afterAnotherPort_closesTheFormer() {
        var dialogue = Dialogue.loggedIn().client("PORT 192,0,2,10,195,80").server("200 OK");
        assertThat(dialogue.closed).isEmpty();
        dialogue.client("PORT 192,0,2,10,195,81").server("200 OK");
        assertThat(dialogue.closed).containsExactly(1);
    }

    @Test
    @DisplayName("§3.2: a data port is given up when the control connection is closed")
    void pinhole_whenTheControlConnectionCloses_isClosed() {
        var dialogue = passive().ends(Side.SERVER);
        assertThat(dialogue.closed).containsExactly(1);
        assertThat(dialogue.controlClosed).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("§3.3: the end of the file is the end of the data connection; it and the reply come in either order")
    void transfer_endsWithBothItsReplyAndItsData(boolean replyFirst) {
        var dialogue = transferring();
        if (replyFirst) {
            dialogue.server("226 Done");
        } else {
            dialogue.dataClosed(1, 99, 0);
        }
        assertThat(dialogue.transfers).isEmpty();
        if (replyFirst) {
            dialogue.dataClosed(1, 99, 0);
        } else {
            dialogue.server("226 Done");
        }
        assertThat(dialogue.transfers).singleElement().satisfies(transfer -> {
            assertThat(transfer.finalCode()).isEqualTo(226);
            assertThat(transfer.bytesToClient()).isEqualTo(99);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"B", "C", "c"})
    @DisplayName("§3.3: in block and in compressed mode one data connection may carry several files")
    void otherModesThanStream_keepTheDataConnectionForTheNextTransfer(String mode) {
        var dialogue = Dialogue.loggedIn().client("MODE " + mode).server("200 OK").client("PASV").server(PASSIVE);
        dialogue.client("RETR a").dataOpened(1).server("150 Go").server("226 Done").forget();
        assertThat(dialogue.client("RETR b").toServer()).containsExactly("RETR b");
        assertThat(dialogue.server("125 Go on", "226 Done").transfers)
                .hasSize(2)
                .allSatisfy(transfer -> assertThat(transfer.pinhole()).isEqualTo(Dialogue.id(1)));
        assertThat(dialogue.pinholes).hasSize(1);
    }

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
        "192,0,2,10,195", "192,0,2,10,195,80,1", "192,0,2,10,256,80", "192,0,2,10,-1,80", "192.0.2.10,195,80", "",
        "a,0,2,10,195,80", "192,0,2,10,,80", "192,0,2,10,195,80 x"
    })
    @DisplayName("§4.1.2: a PORT that is not six numbers of eight bits is an error in the argument and goes no further")
    void port_malformed_isAnsweredWith501(String argument) {
        var dialogue = Dialogue.loggedIn().client("PORT " + argument);
        assertThat(dialogue.faults).endsWith(Fault.PORT_MALFORMED);
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

    // ---- 4.2 Replies ----

    @Test
    @DisplayName("§4.2: a multi-line reply ends at the same code followed by a space, whatever digits stand between")
    void multiLineReply_endsAtItsOwnCodeAndSpace() {
        var lines = new String[] {"214-Help", "220 inner", "214-inner", " 214 inner", "227 (198,51,100,20,195,80)", "214 End"};
        var dialogue = Dialogue.loggedIn().client("HELP", "NOOP").server(lines).server("200 OK");
        assertThat(dialogue.toClient()).containsExactly(
                "214-Help", "220 inner", "214-inner", " 214 inner", "227 (198,51,100,20,195,80)", "214 End", "200 OK");
        assertThat(dialogue.faults).isEmpty();
        assertThat(dialogue.pinholes).isEmpty();
    }

    @Test
    @DisplayName("§4.2: a preliminary reply is followed by another; the command stays pending")
    void preliminaryReply_keepsTheCommandPending() {
        var dialogue = transferring();
        assertThat(dialogue.transfers).isEmpty();
        dialogue.server("110 MARK 5 = 7").dataClosed(1, 1, 0);
        assertThat(dialogue.transfers).isEmpty();
        dialogue.server("226 Done");
        assertThat(dialogue.toClient()).containsExactly("110 MARK 5 = 7", "226 Done");
        assertThat(dialogue.transfers).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NOOP", "RETR x", "PASV", "ABOR"})
    @DisplayName("§4.2.1: 421 may be the reply to any command")
    void reply421_answersAnyCommand(String command) {
        var dialogue = passive().client(command).server("421 Going down").ends(Side.SERVER);
        assertThat(dialogue.toClient()).containsExactly("421 Going down");
        assertThat(dialogue.faults).isEmpty();
        assertThat(dialogue.ended()).isTrue();
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

    // ---- 5.4 Sequencing of commands and replies ----

    @Test
    @DisplayName("§5.4: after 120 the user waits for 220, and then begins")
    void greeting_120_isFollowedBy220() {
        var dialogue = Dialogue.connected().client("USER demo").server("120 Ready in 5 minutes");
        assertThat(dialogue.toClient()).containsExactly("120 Ready in 5 minutes");
        assertThat(dialogue.toServer()).isEmpty();
        dialogue.server("220 Ready");
        assertThat(dialogue.toClient()).containsExactly("220 Ready");
        assertThat(dialogue.toServer()).containsExactly("USER demo");
    }

    @Test
    @DisplayName("§5.4: the greeting may be 421")
    void greeting_421_isPassedOn() {
        var dialogue = Dialogue.connected().server("421 Not now").ends(Side.SERVER);
        assertThat(dialogue.toClient()).containsExactly("421 Not now");
        assertThat(dialogue.ended()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"200 Hello", "150 Hello", PASSIVE, "230 Hello", "331 Hello"})
    @DisplayName("§5.4: nothing else is a greeting")
    void greeting_withAnotherCode_endsTheSession(String greeting) {
        var dialogue = Dialogue.connected().server(greeting);
        assertThat(dialogue.faults).containsExactly(Fault.REPLY_MALFORMED);
        assertThat(dialogue.ended()).isTrue();
        assertThat(dialogue.toClient()).containsExactly("421 The server's answer is not an FTP reply.");
    }

    /** Commands and replies in turn; the last reply decides. */
    @ParameterizedTest
    @ValueSource(strings = {
        "USER a>230 In", "USER a>331 More>PASS b>230 In", "USER a>331 More>PASS b>332 More>ACCT c>230 In",
        "USER a>332 More>ACCT c>230 In"
    })
    @DisplayName("§5.4: 230 to USER, PASS or ACCT is the login")
    void login_by230_opensTheDoors(String conversation) {
        var dialogue = converse(conversation);
        assertThat(dialogue.events).contains(new SessionEvent.LoggedIn("a"));
        assertThat(dialogue.forget().client("PASV").toServer()).containsExactly("PASV");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "USER a>530 No", "USER a>331 More", "USER a>331 More>PASS b>530 No", "USER a>331 More>PASS b>332 More",
        "USER a>331 More>PASS b>332 More>ACCT c>530 No", "USER a>331 More>PASS b>230 In>REIN>220 Ready"
    })
    @DisplayName("§5.4: without 230 nobody is logged in; stricter, nothing opens until then")
    void login_without230_opensNothing(String conversation) {
        var dialogue = converse(conversation).forget().client("PASV");
        assertThat(dialogue.toServer()).isEmpty();
        assertThat(dialogue.toClient()).containsExactly("530 Log in first.");
    }

    private static Dialogue converse(String conversation) {
        var dialogue = Dialogue.greeted();
        var lines = conversation.split(">", -1);
        for (var i = 0; i < lines.length; i += 2) {
            dialogue.client(lines[i]).server(lines[i + 1]);
        }
        return dialogue;
    }

    @Test
    @DisplayName("§5.4: REIN may be answered with 120 and then 220")
    void rein_120_isFollowedBy220() {
        var dialogue = Dialogue.loggedIn().client("REIN", "USER demo").server("120 Wait");
        assertThat(dialogue.toServer()).containsExactly("REIN");
        assertThat(dialogue.server("220 Ready").toServer()).containsExactly("USER demo");
        assertThat(dialogue.toClient()).containsExactly("120 Wait", "220 Ready");
    }

    @ParameterizedTest
    @ValueSource(strings = {"125 Already open", "150 About to open"})
    @DisplayName("§5.4: 125 and 150 both begin a transfer")
    void transfer_beginsWith125Or150(String preliminary) {
        var dialogue = passive().client("RETR x").server(preliminary).dataOpened(1).dataClosed(1, 3, 0).server("250 Done");
        assertThat(dialogue.toClient()).containsExactly(preliminary, "250 Done");
        assertThat(dialogue.transfers).singleElement().satisfies(transfer -> assertThat(transfer.completed()).isTrue());
    }

    @ParameterizedTest
    @ValueSource(ints = {425, 450, 451, 452, 500, 501, 530, 532, 550, 552, 553})
    @DisplayName("§5.4: a transfer that is refused leaves no door open")
    void transfer_refused_closesItsPinhole(int code) {
        var dialogue = passive().client("STOR x").server(code + " No");
        assertThat(dialogue.toClient()).containsExactly(code + " No");
        assertThat(dialogue.closed).containsExactly(1);
    }

    @Test
    @DisplayName("§5.4: replies come in the order of the commands, the gateway's own among them")
    void replies_keepTheOrderOfTheCommands() {
        var dialogue = Dialogue.loggedIn().client("CWD x", "PORT 1", "NOOP");
        assertThat(dialogue.toServer()).containsExactly("CWD x", "NOOP");
        assertThat(dialogue.toClient()).isEmpty();
        dialogue.server("250 First", "200 Third");
        assertThat(dialogue.toClient()).containsExactly(
                "250 First", "501 PORT takes six numbers 0 to 255: h1,h2,h3,h4,p1,p2.", "200 Third");
    }
}
