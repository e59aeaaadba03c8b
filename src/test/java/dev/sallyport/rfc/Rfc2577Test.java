package dev.sallyport.rfc;

import static dev.sallyport.rfc.Dialogue.PASSIVE;
import static dev.sallyport.rfc.Dialogue.endpoint;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Side;
import dev.sallyport.session.Input;
import dev.sallyport.session.SessionEvent;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** FTP Security Considerations. */
class Rfc2577Test {

    @ParameterizedTest
    @ValueSource(strings = {
        "PORT 192,0,2,99,195,80", "EPRT |1|192.0.2.99|50000|", "LPRT 4,4,192,0,2,99,2,195,80", "PORT 127,0,0,1,195,80",
        "PORT 198,51,100,20,195,80", "PORT 203,0,113,1,195,80"
    })
    @DisplayName("§3: a data port of a third party is refused: no bounce")
    void activeSetup_withAnotherHostsAddress_isRefused(String command) {
        var dialogue = Dialogue.loggedIn().client(command);
        assertThat(dialogue.faults).containsExactly(Fault.ADDRESS_NOT_PEER);
        assertThat(dialogue.pinholes).isEmpty();
        assertThat(dialogue.toServer()).isEmpty();
        assertThat(dialogue.toClient()).containsExactly("501 The data address must be your own.");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "PORT 192,0,2,10,0,25", "PORT 192,0,2,10,3,255", "EPRT |1|192.0.2.10|1023|", "LPRT 4,4,192,0,2,10,2,0,80"
    })
    @DisplayName("§3: a data port below 1024 is refused; with 501, where the RFC suggests 504")
    void activeSetup_withAPortBelow1024_isRefused(String command) {
        var dialogue = Dialogue.loggedIn().client(command);
        assertThat(dialogue.faults).containsExactly(Fault.PORT_BELOW_1024);
        assertThat(dialogue.pinholes).isEmpty();
        assertThat(dialogue.toServer()).isEmpty();
        assertThat(dialogue.toClient()).containsExactly("501 A data port must be 1024 or above.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PORT 192,0,2,10,4,0", "EPRT |1|192.0.2.10|1024|", "LPRT 4,4,192,0,2,10,2,4,0"})
    @DisplayName("§3: the port 1024 is the first that is allowed")
    void activeSetup_withPort1024_isAllowed(String command) {
        assertThat(Dialogue.loggedIn().client(command).pinholes).singleElement().satisfies(
                pinhole -> assertThat(pinhole.target()).isEqualTo(endpoint("192.0.2.10", 1024)));
    }

    @Test
    @DisplayName("§3: the bounce the other way, a passive reply that names another host, leads to the server itself")
    void passiveReply_withAnotherHostsAddress_leadsToTheServer() {
        var dialogue = Dialogue.loggedIn().client("PASV").server("227 Entering Passive Mode (192,0,2,99,195,80)");
        assertThat(dialogue.faults).containsExactly(Fault.PASSIVE_ADDRESS_REPLACED);
        assertThat(dialogue.pinholes).singleElement().satisfies(
                pinhole -> assertThat(pinhole.target()).isEqualTo(endpoint("198.51.100.20", 50_000)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"227 Entering Passive Mode (198,51,100,20,0,25)", "229 Entering Extended Passive Mode (|||1023|)"})
    @DisplayName("§3: nor does a passive reply lead to a port below 1024")
    void passiveReply_withAPortBelow1024_isRefused(String reply) {
        var dialogue = Dialogue.loggedIn().client("PASV").server(reply);
        assertThat(dialogue.pinholes).isEmpty();
        assertThat(dialogue.toClient()).containsExactly("425 The server's passive reply names a port below 1024.");
    }

    @Test
    @DisplayName("§4: a data connection must come from the peer of the control connection, the client's to a passive port")
    void passivePinhole_expectsTheClient() {
        assertThat(Dialogue.loggedIn().client("PASV").server(PASSIVE).pinholes).singleElement().satisfies(pinhole -> {
            assertThat(pinhole.connects()).isEqualTo(Side.CLIENT);
            assertThat(pinhole.expected()).isEqualTo(Dialogue.CLIENT.address());
        });
    }

    @Test
    @DisplayName("§4: a data connection must come from the peer of the control connection, the server's to an active port")
    void activePinhole_expectsTheServer() {
        assertThat(Dialogue.loggedIn().client("PORT 192,0,2,10,195,80").pinholes).singleElement().satisfies(pinhole -> {
            assertThat(pinhole.connects()).isEqualTo(Side.SERVER);
            assertThat(pinhole.expected()).isEqualTo(Dialogue.SERVER.address());
        });
    }

    @Test
    @DisplayName("Stricter than §5: a password appears in nothing that observers are told")
    void password_inAFault_isMasked() {
        var dialogue = Dialogue.greeted().client("USER demo").server("331 Password");
        dialogue.bytes(Side.CLIENT, "PASS\u0001hunter2\r\n").client("PASS hunter2").server("530 Login with hunter2 failed");
        assertThat(dialogue.faults).containsExactly(Fault.COMMAND_MALFORMED);
        assertThat(dialogue.events).isNotEmpty().noneMatch(event -> event.toString().contains("hunter2"));
    }

    @Test
    @DisplayName("§5: who only guesses passwords is not served for ever")
    void login_thatNeverSucceeds_ends() {
        var dialogue = Dialogue.greeted();
        for (var guess = 0; guess < 6 && !dialogue.ended(); guess++) {
            dialogue.client("USER demo").server("331 Password").client("PASS " + guess).server("530 No");
            dialogue.forget().pass(Duration.ofSeconds(11));
        }
        assertThat(dialogue.ended()).isTrue();
        assertThat(dialogue.toClient()).containsExactly("421 No login in time.");
    }

    @Test
    @DisplayName("Port stealing: the client is told the port that the data path drew, and never the server's")
    void passiveReply_namesTheDrawnPort() {
        var dialogue = Dialogue.loggedIn().client("PASV").server("227 Entering Passive Mode (198,51,100,20,195,79)");
        assertThat(dialogue.toClient()).containsExactly("227 Entering Passive Mode (203,0,113,1,195,81).");
    }

    @Test
    @DisplayName("Port stealing: a stranger at the port is refused and counted, and the port waits on for its owner")
    void stranger_atAPinhole_isCountedAndStealsNothing() {
        var dialogue = Dialogue.loggedIn().client("PASV").server(PASSIVE).client("RETR x").server("150 Go");
        dialogue.happens(new Input.DataRefused(Dialogue.id(1), endpoint("192.0.2.99", 5555), Fault.DATA_FROM_STRANGER));
        assertThat(dialogue.faults).containsExactly(Fault.DATA_FROM_STRANGER);
        assertThat(dialogue.closed).isEmpty();
        dialogue.dataOpened(1).dataClosed(1, 9, 0).server("226 Done");
        assertThat(dialogue.transfers).singleElement().satisfies(
                transfer -> assertThat(transfer.bytesToClient()).isEqualTo(9));
    }

    @Test
    @DisplayName("Port stealing: a port that its owner leaves unused does not wait for a thief")
    void pinhole_unused_expires() {
        var dialogue = Dialogue.loggedIn().client("PASV").server(PASSIVE).pass(Duration.ofSeconds(29));
        assertThat(dialogue.closed).isEmpty();
        dialogue.pass(Duration.ofSeconds(1));
        assertThat(dialogue.closed).containsExactly(1);
        assertThat(dialogue.events).contains(
                new SessionEvent.PinholeUnused(Dialogue.id(1), SessionEvent.Unused.EXPIRED));
    }
}
