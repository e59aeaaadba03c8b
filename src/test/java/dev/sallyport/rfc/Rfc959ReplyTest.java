package dev.sallyport.rfc;

import static dev.sallyport.rfc.Dialogue.PASSIVE;
import static dev.sallyport.rfc.Dialogue.SERVER;
import static dev.sallyport.rfc.Dialogue.passive;
import static dev.sallyport.rfc.Dialogue.transferring;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Side;
import dev.sallyport.session.SessionEvent;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** File Transfer Protocol: its replies, and the order of commands and replies (RFC 959 §4.2 and §5.4). */
class Rfc959ReplyTest {

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
