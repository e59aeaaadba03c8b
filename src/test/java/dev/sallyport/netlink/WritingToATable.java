package dev.sallyport.netlink;

import static dev.sallyport.netlink.FirewallTable.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.netlink.NftOutcome.Refused;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/** A writer to a table of a namespace of its own, whose batches are counted and whose answers can be held back. */
@Tag("system")
abstract class WritingToATable {

    NetworkNamespace namespace;
    NftWriter writer;

    /** Each answer of the kernel takes one permit before it is told. */
    final Semaphore answers = new Semaphore(Integer.MAX_VALUE / 2);

    final AtomicInteger batches = new AtomicInteger();

    @BeforeEach
    void enter() throws Exception {
        namespace = new NetworkNamespace();
        namespace.nft(SCRIPT);
        writer = writer(1 << 16, true);
    }

    @AfterEach
    void leave() {
        answers.release(Integer.MAX_VALUE / 2);
        writer.close();
        namespace.close();
    }

    NftWriter writer(int capacity, boolean mayDestroy) throws Exception {
        var settings = new NftWriter.Settings(capacity, () -> {
            batches.incrementAndGet();
            answers.acquireUninterruptibly();
        });
        return namespace.call(() -> new NftWriter(settings, mayDestroy));
    }

    NftOutcome commit(NftChange... changes) throws Exception {
        return commit(writer, changes);
    }

    static NftOutcome commit(NftWriter to, NftChange... changes) throws Exception {
        return submit(to, changes).get(10, TimeUnit.SECONDS);
    }

    static CompletableFuture<NftOutcome> submit(NftWriter to, NftChange... changes) {
        var outcome = new CompletableFuture<NftOutcome>();
        to.submit(NftTransaction.of(changes), outcome::complete);
        return outcome;
    }

    static Refused refused(NftOutcome outcome) {
        assertThat(outcome).isInstanceOf(Refused.class);
        return (Refused) outcome;
    }

    String listed(NftSet set) throws IOException, InterruptedException {
        var kind = List.of(PIN_4, PIN_6, SMALL).contains(set) ? "set" : "map";
        return namespace.run("nft", "-n", "list", kind, "inet", set.table(), set.name());
    }
}
