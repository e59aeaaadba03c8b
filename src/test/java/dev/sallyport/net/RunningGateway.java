package dev.sallyport.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.admin.ControlClient;
import dev.sallyport.datapath.kernel.RulesetCounter;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.peers.ChildProcess;
import dev.sallyport.peers.ChildProcess.Finished;
import dev.sallyport.peers.PackagedProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The program itself, in a process of its own in a host of a {@link Network}. */
public final class RunningGateway implements AutoCloseable {

    /** Its listeners, one for each gateway of a configuration. */
    public static final int LISTENER = 2121;

    /** Routed and transparent: the clients' packets keep their addresses. Each server is reached at its own. */
    public static final String ROUTED = atServersOwnAddresses("routed", "tproxy", "client");

    /** Servers see the gateway, clients their servers: the destination alone is translated. */
    public static final String OUTBOUND = atServersOwnAddresses("outbound", "redirect", "gateway");

    /** The server has a public address that the gateway stands for: both ends of data connections are translated. */
    public static final String VIP = Stream.of(
                    new Vip("vip4", "0.0.0.0:2121", Network.VIP.four(), Network.SERVER.four(), "61000-61199", "62000-62199"),
                    new Vip("vip6", "\"[::]:2122\"", Network.VIP.six(), "[" + Network.SERVER.six() + "]:21", "61200-61399", "62200-62399"))
            .map(Vip::text).collect(Collectors.joining("", "gateways:\n", ""));

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern PACKETS = Pattern.compile("packets (\\d+)");
    private static final Pattern ELEMENTS = Pattern.compile("elements = \\{([^}]*)}");

    private record Vip(String name, String listen, String vip, String server, String dataPorts, String serverDataPorts) {
        String text() {
            return """
                      - name: %s
                        listen: %s
                        intercept:
                          mode: tproxy
                          addresses: ["%s"]
                          clientInterfaces: [client, second]
                          serverInterfaces: [server, attacker]
                        server: "%s"
                        dataPath: kernel
                        dataPorts: %s
                        serverDataPorts: %s
                    """.formatted(name, listen, vip, server, dataPorts, serverDataPorts);
        }
    }

    /** The configuration of one that stands like this. */
    public static String of(Topology topology) {
        return switch (topology) {
            case ROUTED -> ROUTED;
            case VIP -> VIP;
            case OUTBOUND -> OUTBOUND;
        };
    }

    private static String atServersOwnAddresses(String name, String mode, String serverSees) {
        return """
                gateways:
                  - name: %s
                    listen: "[::]:2121"
                    intercept: { mode: %s, clientInterfaces: [client, second], serverInterfaces: [server, attacker] }
                    server: original
                    serverSees: %s
                    dataPath: kernel
                    dataPorts: 61000-61199
                    serverDataPorts: 62000-62199
                """.formatted(name, mode, serverSees);
    }

    private final Host host;
    private final ChildProcess program;
    private final Path configuration;
    private final Path socket;

    private RunningGateway(Host host, ChildProcess program, Path configuration, Path socket) {
        this.host = host;
        this.program = program;
        this.configuration = configuration;
        this.socket = socket;
    }

