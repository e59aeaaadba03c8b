package dev.sallyport.peers;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.sallyport.datapath.kernel.RulesetSettings.Data;
import dev.sallyport.peers.PlacedGateway.Done;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * The gateway in every topology, with either interception and either data path, behind a closed wall: real servers, real
 * clients, every mode over every family; each visit a test of its own, and after all visits of a gateway what it leaves.
 */
@Tag("system")
class TopologiesIT {
    private static final int PLACES_AT_ONCE = 3;
    private static final int VISITS_AT_ONCE = 3;

    /** For work on one of them: {@code -Dplacement=vip-tproxy-kernel}. */
    private static final Pattern WANTED = Pattern.compile(System.getProperty("placement", ""));

    /** Where each gateway's log is kept. */
    private static final Path REPORT = Path.of("target", "topologies");

    @TempDir
    private static Path base;

    private static ExecutorService places;

    @BeforeAll
    static void letTheServersIn() throws IOException {
        Files.createDirectories(REPORT);
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
        places = Executors.newFixedThreadPool(PLACES_AT_ONCE);
    }

    @AfterAll
    static void waitForAll() {
        places.close();
    }

    @TestFactory
    Stream<DynamicNode> everyPlacement() {
        return Placement.all().filter(one -> WANTED.matcher(one.toString()).find())
                .map(TopologiesIT::tests).toList().stream();
    }

    private static DynamicNode tests(Placement placement) {
        List<Cell> cells = cells(placement);
        Future<Findings> findings = places.submit(() -> work(placement, cells));
        var names = Stream.concat(cells.stream(), Stream.of(Together.values())).map(Object::toString);
        return dynamicContainer(placement.toString(), names.map(name -> dynamicTest(name, () -> findings.get().tell(name))));
    }

    /** Both clients with both servers through the kernel; through the relay each server has one of them. */
    private static List<Cell> cells(Placement placement) {
        var cells = new ArrayList<Cell>();
        for (ServerProgram server : List.of(new Vsftpd(), Proftpd.connectingFromPort20())) {
            for (var client : List.of(new Curl(), new Lftp())) {
                if (placement.data() == Data.RELAY && client instanceof Lftp == server instanceof Vsftpd) {
                    continue;
                }
                for (Family family : Family.values()) {
                    client.modes(family).forEach(mode -> cells.add(new Cell(client, server, mode, family)));
                }
            }
        }
        return cells;
    }

    /** What must be true of all visits to a gateway together; the order is that of the checks. */
    private enum Together {
        NOTHING_IS_LEFT((gateway, _) -> gateway.awaitNothingLeft()),
        SERVER_SEES_WHOM_IT_SHALL(PlacedGateway::checkServersView),
        CLIENT_SEES_ITS_SERVER(PlacedGateway::checkClientsView),
        DATA_TAKES_ITS_PATH(PlacedGateway::checkUserSpace),
        NOBODY_WAS_REFUSED(PlacedGateway::checkCounters),
        NOTHING_TO_COMPLAIN_OF((gateway, _) -> gateway.checkQuietLog()),
        STOPPED_IT_TAKES_ALL_AWAY((gateway, _) -> gateway.checkStop());

        private final Check check;

        Together(Check check) {
            this.check = check;
        }

        private interface Check {
            void of(PlacedGateway gateway, List<Done> all) throws Exception;
        }
    }

    private static Findings work(Placement placement, List<Cell> cells) throws Exception {
        var findings = new Findings();
        var all = new ArrayList<Done>();
        try (var gateway = PlacedGateway.start(placement, base)) {
            try (var visits = Executors.newFixedThreadPool(VISITS_AT_ONCE)) {
                for (var server : cells.stream().map(Cell::server).distinct().toList()) {
                    // One after the other: both are at home on port 21.
                    try (var four = gateway.serve(server, Family.IPV4);
                            var six = gateway.serve(server, Family.IPV6)) {
                        var done = new LinkedHashMap<Cell, Future<Done>>();
                        cells.stream().filter(cell -> cell.server() == server).forEach(cell -> done.put(
                                cell, visits.submit(() -> gateway.visit(cell, cell.family() == Family.IPV4 ? four : six))));
                        for (var one : done.entrySet()) {
                            findings.of(one.getKey().toString(), () -> {
                                var visit = one.getValue().get();
                                all.add(visit);
                                PlacedGateway.checkFiles(visit);
                                gateway.checkLog(visit);
                            });
                        }
                    }
                }
            }
            for (var together : Together.values()) {
                findings.of(together.toString(), () -> together.check.of(gateway, all));
            }
            Files.writeString(REPORT.resolve(placement + ".log"), gateway.log());
        }
        return findings;
    }

    /** What was found wrong under each name; nothing where all is well. */
    private static final class Findings {
        private final Map<String, Optional<Throwable>> found = new HashMap<>();

        void of(String name, Executable check) {
            try {
                check.execute();
                found.put(name, Optional.empty());
            } catch (Throwable wrong) {
                found.put(name, Optional.of(wrong));
            }
        }

        void tell(String name) throws Throwable {
            var wrong = Objects.requireNonNull(found.get(name), name);
            if (wrong.isPresent()) {
                throw wrong.get();
            }
        }
    }
}
