package dev.sallyport.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.lab.EmbeddedServer;
import dev.sallyport.peers.Certificate;
import dev.sallyport.peers.ChildProcess;
import dev.sallyport.peers.Requirements;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.commons.net.ftp.FTPConnectionClosedException;
import org.junit.jupiter.api.Test;

/** What a person on duty sees and does in the live page: a real browser, a real gateway, a real server and real clients. */
class LivePageIT extends InBrowser {

    /** A name that would do something, were it ever taken for markup. */
    private static final String MARKUP = "<img src=x onerror=alert(1)>";

    /** More than all buffers between server and client hold: while nobody reads it, it is under way. */
    private static final long LARGE_BYTES = 256L << 20;

    private static final String CERTIFICATE_KEY = "rsa:2048";

    private static final int ROUNDS = 3;
    private static final long MOST_MILLIS = 1_500;

    private static final Pattern PASSIVE_PORT = Pattern.compile("(\\d+),(\\d+)\\)");

    /** The browser notes when it shows and removes rows: its clock is this test's too. */
    @Test
    void sessions_appearAndEnd_atOnce() throws Exception {
        tab.evaluate("""
                window.noted = { shown: {}, gone: {} };
                new MutationObserver((changes) => {
                  for (const { addedNodes, removedNodes } of changes) {
                    for (const row of addedNodes) noted.shown[row.dataset.session] ??= Date.now();
                    for (const row of removedNodes) noted.gone[row.dataset.session] = Date.now();
                  }
                }).observe(document.getElementById('rows'), { childList: true })""");
        assertThat(tab.text("#sessions-empty")).startsWith("No sessions.");
        var taken = new ArrayList<Long>();
        for (var round = 0; round < ROUNDS; round++) {
            var begunMillis = System.currentTimeMillis();
            var client = gateway.login();
            var id = firstSession();
            tab.awaitText(row(id), "idle");
            assertThat(tab.text("#total-sessions")).isEqualTo("1");
            assertThat(tab.text(row(id) + " .user")).isEqualTo("demo");
            var shownMillis = tab.evaluate("noted.shown[" + Tab.quoted(id) + "]").asLong();

            var endedMillis = System.currentTimeMillis();
            client.logout();
            var goneMillis = tab.await("noted.gone[" + Tab.quoted(id) + "]").asLong();
            tab.awaitText("#total-sessions", "0");
            System.out.printf("Live page: a session is shown after %d ms, and its end after %d ms%n",
                    shownMillis - begunMillis, goneMillis - endedMillis);
            taken.add(Math.max(shownMillis - begunMillis, goneMillis - endedMillis));
        }
        // A machine that is busy may delay some.
        assertThat(Collections.min(taken)).as("the best of %s: of the order of a second", taken).isLessThanOrEqualTo(MOST_MILLIS);
    }

    @Test
    void refusal_appears_withTheRuleOrCheckThatDecided_andLeadsToItsSession() throws Exception {
        var client = gateway.login();
        assertThat(client.deleteFile("welcome.txt")).isFalse();
        assertThat(tab.awaitText("#refusal-list li", "nothing-is-deleted"))
                .contains("rule", "nothing-is-deleted · denied", "127.0.0.1 at harbour", "welcome.txt");
        for (var i = 0; i < 3; i++) {
            client.port(InetAddress.getByName("192.0.2.99"), 4000);
        }
        assertThat(tab.awaitText("#refusal-list li", "×3")).contains("fault", "192,0,2,99", "harbour");
        assertThat(tab.text("#total-refused")).isEqualTo("4");

        var id = tab.evaluate("document.querySelector('#rows tr').dataset.session").asString();
        tab.click("#refusal-list li a");
        assertThat(tab.awaitText("#details-fields", id)).contains("demo", "127.0.0.1:", "harbour", "idle");
        tab.awaitText("#details-fields", "PORT");
        assertThat(tab.evaluate("document.querySelectorAll('#details-refusals li').length").asInt()).isEqualTo(2);
        assertThat(tab.evaluate("location.hash").asString()).isEqualTo("#session=" + id);
        tab.click("#details-close");
        tab.await("document.getElementById('details').hidden");
    }

