package dev.sallyport.lab.bench;

import dev.sallyport.lab.host.Child;
import dev.sallyport.lab.host.LabFailure;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What benchmarks have the load client do with a variant, and what came of it as a number: NaN where it failed, which is noted.
 *
 * @param figures where failures are noted
 */
record Load<M extends Enum<M>>(LoadProcesses processes, Figures<M> figures) {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The first session of a gateway that has just been started. */
    private static final Duration START = Duration.ofSeconds(20);

    /** Until a whole session goes through. @param started all that must live for it */
    void awaitService(Variant variant, Collection<Child> started) throws LabFailure {
        long deadline = System.nanoTime() + START.toNanos();
        while (processes.run(new Job.RoundTrips(variant.target(), 1), PATIENCE) instanceof Outcome.Failed(var why)) {
            for (Child child : started) {
                child.requireAlive();
            }
            if (System.nanoTime() - deadline > 0) {
                String told = started.stream().filter(child -> child.name.equals(variant.name()))
                        .findFirst().map(Child::logTail).orElse("");
                throw new LabFailure(variant.name() + " serves nobody: " + why + told);
            }
            Child.pause(Duration.ofMillis(50));
        }
    }

    /** In megabytes a second, and seconds that all processors of the machine worked meanwhile for each GiB. */
    record Download(double speed, double cpu) {}

    Download download(Variant variant, long bytes) throws LabFailure {
        Job job = new Job.Download(variant.target(), bytes);
        Duration before = CpuTime.now();
        Outcome outcome = processes.run(job, PATIENCE.plusSeconds(bytes / 10_000_000));
        Duration worked = CpuTime.now().minus(before);
        if (outcome instanceof Outcome.Downloaded done) {
            return new Download(done.bytes() / 1e6 / seconds(done.took()), seconds(worked) / done.bytes() * (1 << 30));
        }
        double none = failed(variant, outcome);
        return new Download(none, none);
    }

    /** In transfers a second, and microseconds that all processors of the machine worked meanwhile for each of so many. */
    record Transfers(double speed, double cpu, long count) {}

    /** What stands in the way is asked for its metrics meanwhile. @param sessions at once */
    Transfers smallTransfers(Variant variant, int sessions, Duration time) throws LabFailure {
        Job job = new Job.SmallTransfers(variant.target(), sessions, RelaySettings.SMALL_BYTES, time);
        CompletableFuture<Optional<String>> scraped = variant.scrape();
        Duration before = CpuTime.now();
        Outcome outcome = processes.run(job, PATIENCE.plus(time));
        Duration worked = CpuTime.now().minus(before);
        scraped.join().ifPresent(why -> figures.addFailures(variant.name(), 1, why));
        if (!(outcome instanceof Outcome.Transferred done)) {
            double none = failed(variant, outcome);
            return new Transfers(none, none, 0);
        }
        if (done.failed() > 0) {
            figures.addFailures(variant.name(), done.failed(), done.failed() + " of " + (done.failed() + done.transfers())
                    + " small transfers of " + sessions + " clients failed, the first: " + done.firstFault());
        }
        return new Transfers(
                done.transfers() / seconds(done.took()), worked.toNanos() / 1e3 / done.transfers(), done.transfers());
    }

    /** In microseconds. */
    record RoundTrip(double median, double p99) {}

    RoundTrip roundTrips(Variant variant, int count) throws LabFailure {
        Outcome outcome = processes.run(new Job.RoundTrips(variant.target(), count), PATIENCE);
        if (outcome instanceof Outcome.RoundTripped done) {
            return new RoundTrip(done.median().toNanos() / 1e3, done.p99().toNanos() / 1e3);
        }
        double none = failed(variant, outcome);
        return new RoundTrip(none, none);
    }

    /** Notes it. */
    double failed(Variant variant, Outcome outcome) {
        figures.addFailures(variant.name(), 1, outcome.toString());
        return Double.NaN;
    }

    static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
