package dev.sallyport.faults;

import static dev.sallyport.faults.Caller.HONEST;
import static dev.sallyport.faults.Caller.HOSTILE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.datapath.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that say more in a second than anybody has to: the session ends, or the others do not notice. */
@Tag("alone")
@Timeout(60)
class FloodIT extends ThroughEachTransport {

    FloodIT(Transport transport) throws IOException {
        super(transport);
    }

    @Test
    void lines_moreThanManyInASecond_endTheSession() throws Exception {
        var lines = "NLST\r\n".repeat(1000);
        try (var caller = new Caller(guarded.endpoint(), HOSTILE)) {
            caller.control.expect("220 ");
            var flood = Aside.untilCut(() -> {
                while (true) {
                    caller.control.sendBare(lines);
                }
            });
            caller.control.expectMany("530 Log in first.", "421 Too many lines in a second.");
            caller.close();
            flood.join();
        }
        assertThat(guarded.faults()).endsWith("CLIENT TOO_MANY_LINES").hasSizeGreaterThan(20_000);
    }

    @Test
    void lines_moreThanManyInASecond_fromAServer_endTheSession() throws Exception {
        var lines = "200 Zzz.\r\n".repeat(1000);
        guarded.server.on("NOOP", (none, visitor) -> {
            while (true) {
                visitor.control.sendBare(lines);
            }
        });
        try (var caller = Caller.loggedIn(guarded.endpoint())) {
            caller.control.send("NOOP");
            caller.control.expectMany("200 Zzz.", "421 Too many lines in a second.");
        }
        assertThat(guarded.faults()).endsWith("SERVER TOO_MANY_LINES");
    }

    /** Without one line: a no-operation, a WONT, a subnegotiation (RFC 854). Nothing of it needs an answer. */
    @Test
    void telnet_asMuchAsTooManyLinesInASecond_endsTheSession() throws Exception {
        var commands = "\u00ff\u00f1\u00ff\u00fcx\u00ff\u00fa\u0018x\u00ff\u00f0".repeat(10_000);
        var rules = RulesInTest.of("""
                limits: { linesPerSecond: 2000 }
                rules: [{ name: all, action: allow }]
                defaults: { action: allow }
                """);
        try (var strict = new GuardedServer(transport, rules)) {
            try (var caller = Caller.loggedIn(strict.endpoint())) {
                var flood = Aside.untilCut(() -> {
                    while (true) {
                        caller.control.sendBare(commands);
                    }
                });
                caller.control.expectExactly("421 Too many lines in a second.");
                caller.close();
                flood.join();
            }
            assertThat(strict.faults()).containsExactly("CLIENT TOO_MANY_LINES");
            strict.servesTheNext();
        }
    }

    /** A site that lets them: the others, on the same event loop and on the other, are served as before. */
    @Test
    void lines_aHundredThousandInASecond_whereThatIsAllowed_keepNobodyWaiting() throws Exception {
        var rules = RulesInTest.of("""
                checks: { flood: off }
                rules:
                  - { name: busy, commands: SITE, action: deny, reply: 502 No., log: false }
                defaults: { action: allow }
                """);
        var waits = new long[300];
        var answered = new AtomicLong();
        var over = new AtomicBoolean();
        try (var lenient = new GuardedServer(transport, rules);
                var busy = Caller.loggedIn(lenient.endpoint(), HOSTILE);
                var one = Caller.loggedIn(lenient.endpoint(), HONEST);
                var other = Caller.loggedIn(lenient.endpoint(), HONEST)) {
            var before = Memory.held();
            var asking = Aside.run(() -> sendAHundredThousandASecond(busy, over));
            var reading = Aside.run(() -> count(busy, answered));
            var begun = System.nanoTime();
            for (var i = 0; i < waits.length; i++) {
                var asked = System.nanoTime();
                (i % 2 == 0 ? one : other).exactly("NOOP", "200 Zzz.");
                waits[i] = System.nanoTime() - asked;
                TimeUnit.MILLISECONDS.sleep(5);
            }
            var seconds = (System.nanoTime() - begun) / 1e9;
            var rate = answered.get() / seconds;
            var kept = Memory.held() - before;
            over.set(true);
            asking.join();
            busy.control.send("QUIT");
            reading.join();
            Arrays.sort(waits);
            assertThat(rate).as("lines a second").isGreaterThan(50_000);
            assertThat(Duration.ofNanos(waits[waits.length * 99 / 100])).as("99 of 100 waits").isLessThan(Duration.ofMillis(50));
            assertThat(kept).isLessThan(Memory.OF_AN_ATTACK);
            assertThat(lenient.faults()).isEmpty();
        }
    }

    private static void sendAHundredThousandASecond(Caller caller, AtomicBoolean over) throws Exception {
        var lines = "SITE X\r\n".repeat(1000);
        var next = System.nanoTime();
        while (!over.get()) {
            caller.control.sendBare(lines);
            next += TimeUnit.MILLISECONDS.toNanos(10);
            TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
        }
    }

    private static void count(Caller caller, AtomicLong answered) throws Exception {
        while ("502 No.".equals(caller.control.line())) {
            answered.incrementAndGet();
        }
    }
}
