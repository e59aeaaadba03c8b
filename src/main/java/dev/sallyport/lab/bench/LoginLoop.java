package dev.sallyport.lab.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Sessions that connect, log in and quit, a thread for each. */
final class LoginLoop {
    private final Job.Logins job;
    private final Caller caller;
    private final AtomicLong logins = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicReference<@Nullable String> firstFault = new AtomicReference<>();

    LoginLoop(Job.Logins job, Caller caller) {
        this.job = job;
        this.caller = caller;
    }

    Outcome run() throws IOException {
        long started = System.nanoTime();
        long end = started + job.time().toNanos();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < job.sessions(); i++) {
            threads.add(Thread.ofPlatform().daemon().start(() -> loginUntil(end)));
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return new Outcome.LoggedIn(logins.get(), failed.get(), Duration.ofNanos(System.nanoTime() - started), firstFault.get());
    }

    private void loginUntil(long end) {
        while (System.nanoTime() - end < 0) {
            try (ControlConnection session = caller.greeted(job.server())) {
                session.command("USER bench", 331);
                session.command("PASS bench", 230);
                session.command("QUIT", 221);
                logins.incrementAndGet();
            } catch (IOException e) {
                failed.incrementAndGet();
                firstFault.compareAndSet(null, e.toString());
            }
        }
    }
}
