package dev.sallyport.lab.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rulesets of users, each with one mistake: the lab tells which. */
@Tag("system")
@Timeout(240)
class MistakesIT {
    @TempDir
    private static Path folder;

    private static CompletableFuture<List<Trial>> mistakes;
    private static CompletableFuture<List<Trial>> untranslated;

    @BeforeAll
    static void beginAll() throws Exception {
        Trials.require();
        var contenders = new ArrayList<Contender>();
        contenders.add(Trials.ruleset(folder, "good", Mistake.good()));
        for (var mistake : Mistake.values()) {
            assertThat(mistake.rules()).as("the mistake is made").isNotEqualTo(Mistake.good());
            contenders.add(Trials.ruleset(folder, mistake.name(), mistake.rules()));
        }
        mistakes = Trials.begin(Trials.settings(Topology.ROUTED, contenders, List.of(ClientProgram.CURL), ServerProgram.VSFTPD));
        untranslated = Trials.begin(Trials.settings(
                Topology.OUTBOUND, List.of(Trials.ruleset(folder, "untranslated", Mistake.good())), List.of(ClientProgram.CURL),
                ServerProgram.VSFTPD));
    }

    @AfterAll
    static void awaitAll() {
        CompletableFuture.allOf(mistakes, untranslated).join();
    }

    @TestFactory
    Stream<DynamicTest> mistake_isLocated() throws Exception {
        var trials = mistakes.get();
        return Stream.concat(
                Stream.of(dynamicTest("none", () -> Trials.assertFailing(trials.getFirst(), _ -> false))),
                Stream.of(Mistake.values()).map(mistake ->
                        dynamicTest(mistake.name(), () -> check(trials.get(mistake.ordinal() + 1), mistake))));
    }

    private static void check(Trial trial, Mistake mistake) {
        Trials.assertFailing(trial, mistake.failing());
        assertThat(Trials.explanations(trial, mistake.failing())).isNotEmpty().allSatisfy(why -> {
            assertThat(why.drop()).as(why.toString()).isNotNull().satisfies(drop -> {
                assertThat(drop.chain()).isEqualTo(mistake.chain());
                assertThat(drop.rule()).isEqualTo(mistake.rule());
                assertThat(drop.rejected()).isEqualTo(mistake == Mistake.REJECTED);
            });
            assertThat(why.change()).contains(mistake.change());
        });
    }

    /** The tenth: no rule drops anything, but the server cannot answer. */
    @Test
    void noTranslationOfSources_isToldFromTheLastPacketSeen() throws Exception {
        var trial = untranslated.get().getFirst();
        Trials.assertFailing(trial, _ -> true);
        assertThat(trial.outcomes()).allSatisfy(outcome -> {
            var why = java.util.Objects.requireNonNull(outcome.explanation());
            assertThat(why.drop()).isNull();
            assertThat(why.found()).isEqualTo("no rule dropped a packet; the server did not answer");
            assertThat(why.outside())
                    .contains(TrialNetwork.client(outcome.cell().number()).in(outcome.cell().family())).endsWith(":21 SYN");
            assertThat(why.inside()).isEqualTo(why.outside());
            assertThat(why.change()).contains("masquerade");
        });
    }
}
