package dev.sallyport.lab.trial;

import dev.sallyport.lab.host.Children;
import dev.sallyport.lab.host.LabFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What one firewall made of all that clients do with one server.
 *
 * @param contender its name
 * @param leftOut why it could not be had; empty when it could
 * @param missed what was not seen of it, so that explanations may lack it; empty where all was
 */
public record Trial(
        String contender, boolean tried, ServerProgram server, List<Outcome> outcomes, String leftOut, String missed) {

    /** @param id a name for its files, of its own @param onVisit what to do after each visit */
    static Trial hold(
            Children children, LabSettings settings, Contender contender, LabSettings.InstalledServer server, String id,
            Runnable onVisit)
            throws LabFailure {
        List<Cell> cells = Cell.all(settings.clients(), settings.families());
        TrialNetwork network = TrialNetwork.open(children, settings, cells.size());
        LabServer serving = LabServer.start(children, network, server, children.file(id));
        Optional<String> leftOut = contender.install(children, network, id);
        if (leftOut.isPresent()) {
            return new Trial(contender.name(), contender.tried(), server.kind(), List.of(), leftOut.get(), "");
        }
        Observer observer = Observer.start(children, network, id);
        List<Visit> visits = together(cells.size(), cells.stream()
                .map(cell -> (Step<Visit>) () -> {
                    Visit visit = Visit.make(children, network, serving, observer, id, cell, settings.seconds());
                    onVisit.run();
                    return visit;
                }).toList());
        children.requireGoingOn();
        Seen seen = observer.seen();
        Explainer explainer = new Explainer(network, contender instanceof Contender.Beside, visits, seen);
        return new Trial(contender.name(), contender.tried(), server.kind(), visits.stream().map(explainer::outcome).toList(), "",
                seen.missed());
    }

    /** What may fail. */
    @FunctionalInterface
    interface Step<T> {
        T run() throws LabFailure;
    }

    /** Does so many at once, and waits for all. */
    static <T> List<T> together(int atOnce, List<Step<T>> steps) throws LabFailure {
        List<T> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(atOnce)) {
            List<Future<T>> futures = steps.stream().map(step -> threads.submit(step::run)).toList();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof LabFailure failure ? failure : new LabFailure("unexpected: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabFailure("interrupted", e);
        }
    }
}
