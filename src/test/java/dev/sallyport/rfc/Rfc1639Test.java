package dev.sallyport.rfc;

import static dev.sallyport.rfc.Dialogue.CLIENT;
import static dev.sallyport.rfc.Dialogue.GATEWAY;
import static dev.sallyport.rfc.Dialogue.GATEWAY_TO_SERVER6;
import static dev.sallyport.rfc.Dialogue.SERVER6;
import static dev.sallyport.rfc.Dialogue.endpoint;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.DataAddress;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Parsed;
import dev.sallyport.session.SessionPolicy;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** FTP Operation Over Big Address Records. The server is never spoken to in these commands: PORT, EPRT, PASV, EPSV say it all. */
class Rfc1639Test {

    private static final String SIX = "6,16,32,1,13,184,0,12,0,0,0,0,0,0,0,0,0,16,2,195,80";

    @Test
    @DisplayName("§2: LPRT names family, address length, address, port length and port, the high order byte first")
    void lprt_overIpv4_opensTheDoorThatPortWould() {
        var dialogue = Dialogue.loggedIn().client("LPRT 4,4,192,0,2,10,2,4,1");
        assertThat(dialogue.pinholes).singleElement().satisfies(
                pinhole -> assertThat(pinhole.target()).isEqualTo(endpoint("192.0.2.10", 1025)));
        assertThat(dialogue.toServer()).containsExactly("PORT 198,51,100,1,195,81");
    }

    @Test
    @DisplayName("§2: an address of family 6 has sixteen bytes")
    void lprt_overIpv6_opensTheDoorThatEprtWould() {
        var dialogue = Dialogue.loggedInOverIpv6().client("LPRT " + SIX);
        assertThat(dialogue.pinholes).singleElement().satisfies(
                pinhole -> assertThat(pinhole.target()).isEqualTo(endpoint("2001:db8:c::10", 50_000)));
        assertThat(dialogue.toServer()).containsExactly("EPRT |2|2001:db8:5::1|50001|");
    }

    @Test
    @DisplayName("§2: the answer to LPRT is the server's answer to what it was told instead")
    void lprt_isAnsweredByTheServer() {
        var dialogue = Dialogue.loggedIn().client("LPRT 4,4,192,0,2,10,2,195,80").server("200 OK");
        assertThat(dialogue.toClient()).containsExactly("200 OK");
        assertThat(dialogue.forget().client("LIST").toServer()).containsExactly("LIST");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "4", "4,4,192,0,2,10,2,195", "4,4,192,0,2,10,2,195,80,1", "4,3,192,0,2,2,195,80", "4,5,192,0,2,10,1,2,195,80",
        "4,4,192,0,2,256,2,195,80", "4,4,192,0,2,-1,2,195,80", "4,4,192,0,2,10,1,80", "4,4,192,0,2,10,3,0,195,80",
        "6,4,192,0,2,10,2,195,80", "4,4,192.0.2.10,2,195,80"
    })
    @DisplayName("§2 and §4: what is no long address is an error in the argument, 501; stricter, a port has two bytes")
    void lprt_malformed_isAnsweredWith501(String argument) {
        var dialogue = Dialogue.loggedIn().client("LPRT " + argument);
        assertThat(dialogue.faults).containsExactly(Fault.LPRT_MALFORMED);
        assertThat(dialogue.toServer()).isEmpty();
        assertThat(dialogue.toClient()).containsExactly("501 LPRT takes af,hal,h1,...,pal,p1,p2.");
    }

    @Test
    @DisplayName("§3: the reply to LPSV is 228 with family, address and port")
    void lpsv_overIpv4_isAnsweredWith228() {
        var dialogue = Dialogue.loggedIn().client("LPSV");
        assertThat(dialogue.toServer()).containsExactly("PASV");
        dialogue.server("227 Entering Passive Mode (198,51,100,20,195,80)");
        assertThat(dialogue.toClient()).containsExactly("228 Entering Long Passive Mode (4,4,203,0,113,1,2,195,81).");
    }

    @Test
    @DisplayName("§3: the 228 of an IPv6 connection names sixteen bytes")
    void lpsv_overIpv6_isAnsweredWith228() {
        var dialogue = Dialogue.loggedInOverIpv6().client("LPSV");
        assertThat(dialogue.toServer()).containsExactly("EPSV");
        dialogue.server("229 Entering Extended Passive Mode (|||50000|)");
        assertThat(dialogue.toClient()).containsExactly(
                "228 Entering Long Passive Mode (6,16,32,1,13,184,0,12,0,0,0,0,0,0,0,0,0,1,2,195,81).");
    }

    @Test
    @DisplayName("§3: LPSV is free of the family, so that it crosses from IPv4 to IPv6")
    void lpsv_fromIpv4ToIpv6_speaksEachSidesFamily() {
        var dialogue = Dialogue.connected(CLIENT, GATEWAY, GATEWAY_TO_SERVER6, SERVER6, SessionPolicy.DEFAULT).greet().logIn();
        assertThat(dialogue.client("LPSV").toServer()).containsExactly("EPSV");
        dialogue.server("229 Entering Extended Passive Mode (|||50000|)");
        assertThat(dialogue.toClient()).containsExactly("228 Entering Long Passive Mode (4,4,203,0,113,1,2,195,81).");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "Entering Long Passive Mode (4,4,198,51,100,20,2,195,80); 198.51.100.20",
        "Entering Long Passive Mode 4,4,198,51,100,20,2,195,80; 198.51.100.20",
        "Entering Long Passive Mode (" + SIX + "); 2001:db8:c::10"
    })
    @DisplayName("§3: the text of a 228 is scanned for its address")
    void longPassiveReply_isScannedForItsAddress(String text, String address) {
        assertThat(DataAddress.longPassive(" " + text)).isEqualTo(Parsed.of(endpoint(address, 50_000)));
    }

    @Test
    @DisplayName("§3: what asked for no passive mode gets no 228")
    void longPassiveReply_withoutLpsv_opensNothing() {
        var dialogue = Dialogue.loggedIn().client("NOOP").server("228 Entering Long Passive Mode (4,4,198,51,100,20,2,195,80)");
        assertThat(dialogue.faults).containsExactly(Fault.PASSIVE_REPLY_WITHOUT_COMMAND);
        assertThat(dialogue.pinholes).isEmpty();
        assertThat(dialogue.toClient()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"5,4,192,0,2,10,2,195,80", "16,10,1,2,3,4,5,6,7,8,9,10,2,195,80", SIX})
    @DisplayName("§4: a family that is not supported is answered with 521 and those that are")
    void lprt_ofAnotherFamily_isAnsweredWith521(String argument) {
        var dialogue = Dialogue.loggedIn().client("LPRT " + argument);
        assertThat(dialogue.toServer()).isEmpty();
        assertThat(dialogue.toClient()).containsExactly("521 Supported address families are (4).");
    }

    @Test
    @DisplayName("§4: on an IPv6 connection the supported family is 6")
    void lprt_ofIpv4OverIpv6_isAnsweredWith521() {
        var dialogue = Dialogue.loggedInOverIpv6().client("LPRT 4,4,192,0,2,10,2,195,80");
        assertThat(dialogue.toServer()).isEmpty();
        assertThat(dialogue.toClient()).containsExactly("521 Supported address families are (6).");
    }
}
