package dev.sallyport.faults;

import static dev.sallyport.faults.Caller.HONEST;
import static dev.sallyport.faults.Caller.HOSTILE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.datapath.Transport;
import dev.sallyport.rules.Armed;
import dev.sallyport.rules.Checks;
import dev.sallyport.rules.RuleSet;
import dev.sallyport.rules.RuleText;
import dev.sallyport.rules.limit.LoginLimits;
import dev.sallyport.session.EndReason;
import dev.sallyport.session.SessionEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One address tries passwords, in one session after another and in many at once: it gets few, and nobody else waits. */
@Tag("system")
class LoginFloodIT {

    private static final int FREE = 3;
    private static final Duration DELAY = Duration.ofMillis(200);
    private static final Duration LONGEST = Duration.ofMillis(800);

    /** When each password reached the server, in nanoseconds. */
    private final List<Long> passwords = new CopyOnWriteArrayList<>();

    @ParameterizedTest
    @EnumSource
    void loginFlood_oneSessionAfterAnother_turnsGrow(Transport transport) throws IOException {
        try (var guarded = guarded(transport, 0)) {
            for (var guess = 0; guess < FREE + 4; guess++) {
                guess(guarded);
            }
            assertThat(sinceFirst(FREE)).isGreaterThanOrEqualTo(DELAY);
            assertThat(sinceFirst(FREE + 1)).isGreaterThanOrEqualTo(DELAY.multipliedBy(1 + 2));
            assertThat(sinceFirst(FREE + 2)).isGreaterThanOrEqualTo(DELAY.multipliedBy(1 + 2 + 4));
            assertThat(sinceFirst(FREE + 3)).isGreaterThanOrEqualTo(DELAY.multipliedBy(1 + 2 + 4 + 4));
            assertThat(held(guarded)).hasSize(4).allMatch(time -> time.compareTo(LONGEST) <= 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void loginFlood_inManySessionsAtOnce_gainsNothingAndAnotherAddressIsServedAtOnce(Transport transport) throws IOException {
        var sessions = 50;
        try (var guarded = guarded(transport, 0)) {
            for (var guess = 0; guess < FREE; guess++) {
                guess(guarded);
            }
            var ready = new ArrayList<Caller>();
            try {
                for (var i = 0; i < sessions; i++) {
                    ready.add(named(guarded, HOSTILE));
                }
                // It has just had a turn: however long that took, all of them wait.
                guess(guarded);
                var waited = held(guarded).size();
                for (var caller : ready) {
                    caller.control.send("PASS guess");
                }
                await().until(() -> held(guarded).size() == waited + sessions);
                var before = passwords.size();
                Caller.loggedIn(guarded.endpoint(), HONEST).close();
                assertThat(passwords.size() - before).as("passwords until another client has logged in").isLessThan(sessions / 2);
                await().atMost(DELAY.multipliedBy(sessions)).until(() -> passwords.size() > FREE + 4);
            } finally {
                for (var caller : ready) {
                    caller.close();
                }
            }
            var last = passwords.size() - 1;
            // One of them was the honest client's.
            assertThat(sinceFirst(last)).isGreaterThanOrEqualTo(DELAY.multipliedBy(last - FREE));
        }
    }

    /** All of them were given turns before the client had failed too often. */
    @ParameterizedTest
    @EnumSource
    void loginFlood_ofPasswordsThatWait_endsWhenTheClientHasFailedTooOften(Transport transport) throws IOException {
        var refuseAfter = FREE + 2;
        var sessions = 5;
        try (var guarded = guarded(transport, refuseAfter)) {
            for (var guess = 0; guess < FREE; guess++) {
                guess(guarded);
            }
            var ready = new ArrayList<Caller>();
            var answers = new ArrayList<String>();
            try {
                for (var i = 0; i < sessions; i++) {
                    ready.add(named(guarded, HOSTILE));
                }
                // It has just had a turn, so they wait; the next failure is the last.
                guess(guarded);
                for (var caller : ready) {
                    caller.control.send("PASS guess");
                }
                for (var caller : ready) {
                    answers.add(caller.control.expect("").substring(0, 4));
                }
            } finally {
                for (var caller : ready) {
                    caller.close();
                }
            }
            assertThat(passwords).hasSize(refuseAfter);
            assertThat(answers).containsOnlyOnce("530 ").filteredOn("421 "::equals).hasSize(sessions - 1);
        }
    }

    /** Nobody has failed yet, and the server takes its time: what is under way may all fail. */
    @ParameterizedTest
    @EnumSource
    void loginFlood_beforeTheFirstAnswer_isNoLongerThanFailuresAreLeft(Transport transport) throws Exception {
        var refuseAfter = 8;
        try (var guarded = guarded(transport, refuseAfter)) {
            var asked = new CopyOnWriteArrayList<ScriptedServer.Visitor>();
            var guesses = new CopyOnWriteArrayList<Integer>();
            guarded.server.on("PASS", (guess, visitor) -> {
                asked.add(visitor);
                guesses.add(Integer.valueOf(guess));
                passwords.add(System.nanoTime());
            });
            var ready = new ArrayList<Caller>();
            try {
                for (var i = 0; i < 30; i++) {
                    ready.add(named(guarded, HOSTILE));
                }
                for (var i = 0; i < ready.size(); i++) {
                    ready.get(i).control.send("PASS " + i);
                }
                await().until(() -> passwords.size() == refuseAfter && held(guarded).size() == 30 - refuseAfter);
                await().during(DELAY.multipliedBy(3)).atMost(Duration.ofSeconds(5)).until(() -> passwords.size() == refuseAfter);
                // Who waits takes the place of one whose password was right.
                asked.getFirst().control.send("230 Welcome.");
                await().until(() -> passwords.size() == refuseAfter + 1);
                // And that of one that has left.
                ready.get(guesses.get(1)).close();
                await().until(() -> passwords.size() == refuseAfter + 2);
            } finally {
                for (var caller : ready) {
                    caller.close();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void loginFlood_ofOneWhoFailedTooOften_isTurnedAway(Transport transport) throws IOException {
        try (var guarded = guarded(transport, FREE); var begun = new Caller(guarded.endpoint(), HOSTILE)) {
            begun.control.expect("220 ");
            for (var guess = 0; guess < FREE; guess++) {
                guess(guarded);
            }
            begun.ask("USER demo", "421 Too many failed logins");
            begun.control.expectEnd();
            await().untilAsserted(() -> assertThat(guarded.events)
                    .anyMatch(event -> event instanceof SessionEvent.Ended ended && ended.reason() == EndReason.PEER_FAULT));
            try (var next = new Caller(guarded.endpoint(), HOSTILE)) {
                next.control.expect("421 Too many failed logins");
                next.control.expectEnd();
            }
            await().untilAsserted(() -> assertThat(guarded.gateway.sessions()).isZero());
            Caller.loggedIn(guarded.endpoint(), HONEST).close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void loginFlood_ofOneWhomTheServerHangsUpOn_isTurnedAway(Transport transport) throws IOException {
        try (var guarded = guarded(transport, FREE)) {
            guarded.server.on("PASS", (_, visitor) -> visitor.control.close());
            for (var guess = 0; guess < FREE; guess++) {
                try (var caller = named(guarded, HOSTILE)) {
                    caller.ask("PASS guess", "421 ");
                }
            }
            try (var next = new Caller(guarded.endpoint(), HOSTILE)) {
                next.control.expect("421 Too many failed logins");
                next.control.expectEnd();
            }
        }
    }

    /** A session that tries one password, which is wrong. */
    private static void guess(GuardedServer guarded) throws IOException {
        try (var caller = named(guarded, HOSTILE)) {
            caller.ask("PASS guess", "530 ");
        }
    }

    private static Caller named(GuardedServer guarded, String from) throws IOException {
        var caller = new Caller(guarded.endpoint(), from);
        caller.control.expect("220 ");
        caller.ask("USER demo", "331 ");
        return caller;
    }

    private Duration sinceFirst(int index) {
        return Duration.ofNanos(passwords.get(index) - passwords.getFirst());
    }

    /** How long each password that waits, or has waited, was made to. */
    private static List<Duration> held(GuardedServer guarded) {
        return guarded.events.stream()
                .mapMulti((SessionEvent event, Consumer<Duration> to) -> {
                    if (event instanceof SessionEvent.LoginHeld(var time)) {
                        to.accept(time);
                    }
                })
                .toList();
    }

    private GuardedServer guarded(Transport transport, int refuseAfter) throws IOException {
        var usual = RuleSet.ALLOW_ALL.text();
        var logins = new LoginLimits(FREE, DELAY, LONGEST, refuseAfter, Duration.ofMinutes(1));
        var text = new RuleText(
                usual.name(), usual.zone(), usual.foldCase(), usual.otherwise(), usual.checks(), usual.limits(), logins,
                usual.masks(), usual.rules());
        var guarded = new GuardedServer(transport, Armed.of(RuleSet.compile(text, null), Checks.DEFAULT));
        guarded.server.on("PASS", (password, visitor) -> {
            passwords.add(System.nanoTime());
            visitor.control.send(password.equals("demo") ? "230 Welcome." : "530 Wrong.");
        });
        return guarded;
    }
}
