package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.Transport;
import dev.sallyport.ftp.Side;
import dev.sallyport.ftp.Verb;
import dev.sallyport.peers.ChildProcess.Finished;
import dev.sallyport.peers.Exchanger.Move;
import dev.sallyport.proxy.EventLoops;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.SessionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs cells of the matrix of TLS, some at a time, each with a gateway of its own before a server that many have in common. */
final class FtpsRunner implements AutoCloseable {

    static final int TRANSFERS = 40;

    private static final int AT_ONCE = 4;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration DIRECT_LIMIT = Duration.ofSeconds(8);
    private static final Duration END_LIMIT = Duration.ofSeconds(10);
    /** vsftpd draws ten times before it gives up. */
    private static final int PASSIVE_PORTS = 64;

    private final Path base;
    private final TlsSetup tls;
    private final FtpsFiles files;
    private final EventLoops loops = EventLoops.open(2, Transport.best());
    private final ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    private final AtomicInteger visits = new AtomicInteger();
    private final Map<String, RunningServer> servers = new HashMap<>();

    /** @param base a folder that everybody may enter */
    FtpsRunner(Path base) throws Exception {
        this.base = base;
        this.tls = TlsSetup.make(base, FreePorts.range(1, Family.IPV4));
        this.files = new FtpsFiles(base.resolve("samples"), TRANSFERS);
        Files.createDirectory(base.resolve("clients"));
    }

    /** Its result is there when the session was as it has to be. */
    Future<?> submit(FtpsCell cell) {
        return threads.submit(() -> {
            run(cell);
            return null;
        });
    }

    private void run(FtpsCell cell) throws Exception {
        var server = server(cell);
        var uploads = uploads(cell);
        var downloads = files.names("down", 0, TRANSFERS - uploads.size());
        var moves = moves(cell, downloads, uploads);
        try (var gateway = SecuredGateway.of(
                cell.arrangement().family(), cell.security().version(), cell.policy(), server.endpoint(), tls, cell.reuseDemanded(),
                loops)) {
            var control = new ControlEndpoint(cell.arrangement().family().loopback(), gateway.port());
            var visit = visit(cell, server, control, LIMIT);
            files.link(downloads, visit.remote());
            files.link(uploads, visit.out("."));
            var client = cell.program().exchange(visit, moves);
            await().atMost(END_LIMIT).until(() -> gateway.told(SessionEvent.Ended.class).findAny().isPresent());
            var story = "%s%n%s%n%s".formatted(cell, client.printed(), gateway.events);
            assertThat(client.exit()).as(story).isZero();
            files.assertSame(downloads, visit.in("."), story);
            files.assertSame(uploads, visit.remote(), story);
            assertThat(Files.readString(visit.in("listing.txt"))).as(story).contains(downloads);
            assertOneSession(cell, moves, gateway, story);
        }
    }

    private List<String> uploads(FtpsCell cell) {
        var security = cell.clientSecurity();
        return cell.client().uploads(security)
                ? files.names("up", cell.client().uploadsEmpty(security) ? 0 : 1, TRANSFERS / 2)
                : List.of();
    }

    /** As the cell is, but that the client comes to the server itself, and is not to take long to bring one file. */
    Finished runWithoutGateway(FtpsCell cell) throws Exception {
        var server = server(cell);
        var visit = visit(cell, server, server.endpoint(), DIRECT_LIMIT);
        var downloads = files.names("down", 0, 1);
        files.link(downloads, visit.remote());
        return cell.program().exchange(visit, moves(cell, downloads, List.of()));
    }

    /** The modes take turns, and uploads follow one another: from some servers these bring no ticket for the next. */
    private static List<Move> moves(FtpsCell cell, List<String> downloads, List<String> uploads) {
        var moves = new ArrayList<Move>();
        for (var name : downloads) {
            moves.add(new Move(mode(cell, moves.size()), false, name));
        }
        for (var name : uploads) {
            moves.add(new Move(mode(cell, moves.size()), true, name));
        }
        return moves;
    }

    private static TransferMode mode(FtpsCell cell, int turn) {
        var modes = cell.arrangement().modes();
        return modes.get(turn % modes.size());
    }

    private Visit visit(FtpsCell cell, RunningServer server, ControlEndpoint control, Duration limit) throws IOException {
        var name = visits.incrementAndGet() + "-" + cell;
        var visit = new Visit(control, mode(cell, 0), base.resolve("clients").resolve(name), server.root().resolve(name), limit);
        Files.createDirectories(visit.in("."));
        Files.createDirectories(visit.out("."));
        // The server's own user writes here.
        Files.setPosixFilePermissions(Files.createDirectory(visit.remote()), PosixFilePermissions.fromString("rwxrwxrwx"));
        return visit;
    }

    /** All in one session, with the cell's TLS and no other, and nobody's fault. */
    private static void assertOneSession(FtpsCell cell, List<Move> moves, SecuredGateway gateway, String story) {
        assertThat(gateway.told(SessionEvent.Arrived.class)).as(story).hasSize(1);
        assertThat(gateway.told(SessionEvent.FaultSeen.class)).as(story).isEmpty();
        assertThat(versions(gateway, Side.CLIENT)).as(story).isEqualTo(cell.ends().client ? List.of(cell.security().protocol()) : List.of());
        assertThat(versions(gateway, Side.SERVER)).as(story).isEqualTo(cell.ends().server ? List.of(cell.security().protocol()) : List.of());
        var moved = gateway.told(SessionEvent.TransferEnded.class)
                .map(SessionEvent.TransferEnded::transfer)
                .filter(transfer -> transfer.verb() == Verb.RETR || transfer.verb() == Verb.STOR)
                .toList();
        assertThat(moved).as(story).hasSameSizeAs(moves).allSatisfy(transfer -> {
            assertThat(transfer.completed()).isTrue();
            assertThat(transfer.dataEnd()).isEqualTo(DataEnd.CLOSED);
        });
        assertThat(moved).as(story).extracting(transfer -> Objects.toString(transfer.mode()))
                .containsExactlyInAnyOrderElementsOf(moves.stream().map(move -> move.mode().name()).toList());
    }

    private static List<String> versions(SecuredGateway gateway, Side side) {
        return gateway.told(SessionEvent.Secured.class)
                .filter(secured -> secured.side() == side)
                .map(secured -> secured.peer().version())
                .toList();
    }

    private synchronized RunningServer server(FtpsCell cell) throws Exception {
        var name = cell.serverName();
        var known = servers.get(name);
        if (known == null) {
            var setup = cell.ends().server ? cell.serverSetup(tls.with(FreePorts.kept(PASSIVE_PORTS, Family.IPV4))) : null;
            var folder = Folders.reachable(base.resolve(name));
            known = cell.server().program(setup)
                    .start(
                            Family.IPV4, Family.IPV4.loopback(), FreePorts.pair(Family.IPV4),
                            Folders.reachable(folder.resolve("root")), Folders.reachable(folder.resolve("work")));
            servers.put(name, known);
        }
        return known;
    }

    @Override
    public void close() {
        threads.shutdownNow();
        threads.close();
        servers.values().forEach(RunningServer::close);
        loops.close();
    }
}
