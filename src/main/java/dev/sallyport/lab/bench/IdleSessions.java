package dev.sallyport.lab.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Sessions that are logged in, do nothing, and are held so that the memory they cost can be read. */
final class IdleSessions {
    /** Logins at once: enough to be quick, too few to overflow anyone's queue of new connections. */
    private static final int THREADS = 16;

    private final Caller caller;
    private final Queue<ControlConnection> held = new ConcurrentLinkedQueue<>();

    IdleSessions(Caller caller) {
        this.caller = caller;
    }

    /** Logs in so many sessions and returns how many are now held; where one login fails, the others wait for {@link #release}. */
    int hold(Target server, int sessions) throws IOException {
        inParallel(Collections.nCopies(sessions, () -> held.add(caller.login(server))));
        return held.size();
    }

    /** Closes them all and returns how many still answered. */
    int release() throws IOException {
        List<Callable<Boolean>> farewells = new ArrayList<>();
        for (ControlConnection session : held) {
            farewells.add(() -> {
                try (session) {
                    session.command("NOOP", 200);
                    return true;
                } catch (IOException e) {
                    return false;
                }
            });
        }
        held.clear();
        int alive = 0;
        for (boolean answered : inParallel(farewells)) {
            alive += answered ? 1 : 0;
        }
        return alive;
    }

    private static <T> List<T> inParallel(List<Callable<T>> tasks) throws IOException {
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<T> results = new ArrayList<>();
            for (Future<T> task : threads.invokeAll(tasks)) {
                results.add(task.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