    @Test
    void session_isEndedByItsButton_withTheToken_only() throws Exception {
        var first = gateway.login();
        var id = firstSession();
        tab.awaitText(row(id), "idle");
        tab.point(row(id));
        tab.click(row(id) + " .act button");
        assertThat(tab.awaitText("#ending", "End this session?")).contains("demo from 127.0.0.1:", id);
        tab.click("#ending-go");
        tab.awaitText("#ending-refused", "Without a token");
        tab.type("not-the-token-of-this-gateway");
        tab.click("#ending-go");
        tab.awaitText("#ending-refused", "This is not the token of this gateway.");
        assertThat(tab.complaints()).singleElement().asString().contains("403");
        assertThat(first.sendNoOp()).as("still there").isTrue();

        tab.type(Watched.TOKEN);
        tab.press("Enter");
        tab.awaitText("#said", "Session " + id + " is ended.");
        tab.await("!document.querySelector(" + Tab.quoted(row(id)) + ")");
        assertThatThrownBy(first::sendNoOp).isInstanceOf(FTPConnectionClosedException.class);
        assertThat(first.getReplyString()).startsWith("421 Session ended: ended by the operator.");

        // The token is known now. It is asked for again once it is forgotten.
        var second = gateway.login();
        var next = firstSession();
        endFromDetails(next);
        assertThat(tab.evaluate("document.activeElement.id").asString()).isEqualTo("ending-cancel");
        assertThat(tab.evaluate("document.getElementById('ending-token').checkVisibility()").asBoolean()).isFalse();
        tab.click("#ending-cancel");
        tab.click("#details-close");
        tab.click("#forget");
        endFromDetails(next);
        assertThat(tab.evaluate("document.activeElement.id").asString()).isEqualTo("ending-token");
        assertThat(tab.evaluate("document.getElementById('ending-token').value").asString()).isEmpty();
        tab.press("Escape");
        tab.await("!document.querySelector('dialog[open]')");
        assertThat(second.sendNoOp()).isTrue();
        var kept = tab.evaluate("(async () => localStorage.length + sessionStorage.length + (await cookieStore.getAll()).length)()");
        assertThat(kept.asInt()).as("what is kept").isZero();
    }

    private void endFromDetails(String id) {
        tab.click(row(id) + " .user a");
        tab.click("#details-end");
        tab.awaitText("#ending", id);
    }

    @Test
    void whatPeersSend_staysText() throws Exception {
        large(MARKUP);
        var client = gateway.login();
        try (var data = client.retrieveFileStream(MARKUP)) {
            assertThat(data.read()).isZero();
            tab.awaitText("#rows tr .doing", MARKUP);
            tab.click("#rows tr .user a");
            tab.awaitText("#details-fields", "RETR " + MARKUP);
            tab.click("#details-close");
            assertThat(gateway.login().deleteFile(MARKUP)).isFalse();
            tab.awaitText("#refusal-list li code", MARKUP);
            assertThat(gateway.connect("127.0.0.1").login(MARKUP, "wrong")).isFalse();
            tab.awaitText("#refusal-list li", "user " + MARKUP);
            tab.await("document.querySelector('#rows tr .doing').title === " + Tab.quoted("RETR " + MARKUP));
        }
        tab.type("x");
        assertThat(tab.evaluate("document.images.length").asInt()).as("the badge alone").isEqualTo(1);
        assertThat(tab.evaluate("document.querySelector('[onerror], [src=x]')").isNull()).isTrue();
    }

    @Test
    void tls_isShown_andAClientsSubjectStaysText() throws Exception {
        large("large.bin");
        var own = Certificate.make(folder, "own", CERTIFICATE_KEY, "-subj", "/CN=ftp.example.org");
        var client = Certificate.make(folder, "client", CERTIFICATE_KEY, "-subj", "/CN=" + MARKUP);
        gateway.stop();
        gateway.startAgainSecured(own, client);
        tab.click("#retry");
        tab.awaitText("#link", "Live");
        var download = ChildProcess.start(
                List.of(Requirements.program("curl").toString(), "--disable", "--silent", "--show-error", "--insecure", "--ssl-reqd",
                        "--user", EmbeddedServer.USER + ":" + EmbeddedServer.PASSWORD, "--cert", client.file().toString(), "--key",
                        client.key().toString(), "--limit-rate", "100k", "--output", "/dev/null",
                        "ftp://127.0.0.1:" + gateway.port() + "/large.bin"),
                folder, ChildProcess.noInput(), folder.resolve("curl.log"));
        try (download) {
            tab.awaitText("#rows tr .doing", "large.bin");
            tab.click("#rows tr .user a");
            // With what RFC 2253 §2.4 has before such characters.
            assertThat(tab.awaitText("#details-fields", "client TLSv1.3 CN=")).contains("<img src", "onerror", "alert(1)");
        }
        assertThat(tab.evaluate("document.images.length").asInt()).as("the badge alone").isEqualTo(1);
        assertThat(tab.complaints()).as("it was tried").isNotEmpty().allSatisfy(complaint -> assertThat(complaint).contains("net::ERR_"));
    }

