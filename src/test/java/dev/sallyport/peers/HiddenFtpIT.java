package dev.sallyport.peers;

import static dev.sallyport.peers.EveryPortIT.connect;
import static dev.sallyport.peers.EveryPortIT.listen;
import static dev.sallyport.peers.EveryPortIT.read;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.net.Network;
import dev.sallyport.net.Network.Topology;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Where every port is intercepted and others pass, a server that speaks FTP behind a greeting that does not tell is not
 * reached unseen, whatever its client says first; and what clients see of the greeting is what the rules let them see.
 */
@Tag("system")
@Timeout(60)
class HiddenFtpIT {

    private static final int PORT = 2525;
    private static final int SILENCE_MILLIS = 500;
    private static final String GREETING = "220-ready\r\n220-when\r\n220 you are\r\n";
    private static final String MASKED = "220 Nothing to see.\r\n";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path base;

    private static @Nullable Network network;
    private static @Nullable GatewayProgram gateway;

    @SuppressWarnings("NullAway.Init")
    private ServerSocket listener;

    @BeforeAll
    static void start() throws Exception {
        Files.writeString(base.resolve("rules.yaml"), "mask: { banner: Nothing to see. }\ndefaults: { action: allow }\n"
                + "rules: [{ name: no-deletes, commands: DELE, action: deny, reply: 550 Kept. }]\n");
        network = Network.open(Topology.ROUTED);
        gateway = GatewayProgram.start(network().gateway(), base, """
                gateways:
                  - name: every-port
                    listen: "[::]:2121"
                    intercept: { mode: tproxy, clientInterfaces: [client], serverInterfaces: [server], ports: any, others: pass }
                    server: original
                    dataPorts: 50000-50003
                    rules: rules.yaml
                """);
    }

    @AfterAll
    static void stop() throws Exception {
        if (gateway != null) {
            gateway.close();
        }
        if (network != null) {
            network.close();
        }
    }

    @BeforeEach
    void openServer() throws Exception {
        listener = listen(network().server(), Network.SERVER.four(), PORT);
    }

    @AfterEach
    void closeServer() throws IOException {
        listener.close();
    }

    @Test
    void greetingOfSeveralLines_isMasked_andNoReplyBehindItIsLost() throws Exception {
        serve(GREETING, "500 What?\r\n");
        try (var caller = greeted()) {
            ask(caller, "NOOP\r\nNOOP\r\n", "500 What?\r\n500 What?\r\n");
        }
    }

    @Test
    void firstWordOfMail_toAServerThatDoesNotKnowIt_changesNothing() throws Exception {
        var heard = serve(GREETING, "500 What?\r\n");
        try (var caller = greeted()) {
            ask(caller, "EHLO there\r\n", "500 What?\r\n");
            ask(caller, "DELE a\r\n", "550 Kept.\r\n");
        }
        assertThat(heard.get(5, TimeUnit.SECONDS)).containsExactly("EHLO there");
    }

    @Test
    void firstWordOfMail_withCommandsBehindIt_letsNoneOfThemThrough() throws Exception {
        var heard = serve(GREETING, "500 What?\r\n");
        try (var caller = greeted()) {
            ask(caller, "EHLO there\r\nDELE a\r\n", "500 What?\r\n550 Kept.\r\n");
        }
        assertThat(heard.get(5, TimeUnit.SECONDS)).containsExactly("EHLO there");
    }

    @Test
    void serverOfMail_isReachedUnseen() throws Exception {
        var heard = serve(GREETING, "250 Yes\r\n");
        try (var caller = greeted()) {
            ask(caller, "EHLO there\r\nMAIL FROM:<a@example.org>\r\n", "250 Yes\r\n250 Yes\r\n");
            // A line of the mail.
            ask(caller, "DELE a\r\n", "250 Yes\r\n");
        }
        assertThat(heard.get(5, TimeUnit.SECONDS)).containsExactly("EHLO there", "MAIL FROM:<a@example.org>", "DELE a");
    }

    @Test
    void clientThatSpeaksFirst_isCutWhenTheServerGreets_andHasNotLoggedIn() throws Exception {
        var heard = serve("", "220 Ready\r\n");
        try (var caller = call()) {
            say(caller, "GET / HTTP/1.1");
            say(caller, "\r\nUSER demo\r\nPASS demo\r\nDELE a\r\n");
            assertThat(read(caller, 1)).isEmpty();
        }
        assertThat(heard.get(5, TimeUnit.SECONDS)).doesNotContain("USER demo", "DELE a");
    }

    /** What is held back until the server has spoken is not lost when the client has ended behind it. */
    @Test
    void clientThatEndsBehindWhatIsHeldBack_isHeardOut_whenTheServerSpeaksSomethingElse() throws Exception {
        var reached = new CompletableFuture<Boolean>();
        var heard = CompletableFuture.supplyAsync(() -> {
            var lines = new ArrayList<String>();
            try (var accepted = listener.accept()) {
                var in = new BufferedReader(new InputStreamReader(accepted.getInputStream(), ISO_8859_1));
                lines.add(in.readLine());
                reached.complete(true);
                accepted.setSoTimeout(SILENCE_MILLIS);
                try {
                    lines.add("early: " + in.readLine());
                } catch (SocketTimeoutException silent) {
                    say(accepted, ":irc.example.org\r\n");
                }
                accepted.setSoTimeout(0);
                in.lines().forEach(lines::add);
            } catch (IOException gone) {
                // It was cut.
            }
            return lines;
        }, task -> Thread.ofVirtual().start(task));
        try (var caller = call()) {
            say(caller, "NICK a\r\n");
            assertThat(reached.get(5, TimeUnit.SECONDS)).isTrue();
            say(caller, "USER a 0 * :a\r\nJOIN #b\r\n");
            caller.shutdownOutput();
            assertThat(read(caller, 18)).isEqualTo(":irc.example.org\r\n");
            assertThat(heard.get(5, TimeUnit.SECONDS)).containsExactly("NICK a", "USER a 0 * :a", "JOIN #b");
        }
    }

    private static Network network() {
        return Objects.requireNonNull(network);
    }

    private static Socket call() throws Exception {
        var socket = connect(network().client(), Network.CLIENT.four(), Network.SERVER.four(), PORT);
        socket.setTcpNoDelay(true);
        return socket;
    }

    /** Who has read the greeting, as the mask leaves it. */
    private static Socket greeted() throws Exception {
        var caller = call();
        assertThat(read(caller, MASKED.length())).isEqualTo(MASKED);
        return caller;
    }

    private static void ask(Socket caller, String lines, String answers) throws IOException {
        say(caller, lines);
        assertThat(read(caller, answers.length())).as("what %s gets", lines.strip()).isEqualTo(answers);
    }

    private static void say(Socket caller, String text) throws IOException {
        caller.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    /** Greets one client and answers each line that it says. @return these lines, when it has gone */
    private CompletableFuture<List<String>> serve(String greeting, String answer) {
        return CompletableFuture.supplyAsync(() -> {
            var heard = new ArrayList<String>();
            try (var accepted = listener.accept()) {
                say(accepted, greeting);
                var in = new BufferedReader(new InputStreamReader(accepted.getInputStream(), ISO_8859_1));
                for (var line = in.readLine(); line != null; line = in.readLine()) {
                    heard.add(line);
                    say(accepted, answer);
                }
            } catch (IOException gone) {
                // It was cut.
            }
            return heard;
        }, task -> Thread.ofVirtual().start(task));
    }
}
