package dev.sallyport.rfc;

import static dev.sallyport.rfc.Dialogue.CLIENT;
import static dev.sallyport.rfc.Dialogue.GATEWAY;
import static dev.sallyport.rfc.Dialogue.GATEWAY_TO_SERVER;
import static dev.sallyport.rfc.Dialogue.PASSIVE;
import static dev.sallyport.rfc.Dialogue.SERVER;
import static dev.sallyport.rfc.Dialogue.passive;
import static dev.sallyport.rfc.Dialogue.transferring;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.Side;
import dev.sallyport.rules.Armed;
import dev.sallyport.rules.Check;
import dev.sallyport.rules.Checks;
import dev.sallyport.rules.Level;
import dev.sallyport.rules.RuleSet;
import dev.sallyport.session.SessionPolicy;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** File Transfer Protocol: how data connections are established and managed (RFC 959 §3.2 and §3.3). */
class Rfc959DataConnectionTest {

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
        var dialogue = Dialogue.loggedIn(SessionPolicy.DEFAULT.withRules(
                        Armed.of(RuleSet.ALLOW_ALL, Checks.DEFAULT.with(Check.DEFAULT_DATA_PORT, Level.OFF))))
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
}