    @Test
    void pinhole_isShown_countsDown_andBecomesADataConnection() throws Exception {
        large("large.bin");
        var client = gateway.login();
        assertThat(tab.text("#pinholes-empty")).isEqualTo("None is open: the wall is shut.");
        client.pasv();
        tab.awaitText("#pinhole-list li", "demo");
        var closes = "Number(document.querySelector('#pinhole-list li > b').innerText.match(/^closes in (\\d+)s$/)[1])";
        var first = tab.evaluate(closes).asInt();
        assertThat(first).isBetween(15, 30);
        assertThat(tab.evaluate("Math.round(document.querySelector('#pinhole-list progress').max)").asInt()).isEqualTo(30);
        assertThat(tab.evaluate("document.querySelector('#pinhole-list progress').value").asDouble()).isBetween(15.0, 30.0);
        tab.await(closes + " < " + (first - 1));
        assertThat(tab.text("#total-waiting") + " " + tab.text("#total-data")).isEqualTo("1 waiting, 0 data");

        var numbers = PASSIVE_PORT.matcher(client.getReplyString());
        assertThat(numbers.find()).isTrue();
        try (var data = new Socket("127.0.0.1", Integer.parseInt(numbers.group(1)) << 8 | Integer.parseInt(numbers.group(2)))) {
            client.sendCommand("RETR large.bin");
            assertThat(data.getInputStream().read()).isZero();
            tab.awaitText("#pinhole-list li > b", "data, ");
            assertThat(tab.text("#total-waiting") + " " + tab.text("#total-data")).isEqualTo("0 waiting, 1 data");
        }
        tab.awaitText("#pinholes-empty", "None is open");
    }

    @Test
    void throughput_isShown_ofASession_ofAll_andOverTheLastMinutes() throws Exception {
        large("large.bin");
        var client = gateway.login();
        var flat = tab.await("document.querySelector('#plot .to-client.line')?.getAttribute('d')").asString();
        var block = new byte[1 << 20];
        try (var data = client.retrieveFileStream("large.bin")) {
            for (var i = 0; i < 12; i++) {
                assertThat(data.readNBytes(block, 0, block.length)).isEqualTo(block.length);
                Thread.sleep(200);
            }
            assertThat(tab.awaitText("#rows tr .speed", "MiB/s")).startsWith("↓ ");
            assertThat(tab.awaitText("#total-down", "MiB/s")).isNotEqualTo("0 B/s");
        }
        assertThat(tab.text("#total-up")).isEqualTo("0 B/s");
        assertThat(tab.text("#peak-down")).contains("MiB/s");
        assertThat(tab.evaluate("document.querySelector('#plot .to-client.line').getAttribute('d')").asString()).isNotEqualTo(flat);
        tab.await("document.querySelector('#rows tr .speed').innerText === ''");
        tab.awaitText("#total-down", "0 B/s");
    }

    @Test
    void lostConnection_isShown_andThePageRecovers_whenTheGatewayIsBack() throws Exception {
        gateway.login();
        tab.awaitText("#total-sessions", "1");
        gateway.stop();
        tab.awaitText("#link", "Connection lost");
        assertThat(tab.awaitText("#lost", "Nothing was heard since")).contains("what you see is of then", "Next try");
        assertThat(tab.evaluate("document.title").asString()).startsWith("Connection lost");
        assertThat(tab.text("#total-sessions")).as("as it was").isEqualTo("1");
        gateway.startAgain();
        tab.click("#retry");
        tab.awaitText("#link", "Live");
        tab.awaitText("#total-sessions", "0");
        assertThat(tab.evaluate("document.getElementById('lost').checkVisibility()").asBoolean()).isFalse();

        gateway.stop();
        tab.awaitText("#link", "Connection lost");
        gateway.startAgain();
        var client = gateway.login();
        tab.awaitText("#link", "Live");
        tab.awaitText("#rows tr .user", "demo");
        client.logout();
        tab.awaitText("#total-sessions", "0");
        assertThat(tab.complaints()).as("it was tried").isNotEmpty().allSatisfy(complaint -> assertThat(complaint).contains("net::ERR_"));
    }

    @Test
    void withoutAToken_thePageSaysHowToHaveOne() throws Exception {
        gateway.stop();
        gateway.startAgainWithoutToken();
        gateway.login();
        tab.click("#retry");
        var id = firstSession();
        endFromDetails(id);
        assertThat(tab.text("#ending-refused")).contains("no token file (telemetry.token)");
        assertThat(tab.evaluate("document.getElementById('ending-go').disabled").asBoolean()).isTrue();
        assertThat(tab.evaluate("document.activeElement.id").asString()).isEqualTo("ending-cancel");
        assertThat(tab.complaints()).isNotEmpty().allSatisfy(complaint -> assertThat(complaint).contains("net::ERR_"));
    }

    @Test
    void motion_isOnlyForThoseWhoWantIt() throws Exception {
        tab.prefer(Map.of("prefers-reduced-motion", "reduce"));
        gateway.login();
        tab.awaitText("#total-sessions", "1");
        gateway.login();
        tab.await("document.querySelector('#rows tr.new')");
        assertThat(tab.evaluate("document.getAnimations().length").asInt()).isZero();
        tab.prefer(Map.of("prefers-reduced-motion", "no-preference"));
        assertThat(tab.evaluate("getComputedStyle(document.querySelector('#rows tr.new')).animationName").asString()).isEqualTo("new");
    }

    private void large(String name) throws Exception {
        try (var file = new RandomAccessFile(server.folder().resolve(name).toFile(), "rw")) {
            file.setLength(LARGE_BYTES);
        }
    }
}
