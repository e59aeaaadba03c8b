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
    /** What comes twice may come. */
    private static final String SECOND_ATTEMPT = """
                    tcp dport 62000-62999 tcp sport . tcp dport != @tried add @tried { tcp sport . tcp dport } drop
            """;

    private static final String TRIED = "set tried { type inet_service . inet_service; flags dynamic; size 1000; }";

    /** Clients call the firewall; the server is called by it. */
    private static final String MASQUERADED = """
            table inet nat {
                chain before {
                    type nat hook prerouting priority dstnat;
                    ip daddr 203.0.113.1 tcp dport { 21, 62000-62999 } dnat ip to 198.51.100.20
                    ip6 daddr 2001:db8:f::1 tcp dport { 21, 62000-62999 } dnat ip6 to 2001:db8:5::20
                }
                chain after { type nat hook postrouting priority srcnat; oifname "outside" masquerade; }
            }
            """;

    @TempDir
    private static Path folder;

    private static CompletableFuture<List<Trial>> mistakes;
    private static CompletableFuture<List<Trial>> untranslated;
    private static CompletableFuture<List<Trial>> masqueraded;

    @BeforeAll
    static void beginAll() throws Exception {
        Trials.require();
        var contenders = new ArrayList<Contender>();
        contenders.add(Trials.ruleset(folder, "good", Mistake.good()));
        for (var mistake : Mistake.values()) {
            assertThat(mistake.rules()).as("the mistake is made").isNotEqualTo(Mistake.good());
            contenders.add(Trials.ruleset(folder, mistake.name(), mistake.rules()));
        }
        contenders.add(Trials.ruleset(folder, "slow", Mistake.good()
                .replace("    chain forward {", TRIED + "\n    chain forward {").replace("        # clients\n", SECOND_ATTEMPT)));
        mistakes = Trials.begin(Trials.settings(Topology.ROUTED, contenders, List.of(ClientProgram.CURL), ServerProgram.VSFTPD));
        masqueraded = Trials.begin(Trials.settings(
                Topology.VIP, List.of(Trials.ruleset(folder, "masqueraded", Mistake.good() + MASQUERADED)), List.of(ClientProgram.CURL),
                ServerProgram.VSFTPD));
        untranslated = Trials.begin(Trials.settings(
                Topology.OUTBOUND, List.of(Trials.ruleset(folder, "untranslated", Mistake.good())), List.of(ClientProgram.CURL),
                ServerProgram.VSFTPD));
    }

    @AfterAll
    static void awaitAll() {
        CompletableFuture.allOf(mistakes, untranslated, masqueraded).join();
    }

    @TestFactory
    Stream<DynamicTest> mistake_isLocated() throws Exception {
        var trials = mistakes.get();
        return Stream.concat(
                Stream.of(
                        dynamicTest("none", () -> Trials.assertFailing(trials.getFirst(), _ -> false)),
                        dynamicTest("what comes at the second attempt", () -> Trials.assertFailing(trials.getLast(), _ -> false))),
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

    /** The firewall's address is the only one that the server's side sees, in every cell. */
    @Test
    void translationOfBothEnds_hidesNoCellsPackets() throws Exception {
        var trial = masqueraded.get().getFirst();
        Trials.assertFailing(trial, cell -> !cell.mode().passive());
        assertThat(trial.outcomes()).filteredOn(outcome -> !outcome.works()).allSatisfy(outcome -> {
            var why = java.util.Objects.requireNonNull(outcome.explanation());
            assertThat(why.found()).contains("the server said: 500 Illegal ");
            assertThat(why.outside()).contains(TrialNetwork.GATEWAY_OUTSIDE.urlHost(outcome.cell().family()) + ":", " 500 Illegal ");
        });
    }

    /** No rule drops anything, but the server cannot answer. */
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
