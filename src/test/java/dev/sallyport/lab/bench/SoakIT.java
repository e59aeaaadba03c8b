package dev.sallyport.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.net.Host;
import dev.sallyport.net.Network;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.net.RunningGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Many pinholes one after the other, and many sessions at once, for a while; nothing of them is left afterwards. The long form:
 * {@code -Dsoak.pasv=1000000 -Dsoak.sessions=200 -Dsoak.minutes=10}.
 */
@Tag("system")
@Tag("alone")
class SoakIT {

    private static final int PASSIVE = Integer.getInteger("soak.pasv", 4_000);
    private static final int SESSIONS = Integer.getInteger("soak.sessions", 50);
    private static final int MINUTES = Integer.getInteger("soak.minutes", 0);
    private static final Duration TIME = MINUTES == 0 ? Duration.ofSeconds(5) : Duration.ofMinutes(MINUTES);
    private static final int WARM_UP = 500;

    /** What the Java program may have grown by, its collected heap apart: code, metadata, arenas. */
    private static final long MOST_GROWTH_BYTES = 64 << 20;

    @Test
    void manyPinholesAndSessions_leaveNothingBehind() throws Exception {
        try (var network = Network.open(Topology.ROUTED)) {
            roomForTimeWait(network);
            var listen = new Endpoint(InetAddress.getByName(Network.SERVER.four()), new Port(21));
            var server = network.server().call(() -> new LoadServer(listen, PortRange.parse("50000-51023"), null));
            var serving = network.server().start(() -> {
                server.serve();
                return true;
            });
            try (server; var gateway = RunningGateway.start(network.gateway(), RunningGateway.ROUTED)) {
                soak(network, listen, gateway);
                gateway.stop();
                assertThat(gateway.log()).doesNotContain(" ERROR ", "Exception");
                assertThat(network.gateway().require("nft", "list", "tables")).doesNotContain("sallyport");
                assertThat(serving).isNotDone();
            }
        }
    }

    private static void soak(Network network, Endpoint server, RunningGateway gateway) throws Exception {
        // Classes are loaded and buffers are pooled once; from then on nothing may grow.
        inSequence(network.client(), new Target(server, Security.CLEAR), WARM_UP);
        var warmUp = transfers(network.client(), new Target(server, Security.CLEAR), Duration.ofSeconds(1));
        assertThat(warmUp.failed()).as(warmUp.firstFault()).isZero();
        awaitNothingOpen(network.gateway(), gateway);
        collect(gateway);
        var before = Usage.of(gateway);
        var trackedBefore = tracked(network.gateway());

        var begunNanos = System.nanoTime();
        inSequence(network.client(), new Target(server, Security.CLEAR), PASSIVE);
        var sequenceNanos = System.nanoTime() - begunNanos;
        var many = transfers(network.client(), new Target(server, Security.CLEAR), TIME);
        assertThat(many.failed()).as(many.firstFault()).isZero();
        assertThat(many.transfers()).isGreaterThan(SESSIONS);

        awaitNothingOpen(network.gateway(), gateway);
        collect(gateway);
        var after = Usage.of(gateway);
        System.out.printf(
                "Soak: %,d PASV in sequence in %.1f s; %,d transfers of %d sessions at once in %d s, %d failed."
                        + " Gateway: descriptors %d, then"
                        + " %d; threads %d, then %d; live heap %,d KiB, then %,d KiB; resident %,d KiB, then %,d KiB. Left in the"
                        + " kernel: 0 elements, 0 flows; tracked connections %d, then %d.%n",
                PASSIVE, sequenceNanos / 1e9, many.transfers(), SESSIONS, TIME.toSeconds(), many.failed(),
                before.descriptors, after.descriptors, before.threads, after.threads, before.heapBytes >> 10, after.heapBytes >> 10,
                before.residentBytes >> 10, after.residentBytes >> 10, trackedBefore, tracked(network.gateway()));
        assertThat(after.descriptors).as("descriptors").isLessThanOrEqualTo(before.descriptors);
        assertThat(after.threads).as("threads").isLessThanOrEqualTo(before.threads + 2);
        assertThat(before.heapBytes).as("the heap is known").isPositive();
        assertThat(after.heapBytes - before.heapBytes).as("growth of the live heap").isLessThan(4 << 20);
        assertThat(after.residentBytes - before.residentBytes).as("growth of resident memory").isLessThan(MOST_GROWTH_BYTES);
    }

    private static void inSequence(Host client, Target server, int count) throws Exception {
        client.call(() -> {
            try (var control = Caller.inClear().login(server)) {
                for (int i = 0; i < count; i++) {
                    ControlConnection.passivePort(control.command("PASV", 227));
                }
                control.command("QUIT", 221);
                return true;
            }
        });
    }

    private static Outcome.Transferred transfers(Host client, Target server, Duration time) throws Exception {
        return client.call(() -> {
            try (var loop = new TransferLoop(new Job.SmallTransfers(server, SESSIONS, 1024, time), Caller.inClear())) {
                if (loop.run() instanceof Outcome.Transferred done) {
                    return done;
                }
                throw new AssertionError("no outcome");
            }
        });
    }

    private static void awaitNothingOpen(Host host, RunningGateway gateway) {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(gateway.ask("sessions")).isEqualTo("{\"sessions\":[]}");
            assertThat(gateway.ask("pinholes")).isEqualTo("{\"pinholes\":[]}");
            assertThat(RunningGateway.elements(host)).as("elements").isEmpty();
            assertThat(RunningGateway.flows(host)).as("flows").isEmpty();
        });
    }

    /** Closed connections wait for a minute, and their number is limited. */
    private static void roomForTimeWait(Network network) throws Exception {
        for (var host : new Host[] {network.client(), network.server(), network.gateway()}) {
            host.set("ipv4/tcp_max_tw_buckets", 1_000_000);
            host.set("ipv4/ip_local_port_range", "1024 65535");
        }
        network.client().set("ipv4/tcp_tw_reuse", 1);
    }

    private static long tracked(Host gateway) throws Exception {
        return Long.parseLong(gateway.call(() -> Files.readString(Path.of("/proc/sys/net/netfilter/nf_conntrack_count"))).strip());
    }

    private static void collect(RunningGateway gateway) throws Exception {
        jcmd(gateway, "GC.run");
        jcmd(gateway, "GC.run");
    }

    private static String jcmd(RunningGateway gateway, String command) throws Exception {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(gateway.handle().pid()), command)
                .redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    /** What a process has of its host. */
    private record Usage(long descriptors, long threads, long heapBytes, long residentBytes) {

        /** The lines {@code DefNew total 9792K, used 123K} and {@code Tenured …}, as older versions spell them too. */
        private static final Pattern USED_HEAP = Pattern.compile(
                "(?m)^ *(?:DefNew|Tenured|def new generation|tenured generation) +total \\d+K, used (\\d+)K");

        static Usage of(RunningGateway gateway) throws Exception {
            var process = Path.of("/proc", Long.toString(gateway.handle().pid()));
            return new Usage(entries(process.resolve("fd")), entries(process.resolve("task")), heap(gateway), resident(process));
        }

        private static long entries(Path folder) throws IOException {
            try (Stream<Path> all = Files.list(folder)) {
                return all.count();
            }
        }

        private static long heap(RunningGateway gateway) throws Exception {
            return USED_HEAP.matcher(jcmd(gateway, "GC.heap_info")).results()
                    .mapToLong(found -> Long.parseLong(found.group(1)) << 10).sum();
        }

        private static long resident(Path process) throws IOException {
            return Files.readAllLines(process.resolve("status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10).sum();
        }
    }
}
