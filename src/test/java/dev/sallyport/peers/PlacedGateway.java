package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.kernel.RulesetCounter;
import dev.sallyport.datapath.kernel.RulesetSettings.Data;
import dev.sallyport.net.Capture;
import dev.sallyport.net.Capture.Packet;
import dev.sallyport.net.Host;
import dev.sallyport.net.LocalDelivery;
import dev.sallyport.net.Network;
import dev.sallyport.peers.ChildProcess.Finished;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** A gateway in its place, with real servers on one side and real clients on the other, and all that watches them. */
final class PlacedGateway implements AutoCloseable {
    static final int CONTROL = 21;
    private static final int ACTIVE_SOURCE = 20;
    private static final Set<Integer> LISTENERS = Set.of(CONTROL, 2121, 2122);
    /** Of one visit: a listing, and three files each way. */
    private static final int TRANSFERS = 7;

    private static final Duration VISIT_LIMIT = Duration.ofSeconds(40);
    private static final Pattern PACKETS = Pattern.compile("counter (\\w+) \\{[^}]*packets (\\d+)");

    /** All sets and maps of the table that have elements. */
    private static final Pattern ELEMENTS = Pattern.compile("(?:set|map) (\\w+) \\{[^}]*elements = \\{([^}]*)}");

    final Placement placement;
    private final Path base;
    private final Network network;
    private final Capture serversView;
    private final Capture clientsView;
    private final LocalDelivery delivery;
    private final GatewayProgram gateway;
    private final AtomicInteger visits = new AtomicInteger();

    /** What one client has done, and what the log should tell of it. */
    record Done(Cell cell, Visit visit, List<String> downloads, List<String> uploads, Finished client) {}

    private PlacedGateway(
            Placement placement,
            Path base,
            Network network,
            Capture serversView,
            Capture clientsView,
            LocalDelivery delivery,
            GatewayProgram gateway) {
        this.placement = placement;
        this.base = base;
        this.network = network;
        this.serversView = serversView;
        this.clientsView = clientsView;
        this.delivery = delivery;
        this.gateway = gateway;
    }

    static PlacedGateway start(Placement placement, Path base) throws Exception {
        Path folder = Folders.reachable(base.resolve(placement.toString()));
        var network = Network.open(placement.topology());
        try {
            network.client().assumeNothingIsLost();
            network.server().assumeNothingIsLost();
            return new PlacedGateway(
                    placement,
                    folder,
                    network,
                    Capture.ofOpenings(network.server(), "eth0"),
                    Capture.ofOpenings(network.client(), "eth0"),
                    LocalDelivery.watch(network.gateway()),
                    GatewayProgram.start(network.gateway(), folder, placement.configuration()));
        } catch (Throwable e) {
            network.close();
            throw e;
        }
    }

    RunningServer serve(ServerProgram program, Family family) throws Exception {
        String name = program.name() + "-" + family;
        Path root = Folders.reachable(base.resolve(name + "-files"));
        Path work = Folders.reachable(base.resolve(name + "-work"));
        return network.server().call(() -> program.start(family, Network.SERVER.in(family), CONTROL, root, work));
    }

