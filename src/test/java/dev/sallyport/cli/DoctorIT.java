package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.peers.Requirements;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The doctor in a network of its own, where one thing after another is broken and then mended as it says. */
@Tag("system")
@Timeout(120)
class DoctorIT {

    private static final Path LAUNCHER = Path.of("deploy/sallyport").toAbsolutePath();

    /** A host that lacks nothing. */
    private static final String GOOD = """
            set -e
            ip link set lo up
            ip link add outside type veth peer name inside
            sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
            sysctl -qw net.netfilter.nf_conntrack_acct=1 net.netfilter.nf_conntrack_timestamp=1
            sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.outside.rp_filter=0
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void require() {
        Requirements.root("it makes a network namespace");
        for (var program : List.of("unshare", "nft", "ip")) {
            Requirements.program(program);
        }
    }

    @Test
    void nothing_is_missing_where_nothing_is() throws Exception {
        var said = inNamespace("\"$@\"", "doctor");
        assertThat(said.out()).doesNotContain("missing").contains(
                "ok       kernel: TPROXY: there\n", "ok       no other FTP helper: none\n", "ok       src_valid_mark: 0\n");
        assertThat(said.exit()).as(said.out() + said.err()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            sysctl -qw net.ipv4.ip_forward=0                  | missing  net.ipv4.ip_forward: 0
            sysctl -qw net.ipv6.conf.all.forwarding=0         | missing  net.ipv6.conf.all.forwarding: 0
            sysctl -qw net.netfilter.nf_conntrack_acct=0      | warn     net.netfilter.nf_conntrack_acct: 0
            sysctl -qw net.netfilter.nf_conntrack_timestamp=0 | warn     net.netfilter.nf_conntrack_timestamp: 0
            sysctl -qw net.ipv4.conf.outside.rp_filter=1      | warn     rp_filter: 1 (strict) for outside
            sysctl -qw net.ipv4.conf.all.src_valid_mark=1     | missing  src_valid_mark: 1 for all
            ip rule add fwmark 0x01000000 lookup 77           | warn     policy routes, IPv4: another rule takes our mark
            ip -6 route add unreachable default table 2021    | warn     policy routes, IPv6: table 2021 has a route
            """)
    void what_is_broken_is_named_and_the_line_below_mends_it(String broken, String named) throws Exception {
        assertMends(broken, named);
    }

    @Test
    void competing_helper_is_named_with_the_rule_to_delete() throws Exception {
        assertMends("""
                nft -f - <<'END'
                table inet other {
                  ct helper ftp-std { type "ftp" protocol tcp; }
                  chain pre { type filter hook prerouting priority filter
                    tcp dport 21 ct helper set "ftp-std"
                  }
                }
                END
                """, "missing  no other FTP helper: a rule hands connections over: tcp dport 21 ct helper set \"ftp-std\"");
    }

    @Test
    void few_descriptors_are_named() throws Exception {
        var said = inNamespace("ulimit -n 4096\n\"$@\"", "doctor");
        assertThat(said.out()).contains("warn     open files: 4096 suffice for 960 sessions that all transfer, limits.sessions is 10000\n"
                + "         ulimit -n 40256    (for the service: LimitNOFILE=40256)\n");
        assertThat(said.exit()).isZero();
    }

    @Test
    void user_without_capabilities_lacks_them() throws Exception {
        var said = inNamespace("setpriv --reuid 65534 --regid 65534 --clear-groups sh -c '\"$@\"' sh \"$@\"", "doctor");
        assertThat(said.out()).contains("missing  CAP_NET_ADMIN: user 65534 has it not");
        assertThat(said.exit()).isOne();
    }

    @Test
    void configuration_that_only_relays_needs_little() throws Exception {
        var file = Files.writeString(folder.resolve("gate.yaml"), """
                gateways:
                  - { name: one, listen: 127.0.0.1:2121, server: 192.0.2.1, dataPorts: 2122 }
                limits: { sessions: 100 }
                """);
        var said = inNamespace("sysctl -qw net.ipv4.ip_forward=0\n\"$@\"", "doctor", "--json", "--config", file.toString());
        assertThat(said.out()).startsWith("{\"findings\":[{\"state\":\"ok\",\"what\":\"JDK\",\"said\":\"25\"}").doesNotContain("forward");
        assertThat(said.exit()).isZero();
        assertThat(inNamespace("\"$@\"", "doctor", "--config", "nowhere.yaml").exit()).isEqualTo(2);
    }

    /** Breaks it, asks, does what the answer says, and asks again. */
    private void assertMends(String broken, String named) throws Exception {
        var script = broken + "\n" + """
                set +e
                "$@" >before; echo $? >code
                grep -F -A1 "$NAMED" before | tail -n1 | sed 's/    (.*//' >mend
                sh -e mend >mended 2>&1 || { cat mend mended; exit 9; }
                "$@"
                """;
        var said = inNamespace("NAMED='" + named + "'\n" + script, "doctor");
        assertThat(Files.readString(folder.resolve("before"))).contains(named);
        assertThat(Files.readString(folder.resolve("code")).strip()).isEqualTo(named.startsWith("missing") ? "1" : "0");
        assertThat(said.out()).doesNotContain(named).doesNotContain("missing");
        assertThat(said.exit()).as(said.out() + said.err()).isZero();
    }

    private Launched inNamespace(String script, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                "unshare", "--net", "bash", "-c", "PATH=$PATH:/usr/sbin:/sbin\n" + GOOD + script, "bash", LAUNCHER.toString()));
        command.addAll(List.of(arguments));
        return Launched.run(folder, command);
    }
}
