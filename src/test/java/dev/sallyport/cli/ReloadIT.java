package dev.sallyport.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.admin.RuleHits;
import dev.sallyport.config.ConfigurationFile;
import dev.sallyport.peers.Family;
import dev.sallyport.peers.FreePorts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rules taken anew while a hundred sessions send commands ahead of their replies: none is lost, none overtakes another. */
@Tag("system")
@Tag("alone")
@Timeout(300)
class ReloadIT {

    private static final int SESSIONS = 100;
    private static final int RULES = 10_000;
    private static final int RELOADS = 12;
    private static final Duration BAR = Duration.ofSeconds(1);

    /** Commands sent without a look at a reply. */
    private static final int AHEAD = 16;

    /** Between a session's bursts: what is measured is a reload, not how much this machine can carry. */
    private static final Duration REST = Duration.ofMillis(200);

    @TempDir
    private Path folder;

    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger inForce = new AtomicInteger();
    private final CountDownLatch running = new CountDownLatch(SESSIONS);
    private volatile boolean over;

    @SuppressWarnings("NullAway.Init")
    private ServerSocket server;
    private int port;
    private String dataPorts = "";

    @BeforeEach
    void serve() throws IOException {
        server = new ServerSocket(0, SESSIONS, InetAddress.getByName(Family.IPV4.loopback()));
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    var client = server.accept();
                    Thread.ofVirtual().start(() -> answer(client));
                }
            } catch (IOException closed) {
                // The test is over.
            }
        });
        port = FreePorts.pair(Family.IPV4);
        dataPorts = FreePorts.range(4, Family.IPV4).toString();
    }

    @AfterEach
    void closeServer() throws IOException {
        over = true;
        server.close();
    }

    @Test
    void reloadOfTenThousandRules_takesASecondAtMost_andNoCommandIsLost() throws Exception {
        var file = configure(0);
        var configuration = ConfigurationFile.read(file);
        try (var gateways = RunningGateways.start(configuration, file, configuration.log());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Integer> session = this::session;
            var sessions = Stream.generate(() -> threads.submit(session)).limit(SESSIONS).toList();
            var reloads = reloads(file, gateways);
            var counted = 0;
            for (var each : sessions) {
                counted += each.get();
            }
            System.out.printf("reloads of %d rules took %s ms; %d commands were refused meanwhile%n",
                    RULES, reloads.stream().map(Duration::toMillis).toList(), counted);
            // The rule that refused them kept its name through all reloads, and so its count.
            assertThat(gateways.rules()).filteredOn(hits -> hits.rule().equals("numbered"))
                    .singleElement().extracting(RuleHits::hits).isEqualTo((long) counted);
            // The median: a single one may have met whatever else this machine does.
            assertThat(reloads.stream().sorted().toList().get(RELOADS / 2)).isLessThanOrEqualTo(BAR);
            gateways.stop();
        }
    }

    private List<Duration> reloads(Path file, RunningGateways gateways) throws IOException, InterruptedException {
        try {
            assertThat(running.await(30, TimeUnit.SECONDS)).as("all sessions run").isTrue();
            var reloads = new ArrayList<Duration>();
            for (var generation = 1; generation <= RELOADS; generation++) {
                configure(generation);
                begun.set(generation);
                var startNanos = System.nanoTime();
                var reloaded = gateways.reload();
                reloads.add(Duration.ofNanos(System.nanoTime() - startNanos));
                inForce.set(generation);
                assertThat(reloaded.mistakes()).isNull();
                assertThat(reloaded.notice()).isNull();
                takesNoBrokenFile(file, gateways);
                Thread.sleep(REST.multipliedBy(2));
            }
            return reloads;
        } finally {
            over = true;
        }
    }

    /** A file with a mistake between two good ones changes nothing: a session would see its number. */
    private static void takesNoBrokenFile(Path file, RunningGateways gateways) throws IOException {
        var good = Files.readString(file);
        Files.writeString(file, good.replace("rules-", "no-such-"));
        assertThat(gateways.reload().mistakes()).singleElement().asString().contains("no such file");
        Files.writeString(file, good);
    }

    /** Sends commands ahead, every other one for the rules to refuse, until all is over. @return how many were refused */
    private int session() throws IOException, InterruptedException {
        try (var socket = new Socket(InetAddress.getByName(Family.IPV4.loopback()), port)) {
            socket.setSoTimeout(30_000);
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
            assertThat(in.readLine()).startsWith("220 ");
            send(socket, "USER demo\r\n");
            assertThat(in.readLine()).startsWith("331 ");
            send(socket, "PASS demo\r\n");
            assertThat(in.readLine()).startsWith("230 ");
            var number = 0;
            var seen = 0;
            var refused = 0;
            while (!over) {
                var burst = new StringBuilder();
                for (var i = 0; i < AHEAD; i += 2) {
                    burst.append("NOOP ").append(number + i).append("\r\nSITE ").append(number + i + 1).append("\r\n");
                }
                var least = Math.max(seen, inForce.get());
                send(socket, burst.toString());
                for (var i = 0; i < AHEAD; i += 2) {
                    assertThat(in.readLine()).isEqualTo("200 " + (number + i));
                    var reply = in.readLine();
                    assertThat(reply).startsWith("550 Rules ");
                    var generation = Integer.parseInt(reply.substring("550 Rules ".length()));
                    assertThat(generation).as("rules that decide after others did").isBetween(least, begun.get());
                    least = generation;
                    refused++;
                }
                seen = least;
                if (number == 0) {
                    running.countDown();
                }
                number += AHEAD;
                Thread.sleep(REST);
            }
            send(socket, "QUIT\r\n");
            assertThat(in.readLine()).isEqualTo("221 Bye.");
            return refused;
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    /** A server that says a NOOP's number. */
    private static void answer(Socket client) {
        try (client) {
            var in = new BufferedReader(new InputStreamReader(client.getInputStream(), ISO_8859_1));
            send(client, "220 Ready.\r\n");
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                send(client, switch (line.substring(0, 4)) {
                    case "USER" -> "331 Password?\r\n";
                    case "PASS" -> "230 Welcome.\r\n";
                    case "NOOP" -> "200 " + line.substring(5) + "\r\n";
                    case "QUIT" -> "221 Bye.\r\n";
                    default -> "500 What?\r\n";
                });
            }
        } catch (IOException gone) {
            // The client sees it.
        }
    }

    // ---- What the gateway goes by ----

    /** Writes the configuration and the rule set that it names, one of two in turn. */
    private Path configure(int generation) throws IOException {
        var rules = Files.write(folder.resolve("rules-" + generation % 2 + ".yaml"), rules(generation));
        return Files.writeString(folder.resolve("gate.yaml"), """
                gateways:
                  - name: main
                    listen: 127.0.0.1:%d
                    server: 127.0.0.1:%d
                    dataPorts: %s
                    rules: %s
                """.formatted(port, server.getLocalPort(), dataPorts, rules.getFileName()));
    }

    /** Ten thousand: by network in one file, by user and path in the other, and last the one that answers. */
    private static List<String> rules(int generation) {
        var lines = new ArrayList<>(List.of("defaults: { action: allow }", "rules:"));
        for (var i = 1; i < RULES; i++) {
            lines.add("  - name: rule-" + i);
            lines.add(generation % 2 == 0
                    ? "    from: 10.%d.%d.0/24".formatted(i >> 8, i & 0xff)
                    : "    users: [user-%d, other-%d-*]".formatted(i, i));
            lines.add(generation % 2 == 0 ? "    commands: [STOR, deletes]" : "    paths: /home/%d/**".formatted(i));
            lines.add("    action: deny");
            lines.add("    reply: 550 Not for you.");
        }
        lines.addAll(List.of("  - name: numbered", "    commands: SITE", "    action: deny", "    log: false",
                "    reply: 550 Rules " + generation));
        return lines;
    }
}
