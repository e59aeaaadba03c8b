package dev.sallyport.rfc;

import static dev.sallyport.rfc.Dialogue.endpoint;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Port;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** FTP Extensions for IPv6 and NATs. */
class Rfc2428Test {

    private static final String EXTENDED = "229 Entering Extended Passive Mode (|||50000|)";

    // ---- 2 The EPRT command ----

    @ParameterizedTest
    @ValueSource(strings = {
        "|1|192.0.2.10|50000|", "!1!192.0.2.10!50000!", "~1~192.0.2.10~50000~", ",1,192.0.2.10,50000,", "a1a192.0.2.10a50000a"
    })
    @DisplayName("§2: EPRT names family, address and port between delimiters, any of 33 to 126")
    void eprt_withAnyDelimiter_isRead(String argument) {
        var dialogue = Dialogue.loggedIn().client("EPRT " + argument);
        assertThat(dialogue.pinholes).singleElement().satisfies(
                pinhole -> assertThat(pinhole.target()).isEqualTo(endpoint("192.0.2.10", 50_000)));
        assertThat(dialogue.toServer()).containsExactly("EPRT |1|198.51.100.1|50001|");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "|2|2001:db8:c::10|50000|", "|2|2001:0DB8:000C:0:0:0:0:0010|50000|", "|2|2001:db8:c:0:0:0::10|50000|",
        "|2|2001:db8:c::0.0.0.16|50000|"
    })
    @DisplayName("§2: an IPv6 address is in any of its textual forms")
    void eprt_withAnyFormOfAnIpv6Address_isRead(String argument) {
        var dialogue = Dialogue.loggedInOverIpv6().client("EPRT " + argument);
        assertThat(dialogue.pinholes).singleElement().satisfies(
                pinhole -> assertThat(pinhole.target()).isEqualTo(endpoint("2001:db8:c::10", 50_000)));
        assertThat(dialogue.toServer()).containsExactly("EPRT |2|2001:db8:5::1|50001|");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "|1|192.0.2.10|50000", "1|192.0.2.10|50000|", "|1|192.0.2.10|50000|x", "|1|192.0.2.10|", "|1|192.0.2.10|65536|",
        "|1|192.0.2.10|-1|", "|1|192.0.2|50000|", "|1|client.example|50000|", "|1|2001:db8:c::10|50000|", "||192.0.2.10|50000|",
        "|1!192.0.2.10!50000!", "|2|fe80::1%eth0|50000|"
    })
    @DisplayName("§2: a wrong syntax is an error in the argument, 501")
    void eprt_malformed_isAnsweredWith501(String argument) {
        var dialogue = Dialogue.loggedIn().client("EPRT " + argument);
        assertThat(dialogue.faults).containsExactly(Fault.EPRT_MALFORMED);
        assertThat(dialogue.toServer()).isEmpty();
        assertThat(dialogue.toClient()).containsExactly("501 EPRT takes |family|address|port|.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"|2|2001:db8:c::10|50000|", "|3|192.0.2.10|50000|", "|0|x|50000|"})
    @DisplayName("§2: a protocol that is not supported is answered with 522 and those that are")
    void eprt_ofAnotherFamily_isAnsweredWith522(String argument) {
        var dialogue = Dialogue.loggedIn().client("EPRT " + argument);
        assertThat(dialogue.toServer()).isEmpty();
        assertThat(dialogue.toClient()).containsExactly("522 Network protocol not supported, use (1).");
    }

    @Test
    @DisplayName("§2: on an IPv6 connection the supported protocol is 2")
    void eprt_ofIpv4OverIpv6_isAnsweredWith522() {
        var dialogue = Dialogue.loggedInOverIpv6().client("EPRT |1|192.0.2.10|50000|");
        assertThat(dialogue.toServer()).isEmpty();
        assertThat(dialogue.toClient()).containsExactly("522 Network protocol not supported, use (2).");
    }

    // ---- 3 The EPSV command ----

    @Test
    @DisplayName("§3: the reply to EPSV is 229 with the port alone")
    void epsv_isAnsweredWith229() {
        var dialogue = Dialogue.loggedIn().client("EPSV");
        assertThat(dialogue.toServer()).containsExactly("EPSV");
        dialogue.server(EXTENDED);
        assertThat(dialogue.toClient()).containsExactly("229 Entering Extended Passive Mode (|||50001|)");
    }

    @Test
    @DisplayName("§3: the address of the data connection is the server's on the control connection")
    void epsv_leadsToTheServersAddress() {
        var dialogue = Dialogue.loggedInOverIpv6().client("EPSV").server(EXTENDED);
        assertThat(dialogue.pinholes).singleElement().satisfies(pinhole -> assertThat(pinhole.target())
                .isEqualTo(Dialogue.SERVER6.withPort(new Port(50_000))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(!!!50000!)", "(~~~50000~)", "Listening (|||50000|).", "(|1|198.51.100.20|50000|)"})
    @DisplayName("§3: the 229 has any delimiter; family and address, when filled, are the control connection's")
    void extendedPassiveReply_inAnyForm_isRead(String text) {
        var dialogue = Dialogue.loggedIn().client("EPSV").server("229 " + text);
        assertThat(dialogue.pinholes).singleElement().satisfies(
                pinhole -> assertThat(pinhole.target()).isEqualTo(endpoint("198.51.100.20", 50_000)));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "|||50000|", "(|||50000)", "(||50000|)", "(|||65536|)", "(|||x|)", "(||||)", "(|||0|)", "(|1|192.0.2.99|50000|)",
        "(|2|198.51.100.20|50000|)", "( | | |50000|)"
    })
    @DisplayName("§3: any other 229 opens nothing")
    void extendedPassiveReply_malformed_opensNothing(String text) {
        var dialogue = Dialogue.loggedIn().client("EPSV").server("229 " + text);
        assertThat(dialogue.pinholes).isEmpty();
        assertThat(dialogue.toClient()).singleElement().satisfies(line -> assertThat(line).startsWith("425 "));
    }

    @Test
    @DisplayName("§3: EPSV may name the protocol of the connection")
    void epsv_withTheFamilyOfTheConnection_passes() {
        assertThat(Dialogue.loggedIn().client("EPSV 1").toServer()).containsExactly("EPSV 1");
        assertThat(Dialogue.loggedInOverIpv6().client("EPSV 2").toServer()).containsExactly("EPSV 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"EPSV 2", "EPSV 3", "EPSV 0"})
    @DisplayName("§3: EPSV with another protocol is answered with 522")
    void epsv_withAnotherFamily_isAnsweredWith522(String command) {
        var dialogue = Dialogue.loggedIn().client(command);
        assertThat(dialogue.toServer()).isEmpty();
        assertThat(dialogue.toClient()).containsExactly("522 Network protocol not supported, use (1).");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "PORT 192,0,2,10,195,80", "EPRT |1|192.0.2.10|50000|", "LPRT 4,4,192,0,2,10,2,195,80", "PASV", "LPSV"
    })
    @DisplayName("§3: after EPSV ALL every other data connection setup is rejected")
    void epsvAll_rejectsEveryOtherSetup(String command) {
        var dialogue = Dialogue.loggedIn().client("epsv all").server("200 OK").forget().client(command);
        assertThat(dialogue.faults).containsExactly(Fault.SETUP_AFTER_EPSV_ALL);
        assertThat(dialogue.toServer()).isEmpty();
        assertThat(dialogue.toClient()).containsExactly("501 Only EPSV is allowed after EPSV ALL.");
        assertThat(dialogue.pinholes).isEmpty();
    }

    @Test
    @DisplayName("§3: after EPSV ALL a command behind it in the same segment is rejected as well")
    void epsvAll_bindsWhatIsPipelinedBehindIt() {
        var dialogue = Dialogue.loggedIn().client("EPSV ALL", "PASV");
        assertThat(dialogue.toServer()).containsExactly("EPSV ALL");
        dialogue.server("200 OK");
        assertThat(dialogue.toClient()).containsExactly("200 OK", "501 Only EPSV is allowed after EPSV ALL.");
    }

    // ---- 4 Command usage ----

    @Test
    @DisplayName("§4: after EPSV ALL the session goes on with EPSV")
    void epsvAll_leavesEpsv() {
        var dialogue = Dialogue.loggedIn().client("EPSV ALL").server("200 OK").forget().client("EPSV").server(EXTENDED);
        assertThat(dialogue.toServer()).containsExactly("EPSV");
        assertThat(dialogue.toClient()).containsExactly("229 Entering Extended Passive Mode (|||50001|)");
    }

    @Test
    @DisplayName("§4: an EPSV ALL that the server refuses promises nothing")
    void epsvAll_refused_bindsNothing() {
        var dialogue = Dialogue.loggedIn().client("EPSV ALL").server("501 No").forget().client("PASV");
        assertThat(dialogue.toServer()).containsExactly("PASV");
    }

    @Test
    @DisplayName("§4: a client whose EPSV is refused takes another command")
    void epsv_refused_leavesTheOthers() {
        var dialogue = Dialogue.loggedIn().client("EPSV").server("500 Not understood").client("PASV");
        dialogue.server("227 Entering Passive Mode (198,51,100,20,195,80)");
        assertThat(dialogue.toClient()).containsExactly("500 Not understood", "227 Entering Passive Mode (203,0,113,1,195,81).");
    }
}
