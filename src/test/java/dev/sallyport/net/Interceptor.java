package dev.sallyport.net;

import dev.sallyport.datapath.kernel.RulesetSettings;
import dev.sallyport.datapath.kernel.RulesetSettings.Interception;
import dev.sallyport.peers.ChildProcess;
import dev.sallyport.peers.Family;
import java.nio.file.Path;
import java.util.List;

/** The smallest gateway for control connections: {@code interceptor.py} in the gateway's host. */
final class Interceptor implements AutoCloseable {
    /** How it dials the server: not at all, or from the client's address with any port, or with the same. */
    enum Dial {
        NONE,
        ANY,
        SAME
    }

    private final ChildProcess process;

    private Interceptor(ChildProcess process) {
        this.process = process;
    }

    static Interceptor start(Host gateway, Interception interception, Family family, int port, Dial dial) throws Exception {
        Path script = gateway.script("interceptor.py");
        var process = gateway.start(List.of(
                "/usr/bin/python3",
                script.toString(),
                lower(interception),
                family == Family.IPV4 ? "4" : "6",
                Integer.toString(port),
                Integer.toString(RulesetSettings.DEFAULT_OWN_MARK.value()),
                lower(dial)));
        var interceptor = new Interceptor(process);
        interceptor.awaitPrinted("listening");
        return interceptor;
    }

    String printed() {
        return process.printed();
    }

    void awaitPrinted(String text) throws InterruptedException {
        long deadline = System.nanoTime() + 5_000_000_000L;
        while (!printed().contains(text)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("the interceptor did not print '" + text + "' but: " + printed());
            }
            Thread.sleep(5);
        }
    }

    @Override
    public void close() {
        process.close();
    }

    private static String lower(Enum<?> one) {
        return one.name().toLowerCase(java.util.Locale.ROOT);
    }
}
