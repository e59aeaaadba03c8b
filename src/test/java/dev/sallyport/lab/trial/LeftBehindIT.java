package dev.sallyport.lab.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.peers.Requirements;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The command as its user sees it, and that nothing is left of it however it ends. */
@Tag("system")
@Timeout(120)
class LeftBehindIT {
    /** Connections come about, and nothing is said on them: all clients wait, and what they wait for may come. */
    private static final String SILENT =
            "table inet silent { chain every { type filter hook forward priority filter; tcp flags & psh == psh drop; }; }\n";

    private static final String CLIENTS_SIDE = "ip -o -4 addr show eth0\ncurl -sS ftp://198.51.100.20/sample.txt | head -1\n";

    @TempDir
    private static Path rules;

    @TempDir
    private Path temporary;

    private static Path silent;

    @BeforeAll
    static void require() throws Exception {
        Trials.require();
        Requirements.program("bash");
        silent = Files.writeString(rules.resolve("silent.nft"), SILENT);
    }

    @Test
    void interruptedWhileClientsWait_leavesNothing() throws Exception {
        try (var lab = waiting()) {
            interrupt(lab);
        }
    }

    @Test
    void interruptedWhileItIsBuilt_leavesNothing() throws Exception {
        try (var lab = LaunchedLab.start(temporary, "", "--against", "kernel-helper,none")) {
            await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(2)).until(() -> !lab.namespaces().isEmpty());
            interrupt(lab);
        }
    }

    private static void interrupt(LaunchedLab lab) throws Exception {
        var started = lab.descendants();
        assertThat(lab.interrupt()).as("what a shell reports of SIGINT").isEqualTo(130);
        assertThat(lab.printed()).as("no report of what did not happen").doesNotContain("fails").doesNotContain("works");
        await().atMost(Duration.ofSeconds(10)).until(() -> started.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(lab.namespaces()).isEmpty();
        assertThat(lab.folders()).isEmpty();
    }

    @Test
    void shell_isInsideTheNetwork_andTakesAwayWhatAKilledLabLeft() throws Exception {
        try (var killed = waiting()) {
            var started = killed.descendants();
            killed.kill();
            assertThat(killed.namespaces()).as("what nobody could take away").hasSize(3);
            try (var lab = LaunchedLab.start(
                    Files.createDirectory(temporary.resolve("shell")), CLIENTS_SIDE, "--topology", "routed", "--shell", "client")) {
                assertThat(lab.awaitEnd()).as(lab.printed()).isZero();
                assertThat(lab.printed()).contains("ftp://198.51.100.20/").contains("inet 192.0.2.10/24")
                        .contains(LabServer.SAMPLE.lines().findFirst().orElseThrow());
                assertThat(lab.namespaces()).isEmpty();
                assertThat(lab.folders()).isEmpty();
            }
            assertThat(killed.namespaces()).isEmpty();
            await().atMost(Duration.ofSeconds(10)).until(() -> started.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"GATEWAY", "SERVER"})
    void shell_ofTheOtherSeats(Lab.Seat seat) throws Exception {
        try (var lab = LaunchedLab.start(
                temporary, "ip -o addr show; nft list tables\n", "--ruleset", silent.toString(), "--shell", seat.toString())) {
            assertThat(lab.awaitEnd()).as(lab.printed()).isZero();
            assertThat(lab.printed()).contains("This is the " + seat).contains(
                    seat == Lab.Seat.GATEWAY ? List.of("inet 192.0.2.1/24", "inet 198.51.100.1/24", "table inet silent")
                            : List.of("inet 198.51.100.20/24"));
            assertThat(lab.namespaces()).isEmpty();
        }
    }

    @Test
    void hostWithoutIpv6_isTriedWithoutIt() throws Exception {
        var without = List.of("unshare", "--mount", "sh", "-c", "mount -t tmpfs none /proc/sys/net/ipv6 && exec \"$@\"", "sh");
        try (var lab = LaunchedLab.start(
                temporary, without, "", "--client", "curl", "--topology", "vip", "--against", "kernel-helper", "--json")) {
            assertThat(lab.awaitEnd()).as(lab.printed()).isZero();
            assertThat(lab.printed()).contains("\"ipv6LeftOut\":", "\"EPSV\",\"family\":\"IPv4\"", "\"firewall\":\"kernel-helper\"")
                    .doesNotContain("\"IPv6\"");
        }
    }

    @Test
    void wrongRuleset_isToldWithItsLine() throws Exception {
        Path wrong = Files.writeString(rules.resolve("wrong.nft"), "table inet t {\n  chain c { tcp dport nowhere accept; }\n}\n");
        try (var lab = LaunchedLab.start(temporary, "", "--ruleset", wrong.toString())) {
            assertThat(lab.awaitEnd()).as(lab.printed()).isEqualTo(2);
            assertThat(lab.printed()).contains("sallyport lab: nft -f ").contains("wrong.nft:2:");
            assertThat(List.of(lab.namespaces(), lab.folders())).allSatisfy(left -> assertThat(left).isEmpty());
        }
    }

    /** All of whose clients wait. */
    private LaunchedLab waiting() throws Exception {
        var lab = LaunchedLab.start(temporary, "", "--ruleset", silent.toString(), "--client", "curl", "--seconds", "100");
        lab.awaitDescendants("curl", 18);
        return lab;
    }
}