    /**
     * Starts it and waits until it is ready.
     *
     * @param gateways the configuration without its control socket
     * @param environment such as {@code PATH=/usr/bin}
     */
    public static RunningGateway start(Host host, String gateways, String... environment) throws Exception {
        var socket = host.file("control");
        var configuration = Files.writeString(host.file("configuration"), gateways + "controlSocket: " + socket + "\n");
        var program = host.start(run(configuration, environment));
        var running = new RunningGateway(host, program, configuration, socket);
        try {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20))
                    .until(() -> running.log().contains("Ready: ") || !program.alive());
            assertThat(program.alive()).as(running.log()).isTrue();
            await().atMost(PATIENCE).until(() -> Files.exists(socket));
            return running;
        } catch (Throwable e) {
            running.close();
            throw e;
        }
    }

    /** Runs one that is not to start, to its end. @param environment such as {@code PATH=/usr/bin} */
    public static Finished fail(Host host, String gateways, String... environment) throws Exception {
        return failAt(host, gateways, host.file("control"), environment);
    }

    /** As above. @param socket its control socket */
    static Finished failAt(Host host, String gateways, Path socket, String... environment) throws Exception {
        var configuration = Files.writeString(host.file("configuration"), gateways + "controlSocket: " + socket + "\n");
        return host.start(run(configuration, environment)).await(PATIENCE);
    }

    private static List<String> run(Path configuration, String... environment) {
        return PackagedProgram.command(List.of(environment), List.of("run", "--config", configuration.toString()));
    }

    /** All that it printed and logged. */
    public String log() {
        return program.printed();
    }

    /** Waits for a line of the log. @return it */
    public String awaitLine(Predicate<String> wanted) {
        return await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5))
                .until(() -> log().lines().filter(wanted).findFirst().orElse(""), found -> !found.isEmpty());
    }

    public ProcessHandle handle() {
        return program.handle();
    }

    /** What it answers to an operator's request, such as {@code sessions}: JSON. */
    public String ask(String request) throws IOException {
        return ControlClient.ask(socket, request).json();
    }

    /** Runs a command of the program: {@code kill ID}, with its control socket. @return what it printed */
    public String command(String... words) throws Exception {
        var all = Stream.concat(Stream.of(words), Stream.of("--config", configuration.toString())).toArray(String[]::new);
        return host.require(PackagedProgram.command(all).toArray(String[]::new));
    }

    /** The only session there is. */
    public String session() throws IOException {
        var found = Pattern.compile("\"id\":\"([0-9a-z]+)\"").matcher(ask("sessions"));
        assertThat(found.find()).isTrue();
        return found.group(1);
    }

    public long count(RulesetCounter counter) throws Exception {
        var found = PACKETS.matcher(host.require("nft", "list", "counter", "inet", "sallyport", counter.nftName()));
        assertThat(found.find()).isTrue();
        return Long.parseLong(found.group(1));
    }

    /** The elements of some sets and maps of the table, as nft lists them. */
    public static List<String> elements(Host host, String... prefixes) throws Exception {
        return ELEMENTS.matcher(table(host, prefixes)).results()
                .flatMap(found -> Stream.of(found.group(1).split(","))).map(String::strip).toList();
    }

    private static String table(Host host, String... prefixes) throws Exception {
        var text = host.require("nft", "-n", "list", "table", "inet", "sallyport");
        return Stream.of(text.split("\n\t(?=set |map |chain |counter )"))
                .filter(part -> Stream.of(prefixes).anyMatch(
                        prefix -> part.startsWith("set " + prefix) || part.startsWith("map " + prefix)))
                .collect(Collectors.joining("\n"));
    }

    /** Pinholes that are open in the kernel. */
    public static List<String> open(Host host) throws Exception {
        return elements(host, "pin", "src");
    }

    /** Everything that is in sets and maps. */
    public static List<String> elements(Host host) throws Exception {
        return elements(host, "pin", "src", "id", "dnat", "snat", "range", "server", "cut");
    }

    /** The flows that conntrack knows to be Sallyport's. */
    public static List<String> flows(Host host) throws Exception {
        var flows = new ArrayList<String>();
        for (var family : List.of("ipv4", "ipv6")) {
            // It prints what it listed, and how many on standard error.
            host.require("conntrack", "-L", "-f", family, "-m", "0x80000000/0x80000000").lines()
                    .filter(line -> line.startsWith("tcp")).forEach(flows::add);
        }
        return flows;
    }

    /** Ends it with SIGKILL. */
    public void kill() {
        program.kill();
        await().atMost(PATIENCE).until(() -> !program.alive());
    }

    /** Asks it to end, and waits until it has. */
    public void stop() {
        program.handle().destroy();
        await().atMost(PATIENCE).until(() -> !program.alive());
    }

    @Override
    public void close() {
        program.kill();
    }
}
