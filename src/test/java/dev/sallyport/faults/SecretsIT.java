package dev.sallyport.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.peers.Family;
import dev.sallyport.peers.FreePorts;
import dev.sallyport.peers.GatewayProgram;
import dev.sallyport.peers.Passwords;
import dev.sallyport.telemetry.journal.Format;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Secrets leave the process on the control connection and nowhere else: whatever a client does with a password, none is in
 * what the gateway says of itself, to anybody.
 */
@Tag("system")
@Timeout(180)
class SecretsIT {

    /** In every secret of this test; what follows is the secret's own. Half of one would be found too. */
    private static final String SECRET = "Sesame";

    /** In every user's name and path of this test: they are told, and show that what is searched is what was said. */
    private static final String PLANTED = "planted";

    private static final Pattern WORD = Pattern.compile("[a-z0-9]+");

    /** What a rule wants logged is thinned out by its name: each session has a rule of its own. */
    private static final int SESSIONS = 200;

    private static final String RULES = """
            name: secrets
            defaults: { action: allow, log: true }
            rules:
              - { name: no-accounts, commands: [ACCT], users: [planted-refused], action: deny, log: true }
              - { name: no-passwords, commands: [PASS], users: [planted-refused], action: deny, log: true }
              - { name: no-strangers, commands: [PASS], users: [planted-stranger], action: close, log: true }
              - { name: never-deleted, commands: [DELE], action: deny, log: true }
            """ + IntStream.range(0, SESSIONS)
                    .mapToObj("  - { name: session-%1$d, users: [planted-%1$d], action: allow, log: true }\n"::formatted)
                    .collect(Collectors.joining());

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private ScriptedServer server;
    private final Set<String> said = ConcurrentHashMap.newKeySet();
    private final HttpClient http = HttpClient.newHttpClient();
    private final StringBuffer events = new StringBuffer();
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<?>> conversations = new ArrayList<>();
    private Endpoint listen = new Endpoint(Objects.requireNonNull(Addresses.parse("127.0.0.1")), new Port(1));
    private int telemetry;
    private final AtomicInteger secrets = new AtomicInteger();
    private int sessions;

    @BeforeEach
    void serve() throws IOException {
        server = new ScriptedServer(new InetSocketAddress("127.0.0.1", FreePorts.pair(Family.IPV4)));
        server.on("PASS", (password, visitor) -> {
            said.add(password);
            visitor.control.send(
                    password.startsWith("no") ? "530 PASS " + password + " is wrong."
                    : password.startsWith("more") ? "332 And?" : "230 In.");
        });
        server.on("ACCT", (account, visitor) -> {
            said.add(account);
            visitor.control.send("230 In.");
        });
        server.on("PWD", (none, visitor) -> visitor.control.send("257 \"/planted\" is here."));
        server.on("AUTH", (mechanism, visitor) -> visitor.control.send("234 Go on."));
        server.on("REIN", (none, visitor) -> visitor.control.send("220 Anew."));
        server.on("SITE", (none, visitor) -> {
            visitor.control.send("200 Look:");
            visitor.control.send("230 PASS " + secret() + " was forged.");
        });
    }

