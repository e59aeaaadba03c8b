package dev.sallyport.peers;

import dev.sallyport.peers.ChildProcess.Finished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs cells, a few at a time because they mostly wait, and starts each server and its front once for all its cells. Every
 * dialogue is kept. All is done in the network namespace of the thread that made the runner.
 */
final class CellRunner implements AutoCloseable {
    private static final int AT_ONCE = 4;
    private static final Duration VISIT_LIMIT = Duration.ofSeconds(40);
    private static final Duration GIANT_LIMIT = Duration.ofSeconds(120);

    private final Path base;
    private final Front.Maker fronts;
    private final Path report;
    private final ExecutorService threads;
    private final List<Future<CellResult>> submitted = new CopyOnWriteArrayList<>();
    private final Map<String, FrontedSite> sites = new HashMap<>();

    private record FrontedSite(Site site, Front front) {}

    /** @param report where every dialogue is kept */
    CellRunner(Path base, Front.Maker fronts, Path report) throws IOException {
        this.base = base;
        this.fronts = fronts;
        this.report = Files.createDirectories(report);
        var pool = new ThreadPoolExecutor(AT_ONCE, AT_ONCE, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
        // A thread has the namespace of the one that starts it: later that may be another.
        pool.prestartAllCoreThreads();
        threads = pool;
    }

    Future<CellResult> submit(Cell cell) {
        var result = threads.submit(() -> run(cell));
        submitted.add(result);
        return result;
    }

    /** Waits until all that were submitted have run, well or not: their own tests tell. */
    void awaitAll() throws InterruptedException {
        for (var each : submitted) {
            try {
                each.get();
            } catch (ExecutionException _) {
                // Told by its own test.
            }
        }
    }

    private CellResult run(Cell cell) throws Exception {
        var fronted = site(cell.server(), cell.family());
        ControlEndpoint server = fronted.site.server().endpoint();
        ControlEndpoint front = fronted.front.endpoint();

        var outcome = visit(cell, fronted.site, front, "");
        boolean again = !front.equals(server) && (outcome.failed() || KnownFailure.in(cell));
        var direct = again ? visit(cell, fronted.site, server, "-direct") : outcome;
        var result = new CellResult(cell, front, outcome, direct);
        Files.writeString(report.resolve(cell + ".txt"), result.told());
        return result;
    }

    /** One big download; returns the client's dialogue. */
    Finished download(Cell cell, Path file, Path target) throws Exception {
        return threads.submit(() -> {
            var fronted = site(cell.server(), cell.family());
            // A link, because every server sees its own directory only and a copy would cost seconds.
            Files.createLink(fronted.site.server().root().resolve(file.getFileName()), file);
            return cell.client().download(giantVisit(fronted, cell, "-down"), file.getFileName().toString(), target);
        }).get();
    }

    /** One big upload. */
    Uploaded upload(Cell cell, Path file) throws Exception {
        return threads.submit(() -> {
            Visit visit = giantVisit(site(cell.server(), cell.family()), cell, "-up");
            String name = file.getFileName().toString();
            return new Uploaded(cell.client().upload(visit, file, name), visit.onServer(name));
        }).get();
    }

    /** @param file where the server has put it */
    record Uploaded(Finished client, Path file) {}

    private Visit giantVisit(FrontedSite fronted, Cell cell, String suffix) throws IOException {
        return fronted.site.visit(
                fronted.front.endpoint(), cell.mode(), cell + suffix, base.resolve("clients"), GIANT_LIMIT);
    }

    private Outcome visit(Cell cell, Site site, ControlEndpoint control, String suffix) throws Exception {
        return Outcome.of(
                cell.client(),
                site.visit(control, cell.mode(), cell + suffix, base.resolve("clients"), VISIT_LIMIT),
                site.server());
    }

    private FrontedSite site(ServerProgram program, Family family) throws Exception {
        synchronized (sites) {
            String name = program.name() + family;
            var known = sites.get(name);
            if (known == null) {
                var site = Site.open(program, family, base);
                known = new FrontedSite(site, fronts.before(site));
                sites.put(name, known);
            }
            return known;
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        threads.close();
        for (FrontedSite each : sites.values()) {
            each.front.close();
            each.site.close();
        }
    }
}