    /** One visit: the sizes of its files are its own, so that no transfer is taken for another. */
    Done visit(Cell cell, RunningServer server) throws Exception {
        int number = visits.incrementAndGet();
        var control = new ControlEndpoint(placement.seenByClient(cell.family()), CONTROL);
        Path local = base.resolve("client-" + cell);
        var visit = new Visit(control, cell.mode(), local, Folders.reachable(server.root().resolve(cell.toString())), VISIT_LIMIT);
        Files.setPosixFilePermissions(visit.remote(), PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.createDirectories(visit.in("."));
        Files.createDirectories(visit.out("."));
        int odd = SampleFiles.ODD_BYTES + 10 * number;
        var downloads = List.of("down-empty", "down-" + number, "down-large-" + number);
        var uploads = List.of("up-empty", "up-" + number, "up-large-" + number);
        for (int i = 0; i < 3; i++) {
            int size = i * i * i * odd;
            visit.putRemote(downloads.get(i), SampleFiles.bytes(downloads.get(i), size));
            visit.putLocal(uploads.get(i), SampleFiles.bytes(uploads.get(i), size + i));
        }
        Finished client = network.client().call(() -> ((Exchanger) cell.client()).exchange(visit, downloads, uploads));
        return new Done(cell, visit, downloads, uploads, client);
    }

    // ---- What must be true of one visit ----

    static void checkFiles(Done done) throws Exception {
        String dialogue = done.cell + "\n" + done.client.printed();
        assertThat(done.client.exit()).as(dialogue).isZero();
        Operation.ONLY_THE_CHOSEN_MODE.check(done.visit, done.client);
        Operation.ONE_CONTROL_CONNECTION.check(done.visit, done.client);
        assertThat(Files.readString(done.visit.in("listing.txt"))).as(dialogue).contains(done.downloads);
        for (String name : done.downloads) {
            assertSame(done.visit.onServer(name), done.visit.in(name));
        }
        for (String name : done.uploads) {
            assertSame(done.visit.out(name), done.visit.onServer(name));
        }
    }

    /** The session's transfers stand in the log, with just the bytes that were moved. */
    void checkLog(Done done) throws Exception {
        var expected = new ArrayList<String>();
        expected.add("verb=LIST code=226 " + moved(done, listed(done), 0));
        for (String name : done.downloads) {
            expected.add("verb=RETR path=\"%s\" code=226 ".formatted(name) + moved(done, Files.size(done.visit.onServer(name)), 0));
        }
        for (String name : done.uploads) {
            expected.add("verb=STOR path=\"%s\" code=226 ".formatted(name) + moved(done, 0, Files.size(done.visit.out(name))));
        }
        // The log is written a little behind what happens.
        await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> assertThat(transfers(done.downloads.getLast())).isEqualTo(expected));
    }

    /** What the log tells of the transfers of the session that this file was fetched in. */
    private List<String> transfers(String download) {
        String log = gateway.log();
        var session = Pattern.compile("session=(\\S+) event=transfer verb=RETR path=\"%s\"".formatted(download)).matcher(log);
        return session.find()
                ? log.lines()
                        .filter(line -> line.contains(" session=" + session.group(1) + " event=transfer "))
                        .map(line -> line.replaceAll(".* event=transfer | seconds=.*", ""))
                        .toList()
                : List.of();
    }

    private static String moved(Done done, long toClient, long toServer) {
        return "mode=%s data=closed bytesToClient=%d bytesToServer=%d".formatted(done.cell.mode(), toClient, toServer);
    }

    /** A listing's bytes on the wire: lftp writes its lines with one byte less. */
    private static long listed(Done done) throws Exception {
        String listing = Files.readString(done.visit.in("listing.txt"));
        return listing.length() + (listing.contains("\r") ? 0 : listing.lines().count());
    }

    // ---- What must be true of all together ----

    /** Whose addresses the server sees: for control, for passive data, for active data. */
    void checkServersView(List<Done> all) throws Exception {
        for (Family family : Family.values()) {
            String server = Network.SERVER.in(family);
            String seen = placement.seenByServer(family);
            var opened = settled(serversView, all, family, packet -> packet.source().equals(server));
            assertThat(opened).allSatisfy(packet -> {
                if (packet.source().equals(server)) {
                    assertThat(packet.sourcePort()).isEqualTo(ACTIVE_SOURCE);
                    assertThat(packet.destination()).isEqualTo(seen);
                } else {
                    assertThat(packet.source()).isEqualTo(seen);
                    assertThat(packet.destination()).isEqualTo(server);
                }
            });
        }
    }

    /** The same for the client: its server alone, and active data from port 20. */
    void checkClientsView(List<Done> all) throws Exception {
        for (Family family : Family.values()) {
            String client = Network.CLIENT.in(family);
            String seen = placement.seenByClient(family);
            var opened = settled(clientsView, all, family, packet -> packet.destination().equals(client));
            assertThat(opened).allSatisfy(packet -> {
                if (packet.source().equals(client)) {
                    assertThat(packet.destination()).isEqualTo(seen);
                } else {
                    assertThat(packet.source()).isEqualTo(seen);
                    assertThat(packet.sourcePort()).isEqualTo(ACTIVE_SOURCE);
                    assertThat(packet.destination()).isEqualTo(client);
                }
            });
        }
    }

