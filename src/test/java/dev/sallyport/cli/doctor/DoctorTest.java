package dev.sallyport.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.doctor.Capabilities.Held;
import dev.sallyport.cli.doctor.Finding.State;
import dev.sallyport.cli.doctor.Versions.Version;
import dev.sallyport.config.ConfigurationFile;
import dev.sallyport.config.KernelOptions;
import dev.sallyport.config.yaml.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the checks make of what they read. */
class DoctorTest {

    private static final Wants EVERYTHING = Wants.everything();

    private static final String HELPER_RULESET = """
            table ip6 raw { # handle 7
            \tchain PREROUTING { # handle 1
            \t\ttype filter hook prerouting priority raw; policy accept;
            \t\ttcp dport 21 counter packets 0 bytes 0 CT helper ftp # handle 9
            \t}
            }
            table inet other { # handle 4
            \tct helper ftp-std { # handle 1
            \t\ttype "ftp" protocol tcp
            \t\tl3proto inet
            \t}

            \tct helper sip-5060 { # handle 2
            \t\ttype "sip" protocol udp
            \t\tl3proto inet
            \t}

            \tchain pre { # handle 3
            \t\ttype filter hook prerouting priority filter; policy accept;
            \t\tudp dport 5060 ct helper set "sip-5060" # handle 4
            \t\ttcp dport 21 ct helper set "ftp-std" # handle 5
            \t\ttcp dport 21 counter packets 0 bytes 0 # handle 6
            \t}
            }
            """;

    @ParameterizedTest
    @CsvSource({"6.18.44-fc-v669,OK", "5.10.0-28-amd64,OK", "5.4.0,MISSING", "4.19.0,MISSING", "'',MISSING"})
    void kernel_is_new_enough_or_not(String release, State state) {
        assertThat(Versions.kernel(release).state()).isEqualTo(state);
    }

    @ParameterizedTest
    @CsvSource({"nftables v1.0.6 (Lester Gooch #5),OK", "nftables v0.9.8 (E.D.S.),MISSING", "nonsense,MISSING"})
    void nft_is_new_enough_or_not(String said, State state) {
        assertThat(Versions.nft(new Host.Ran(0, said, "")).state()).isEqualTo(state);
    }

    @Test
    void nft_that_is_absent_is_named_with_its_package() {
        assertThat(Versions.nft(new Host().run("", "no-such-program-anywhere")))
                .isEqualTo(Finding.missing("nft", "not installed", "apt-get install nftables"));
    }

    @Test
    void version_is_the_first_in_the_text() {
        assertThat(Version.in("ip utility, iproute2-6.1.0, libbpf 1.1.2")).isEqualTo(new Version(6, 1));
        assertThat(new Version(10, 0).atLeast(new Version(9, 9))).isTrue();
    }

    @Test
    void capabilities_of_the_process_and_of_what_it_starts() {
        var root = Held.parse("Uid:\t0\t0\t0\t0\nCapEff:\t000001fffeffffff\nCapAmb:\t0000000000000000\n");
        assertThat(Capabilities.judge(EVERYTHING, root, 1024)).extracting(Finding::state).containsExactly(State.OK, State.OK);
        var ambient = Held.parse("Uid:\t65534\t65534\t65534\t65534\nCapEff:\t0000000000001400\nCapAmb:\t0000000000001400\n");
        assertThat(Capabilities.judge(EVERYTHING, ambient, 1024)).extracting(Finding::state).containsExactly(State.OK, State.OK);
        var file = Held.parse("Uid:\t65534\t65534\t65534\t65534\nCapEff:\t0000000000001400\nCapAmb:\t0000000000000000\n");
        assertThat(Capabilities.judge(EVERYTHING, file, 1024)).extracting(Finding::state).containsExactly(State.MISSING, State.OK);
        assertThat(Capabilities.judge(EVERYTHING, Held.parse(""), 1024)).extracting(Finding::state)
                .containsExactly(State.MISSING, State.MISSING);
        assertThat(Capabilities.judge(EVERYTHING, Held.parse(""), 0)).extracting(Finding::state)
                .containsExactly(State.MISSING, State.OK);
        var highListen = new Wants(false, false, false, false, false, 2121, 20, 10, KernelOptions.DEFAULT, null);
        assertThat(Capabilities.judge(highListen, Held.parse(""), 1024)).extracting(Finding::state).containsExactly(State.WARN);
    }