    @AfterEach
    void close() throws IOException {
        clients.shutdownNow();
        http.shutdownNow();
        server.close();
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void password_isInNothingThatIsTold(Format format) throws Exception {
        var word = format.name().toLowerCase(Locale.ROOT);
        var log = folder.resolve("sessions.log");
        try (var gateway = gateway("log: { file: %s, format: %s }\n".formatted(log, word))) {
            var page = page();
            var idle = told(gateway, log);
            var feed = listen();
            say();
            var ofTheSuite = new TreeSet<>(Passwords.ofTheSuite());
            var plain = leaks(ofTheSuite, String.join("\n", idle.values()));
            assertThat(plain).as("words that stand in what an idle gateway says, and cannot be searched for").doesNotContain(
                    Passwords.OF_ACCOUNT, Passwords.WRONG, "hunter2", "geheim", "s3cret", "secret");
            ofTheSuite.removeAll(plain);
            assertThat(ofTheSuite).hasSizeGreaterThan(10);
            for (var password : ofTheSuite) {
                converse(user() + "PASS " + password + "\r\nACCT " + password + "\r\npass " + password + "\r\nQUIT\r\n");
            }
            awaitConversations();
            assertThat(said).as("what reached the server").containsAll(ofTheSuite);

            try (var open = new Caller(listen, "127.0.0.1")) {
                open.control.expect("220 ");
                open.ask("USER planted", "331 ");
                open.ask("PASS " + secret(), "230 ");
                open.download(100);
                open.ask("DELE planted.txt", "550 ");
                var heard = said.stream().filter(each -> each.contains(SECRET)).count();
                assertThat(heard).as("secrets that reached the server").isGreaterThan(12);

                await().untilAsserted(() -> assertThat(events).contains("never-deleted", PLANTED));
                await().untilAsserted(() -> assertThat(Files.readString(log)).contains(PLANTED));
                var told = told(gateway, log);
                told.put("events", events.toString());
                told.forEach((where, text) -> {
                    assertThat(leaks(ofTheSuite, text)).as(where).isEmpty();
                    assertThat(text.lines()).as(where).noneMatch(
                            line -> line.toLowerCase(Locale.ROOT).contains(SECRET.toLowerCase(Locale.ROOT)));
                });
                assertThat(page).doesNotContainIgnoringCase(SECRET);
                var logged = Objects.requireNonNull(told.get("log"));
                assertThat(logged).contains(
                        "rule=no-accounts ruling=denied verb=ACCT", "rule=no-passwords ruling=denied verb=PASS",
                        "rule=no-strangers ruling=closed verb=PASS", "rule=session-1 ", "detail=\"PASS ****\"", "detail=\"ACCT ****\"");
                assertThat(logged.lines()).as("what was thinned out was not searched").noneMatch(
                        line -> line.contains("heldBack") && (line.contains("event=fault") || line.contains("rule=session-")));
                // What is searched is what was said: what is no secret is there, and what was planted would be found.
                for (var where : List.of("log", "session log", "metrics", "openmetrics", "sessions", "session", "control", "events")) {
                    var text = Objects.requireNonNull(told.get(where), where);
                    assertThat(text).as(where).contains(PLANTED);
                    assertThat(leaks(ofTheSuite, text + " PASS " + Passwords.WRONG + "\r\n")).as(where).containsExactly(Passwords.WRONG);
                }
            }
            feed.interrupt();
        }
    }

    /** All the ways to say a password. */
    private void say() {
        for (var line : List.of(
                "PASS %s", "pass %s", "PaSs %s", "PASS no%s", "PASS  %s", "PASS %s   ", "PASS %s\t ", "PASS\t%s", " PASS %s",
                "PASS%s", "PASS=%s", "PASS:%s", "\"PASS %s\"", "PASS \"%s\\", "PASS \u00e9%s\u00ff\u00ff",
                "\u00ff\u00f4\u00ff\u00f2PASS %s",
                "PASS %s\u00ff\u00fb\u0001",
                "PA\u00ff\u00fb\u0001SS %s", "PASS %s\u00ff\u00ff", "PASS %s\u0000", "\u0000PASS %s", "PASS %s\rPASS",
                "PASS " + "x".repeat(5_000) + "%s",
                "PASS %s" + "x".repeat(5_000), "ADAT %s", "ACCT %s", "PASS %s\r\nPASS %1$s", "PASSWORD %s", "XPASS\u0008\u0008PASS %s")) {
            var written = line.formatted(secret()) + "\r\n";
            converse(user() + written + "QUIT\r\n");
            converse(user(), written, "QUIT\r\n");
            converse(written, user(), written, "QUIT\r\n");
            // A PASS is known by its beginning; ACCTS may be a command of its own.
            converse(user() + "PASS more\r\n", written.replaceFirst("(?i)PASS(?![A-Za-z0-9])", "ACCT"), "QUIT\r\n");
            converse(written);
        }
        var cut = (user() + "PASS " + secret() + "\r\nQUIT\r\n").split("");
        converse(cut);
        converse(user(), "PA", "SS Ses", "ame" + secrets.incrementAndGet(), "\r", "\n", "QUIT\r\n");
        converse(user(), "PASS " + secret() + "\n", "QUIT\r\n");
        converse("USER planted-refused\r\n", "PASS " + secret() + "\r\n", "ACCT " + secret() + "\r\n", "QUIT\r\n");
        converse("USER planted-stranger\r\n", "PASS " + secret() + "\r\n");
        converse(user() + "PASS more\r\n", "ACCT " + secret() + "\r\n", "REIN\r\n", "PASS " + secret() + "\r\n", "QUIT\r\n");
        converse(user(), "PASS in\r\n", "SITE LOOK\r\n", "NOOP\r\n", "QUIT\r\n");
        // In what nobody looks into, framed as TLS frames it, and where there is no TLS at all.
        var inside = "PASS " + secret() + "\r\n";
        converse(user(), "AUTH TLS\r\n", "\u0017\u0003\u0003\u0000" + (char) inside.length() + inside, inside);
        converse(user(), "AUTH TLS\r\n", inside);
        converse(user(), "AUTH TLS\r\n" + inside);
        // To no FTP server.
        converse("GET / HTTP/1.1\r\nAuthorization: PASS " + secret() + "\r\n\r\n");
    }

    private String user() {
        return "USER planted-" + ++sessions + "\r\n";
    }

    private String secret() {
        return SECRET + secrets.incrementAndGet();
    }

    /** Begins a session that says this, each in a segment of its own if the network is idle; it ends with its QUIT, or leaves. */
    private void converse(String... segments) {
        var from = "127.0.1." + (1 + conversations.size() % 250);
        conversations.add(clients.submit(() -> {
            try (var client = new Caller(listen, from)) {
                for (var segment : segments) {
                    client.control.sendBare(segment);
                    read(client, segments.length > 10 ? 1 : 50);
                }
                read(client, segments[segments.length - 1].endsWith("QUIT\r\n") ? 10_000 : 300);
            } catch (IOException over) {
                // The gateway has had enough.
            }
        }));
    }

    /** Reads until nothing comes for so long. */
    private static void read(Caller client, int silenceMillis) throws IOException {
        client.control.socket().setSoTimeout(silenceMillis);
        try {
            while (client.control.line() != null) {
                // It says what it says.
            }
        } catch (SocketTimeoutException silence) {
            // Its turn.
        }
    }

    private void awaitConversations() throws Exception {
        for (var each : conversations) {
            each.get();
        }
    }

    // ---- What is told ----

    private GatewayProgram gateway(String more) throws IOException {
        listen = listen.withPort(new Port(FreePorts.pair(Family.IPV4)));
        telemetry = FreePorts.pair(Family.IPV4);
        Files.writeString(folder.resolve("rules.yaml"), RULES);
        return GatewayProgram.startHere(folder, """
                gateways:
                  - name: main
                    listen: %s
                    server: %s
                    dataPorts: %s
                    tls: passthrough
                    rules: rules.yaml
                telemetry: { http: "127.0.0.1:%d", labels: [user, client] }
                """.formatted(listen, server.endpoint(), FreePorts.range(8, Family.IPV4), telemetry) + more);
    }

    /** Everything that can be asked, by who is asked; what never changes is left out. */
    private Map<String, String> told(GatewayProgram gateway, Path log) throws Exception {
        var told = new LinkedHashMap<String, String>();
        told.put("log", gateway.log());
        told.put("session log", Files.readString(log));
        told.put("metrics", withoutHelp(get("/metrics", "text/plain")));
        told.put("openmetrics", withoutHelp(get("/metrics", "application/openmetrics-text;version=1.0.0")));
        told.put("sessions", get("/api/sessions", "*/*"));
        var ids = Pattern.compile("\"id\":\"(\\w+)\"").matcher(told.get("sessions") + "").results().map(found -> found.group(1)).toList();
        told.put("session", ids.stream().map(id -> get("/api/sessions/" + id, "*/*")).collect(Collectors.joining("\n")));
        told.put("others", get("/api/pinholes", "*/*") + get("/api/rules", "*/*") + get("/health/ready", "*/*"));
        told.put("control", gateway.sessions().toString() + gateway.pinholes());
        return told;
    }

    private static String withoutHelp(String metrics) {
        return metrics.lines().filter(line -> !line.startsWith("#")).collect(Collectors.joining("\n"));
    }

    /** The page and all that it names. */
    private String page() {
        var page = new StringBuilder(get("/", "text/html"));
        var names = new ArrayList<String>();
        Pattern.compile("(?:src|href)=\"([^\"#:]+)\"").matcher(page).results().forEach(found -> names.add(found.group(1)));
        assertThat(names).isNotEmpty();
        names.forEach(name -> page.append(get("/" + name, "*/*")));
        return page.toString();
    }

    /** What the page is told, from now on. */
    private Thread listen() {
        return Thread.ofVirtual().start(() -> {
            try {
                http.send(request("/api/events", "text/event-stream"), BodyHandlers.ofLines()).body()
                        .forEach(line -> events.append(line).append('\n'));
            } catch (IOException | InterruptedException | UncheckedIOException over) {
                // The test is.
            }
        });
    }

    private String get(String path, String accept) {
        try {
            return http.send(request(path, accept), BodyHandlers.ofString(UTF_8)).body();
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(path, failed);
        }
    }

    private HttpRequest request(String path, String accept) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + telemetry + path)).header("Accept", accept).build();
    }

    /** Those of some words, of letters and digits, that stand in a text. */
    private static List<String> leaks(Set<String> words, String text) {
        var said = WORD.matcher(text.toLowerCase(Locale.ROOT)).results().map(MatchResult::group).collect(Collectors.toSet());
        return words.stream().filter(word -> said.contains(word.toLowerCase(Locale.ROOT))).toList();
    }
}
