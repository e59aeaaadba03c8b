package dev.sallyport.lab.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sallyport, Linux's own helper and a filter that knows nothing of FTP, in every topology. */
@Tag("system")
@Timeout(240)
class FirewallsIT {
    private static final List<ClientProgram> CLIENTS = List.of(ClientProgram.values());

    @TempDir
    private static Path folder;

    private static final Map<Topology, CompletableFuture<List<Trial>>> TOPOLOGIES = new EnumMap<>(Topology.class);

    @BeforeAll
    static void beginAll() throws Exception {
        Trials.require();
        for (var topology : Topology.values()) {
            TOPOLOGIES.put(topology, Trials.begin(Trials.settings(
                    topology, List.of(Trials.sallyport(), new Contender.PlainFilter(), new Contender.KernelHelper()), CLIENTS,
                    ServerProgram.VSFTPD)));
        }
    }

    @AfterAll
    static void awaitAll() {
        CompletableFuture.allOf(TOPOLOGIES.values().toArray(CompletableFuture[]::new)).join();
    }

    @ParameterizedTest
    @EnumSource
    void everyTopology_worksThroughSallyport_andThroughAPlainFilterFailsWhereItMust(Topology topology) throws Exception {
        var trials = Objects.requireNonNull(TOPOLOGIES.get(topology)).get();
        Trials.assertFailing(trials.getFirst(), _ -> false);
        var plain = trials.get(1);
        Trials.assertFailing(plain, _ -> true);
        switch (topology) {
            case ROUTED -> {
                refusedByPolicy(plain, Mode::passive, "forward", "passive ports to clients");
                refusedByPolicy(plain, mode -> !mode.passive(), "forward", "to the server's port 20");
            }
            case VIP -> {
                refusedByPolicy(plain, mode -> mode == Mode.PASV, "forward", "the reply names the server's own");
                refusedByPolicy(plain, mode -> mode == Mode.EPSV, "input", "No rule translates it to the server");
                refusedByPolicy(plain, mode -> !mode.passive(), "forward", "to the server's port 20");
            }
            case OUTBOUND -> {
                refusedByPolicy(plain, Mode::passive, "forward", "passive ports to clients");
                assertThat(Trials.explanations(plain, cell -> !cell.mode().passive())).allSatisfy(why -> {
                    assertThat(why.drop()).isNull();
                    assertThat(why.found()).contains("the server said: 500 Illegal ");
                    assertThat(why.outside()).contains(" 500 Illegal ");
                    assertThat(why.change()).contains("rewritten");
                });
            }
        }
        var helper = trials.get(2);
        if (helper.leftOut().isEmpty()) {
            Trials.assertFailing(helper, _ -> false);
        } else {
            assertThat(helper.leftOut()).contains("nf_conntrack_ftp");
        }
    }

    private static void refusedByPolicy(Trial trial, Predicate<Mode> which, String chain, String change) {
        assertThat(Trials.explanations(trial, cell -> which.test(cell.mode()))).isNotEmpty().allSatisfy(why -> {
            var drop = Objects.requireNonNull(why.drop(), why::toString);
            assertThat(drop.chain()).isEqualTo("inet plain " + chain);
            assertThat(drop.rule()).isEmpty();
            assertThat(drop.packet().opens()).isTrue();
            assertThat(drop.place()).contains("hook " + chain + ", priority filter").endsWith("its policy drop");
            assertThat(why.change()).contains(change);
        });
    }

    @Test
    void proftpd_worksThroughSallyport_alsoThroughTheRelay() throws Exception {
        var trials = Trials.begin(Trials.settings(
                Topology.ROUTED, List.of(new Contender.Sallyport(Trials.LAUNCHER, "relay", true)), CLIENTS, ServerProgram.PROFTPD)).get();
        Trials.assertFailing(trials.getFirst(), _ -> false);
    }

    @Test
    void rulesetBesideSallyport_worksOnceItAcceptsItsMarks() throws Exception {
        String shut = """
                table inet filter {
                    chain input {
                        type filter hook input priority filter; policy drop;
                        meta l4proto { icmp, ipv6-icmp } accept
                        MARKS
                    }
                }
                """;
        var trials = Trials.begin(Trials.settings(
                Topology.ROUTED, List.of(
                        beside("shut", shut.replace("MARKS", "")),
                        beside("open", shut.replace("MARKS", "meta mark & 0x01000000 != 0 accept"))),
                List.of(ClientProgram.CURL), ServerProgram.VSFTPD)).get();
        Trials.assertFailing(trials.getFirst(), _ -> true);
        assertThat(Trials.explanations(trials.getFirst(), _ -> true)).allSatisfy(why -> {
            assertThat(Objects.requireNonNull(why.drop()).chain()).isEqualTo("inet filter input");
            assertThat(why.change()).isEqualTo("Accept what is Sallyport's (meta mark & 0x01000000 != 0 accept).");
        });
        Trials.assertFailing(trials.getLast(), _ -> false);
    }

    private static Contender beside(String name, String rules) throws Exception {
        return new Contender.Beside(
                (Contender.OwnRuleset) Trials.ruleset(folder, name, rules), new Contender.Sallyport(Trials.LAUNCHER, "kernel", true));
    }
}