    /** Read in small pieces, a sysctl ends after the first. */
    @Test
    void sysctl_is_read_whole() {
        assertThat(new Host().sysctl("kernel.pid_max")).matches("\\d{4,}");
        assertThat(new Host().sysctl("kernel.no_such_thing")).isNull();
    }

    @Test
    void helper_rules_are_found_and_no_others() {
        assertThat(CompetingHelper.rules(HELPER_RULESET)).extracting(CompetingHelper.Rule::mend).containsExactly(
                "nft delete rule ip6 raw PREROUTING handle 9", "nft delete rule inet other pre handle 5");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            32766: from all lookup main               | ''                             | OK   | free; the gateway puts them in place
            32765: from all fwmark 0x1000000/0x1000000 lookup 2021 | local default dev lo           | OK   | in place
            32765: from all fwmark 0x1000000 lookup vpn | ''                             | WARN | another rule takes our mark
            32765: from all fwmark 0x10/0xf0 lookup 7 | ''                             | OK   | free
            32766: from all lookup main               | default via 192.0.2.1 dev eth0 | WARN | table 2021 has a route that is not ours
            """)
    void policy_routes_are_ours_free_or_in_the_way(String rules, String routes, State state, String said) {
        var finding = PolicyRoutes.judge("-4", KernelOptions.DEFAULT, "0:\tfrom all lookup local\n" + rules + "\n", routes + "\n");
        assertThat(finding.state()).isEqualTo(state);
        assertThat(finding.said()).startsWith(said);
    }

    @ParameterizedTest
    @CsvSource({"40255,10000,WARN", "40256,10000,OK", "unlimited,10000000,OK", "1024,100,OK", "64,1,WARN"})
    void open_files_suffice_or_not(String hard, long sessions, State state) {
        var limits = "Max processes             1   1   processes\nMax open files            1024      " + hard + "      files\n";
        assertThat(Descriptors.judge(sessions, limits).state()).isEqualTo(state);
        assertThat(Descriptors.judge(sessions, "").state()).isEqualTo(State.WARN);
    }

    @Test
    void connection_table_suffices_or_not() {
        assertThat(Sysctls.max(10_000, "262144").state()).isEqualTo(State.OK);
        assertThat(Sysctls.max(100_000, "262144").mend()).isEqualTo("sysctl -w net.netfilter.nf_conntrack_max=400000");
        assertThat(Sysctls.max(1, null).state()).isEqualTo(State.WARN);
    }

    @Test
    void relay_wants_no_rules(@TempDir Path folder) throws IOException, ConfigurationException {
        var file = Files.writeString(folder.resolve("gate.yaml"), """
                gateways:
                  - { name: one, listen: "0.0.0.0:2121", server: 192.0.2.1, dataPorts: 2122 }
                  - { name: two, listen: "192.0.2.7:990", server: 192.0.2.1, dataPorts: 3000, activeSourcePort: { toClient: any } }
                limits: { sessions: 5 }
                """);
        assertThat(Wants.of(ConfigurationFile.read(file)))
                .isEqualTo(new Wants(false, false, false, false, false, 990, 2120, 10, KernelOptions.DEFAULT, null));
    }

    @Test
    void relay_beside_the_kernel_wants_its_sockets_told_apart_and_a_source_port(@TempDir Path folder)
            throws IOException, ConfigurationException {
        var file = Files.writeString(folder.resolve("gate.yaml"), """
                gateways:
                  - name: one
                    listen: "192.0.2.7:21"
                    server: 192.0.2.1
                    dataPath: kernel
                    dataPorts: 2122
                    tls: { client: none, server: explicit, name: ftp.example.org }
                """);
        assertThat(Wants.of(ConfigurationFile.read(file)))
                .isEqualTo(new Wants(true, false, false, true, false, 21, 20, 10_000, KernelOptions.DEFAULT, null));
    }
}