    /** First packets of a family, once as many connections as were made are among them, in each direction. */
    private static List<Packet> settled(Capture capture, List<Done> all, Family family, Predicate<Packet> fromServer)
            throws Exception {
        var done = all.stream().filter(one -> one.cell.family() == family).toList();
        // What is on the wire comes to the file a little later.
        await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
            var opened = openings(capture.packets(), family);
            var active = opened.stream().filter(fromServer).toList();
            var passive = opened.stream().filter(fromServer.negate()).toList();
            assertThat(active).as("active data connections over %s", family).hasSize(TRANSFERS * count(done, false));
            assertThat(passive.stream().filter(packet -> packet.destinationPort() == CONTROL))
                    .as("control connections over %s", family).hasSize(done.size());
            assertThat(passive.stream().filter(packet -> packet.destinationPort() != CONTROL))
                    .as("passive data connections over %s", family).hasSize(TRANSFERS * count(done, true));
        });
        return openings(capture.packets(), family);
    }

    private static int count(List<Done> done, boolean passive) {
        return Math.toIntExact(done.stream().filter(one -> one.cell.mode().passive() == passive).count());
    }

    /** Without those sent again. */
    private static List<Packet> openings(List<Packet> packets, Family family) {
        return packets.stream()
                .filter(packet -> packet.opens() && packet.source().contains(":") == (family == Family.IPV6))
                .distinct()
                .toList();
    }

    /** With the kernel's data path no packet of data is delivered to the gateway's user space; with the relay all are. */
    void checkUserSpace(List<Done> all) throws Exception {
        var data = delivery.delivered().stream()
                .filter(one -> !LISTENERS.contains(one.sourcePort()) && !LISTENERS.contains(one.destinationPort()))
                .toList();
        if (placement.data() == Data.KERNEL) {
            assertThat(data).isEmpty();
        } else {
            long moved = 0;
            for (Done done : all) {
                for (String name : done.downloads) {
                    moved += Files.size(done.visit.onServer(name));
                }
                for (String name : done.uploads) {
                    moved += Files.size(done.visit.out(name));
                }
            }
            assertThat(data.stream().mapToLong(LocalDelivery.Delivered::bytes).sum()).isGreaterThan(moved);
        }
    }

    /** Every pinhole was used once, and nobody was refused. */
    void checkCounters(List<Done> all) throws Exception {
        String table = network.gateway().require("nft", "list", "counters", "table", "inet", "sallyport");
        var counted = PACKETS.matcher(table).results()
                .collect(java.util.stream.Collectors.toMap(found -> found.group(1), found -> Long.parseLong(found.group(2))));
        var soft = new org.assertj.core.api.SoftAssertions();
        // The last packet of a connection may come twice: that is nobody's attempt.
        for (var counter : EnumSet.complementOf(EnumSet.of(RulesetCounter.STRAYS))) {
            soft.assertThat(counted.get(counter.nftName())).as(counter.nftName()).isEqualTo(switch (counter) {
                case INTERCEPTED -> all.size();
                case PINHOLES -> placement.data() == Data.KERNEL ? (long) all.size() * TRANSFERS : 0L;
                case RANGES, USED, STRANGERS, STRAYS, LISTENER, DATAPORTS, CUT -> 0L;
            });
        }
        soft.assertAll();
    }

    /** All clients are gone: so is all that was made for them. */
    void awaitNothingLeft() {
        await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
            assertThat(gateway.sessions()).isEmpty();
            assertThat(gateway.pinholes()).isEmpty();
            String table = network.gateway().require("nft", "list", "table", "inet", "sallyport");
            assertThat(ELEMENTS.matcher(table).results().map(found -> found.group(1) + ": " + found.group(2))).isEmpty();
        });
    }

    void checkQuietLog() {
        assertThat(gateway.complaints()).isEmpty();
    }

    /** After a clean stop neither table nor routes are left. */
    void checkStop() throws Exception {
        gateway.stop();
        Host host = network.gateway();
        assertThat(host.require("nft", "list", "tables")).doesNotContain("sallyport");
        assertThat(host.require("ip", "rule") + host.require("ip", "-6", "rule")).doesNotContain("2021");
    }

    String log() {
        return gateway.log();
    }

    @Override
    public void close() {
        gateway.close();
        serversView.close();
        clientsView.close();
        network.close();
    }

    private static void assertSame(Path expected, Path actual) throws Exception {
        assertThat(actual).exists().hasSize(Files.size(expected));
        assertThat(SampleFiles.sha256(actual)).as("SHA-256 of %s", actual.getFileName()).isEqualTo(SampleFiles.sha256(expected));
    }
}
