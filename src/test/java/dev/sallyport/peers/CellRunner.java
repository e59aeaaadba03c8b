package dev.sallyport.peers;

import dev.sallyport.peers.ChildProcess.Finished;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs cells, two at a time, and starts each server once for all its cells. */
final class CellRunner implements AutoCloseable {
    private static final Duration VISIT_LIMIT = Duration.ofSeconds(40);

    private final Path base;
    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final Map<String, Site> sites = new HashMap<>();

    CellRunner(Path base) {
        this.base = base;
    }

    Future<CellResult> submit(Cell cell) {
        return threads.submit(() -> run(cell));
    }

    private CellResult run(Cell cell) throws Exception {
        Site site = site(cell.server(), cell.family());
        Visit visit = site.visit(
                site.server().endpoint(), cell.mode(), cell.toString(), base.resolve("clients"), VISIT_LIMIT);
        long began = System.nanoTime();
        Finished finished = cell.client().visit(visit);
        if (System.getProperty("peers.timing") != null) {
            System.out.printf("%s %d ms%n", cell, (System.nanoTime() - began) / 1_000_000);
            Files.writeString(Path.of("target", cell + ".txt"), finished.printed());
        }
        return new CellResult(visit, finished, site.server()::log);
    }

    private synchronized Site site(ServerProgram program, Family family) throws Exception {
        String name = program.name() + family;
        Site site = sites.get(name);
        if (site == null) {
            site = Site.open(program, family, base);
            sites.put(name, site);
        }
        return site;
    }

    @Override
    public synchronized void close() throws Exception {
        threads.shutdownNow();
        threads.close();
        sites.values().forEach(Site::close);
    }
}
