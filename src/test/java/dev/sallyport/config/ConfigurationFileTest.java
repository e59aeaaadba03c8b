package dev.sallyport.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.config.TlsOptions.Verify;
import dev.sallyport.config.yaml.ConfigurationException;
import dev.sallyport.config.yaml.Similar;
import dev.sallyport.datapath.kernel.RulesetSettings;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Network;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.proxy.GatewaySettings;
import dev.sallyport.proxy.Interception;
import dev.sallyport.proxy.ServerAddress;
import dev.sallyport.proxy.ServerChoice;
import dev.sallyport.proxy.SourceAddress;
import dev.sallyport.rules.Check;
import dev.sallyport.rules.Level;
import dev.sallyport.session.PassiveRange;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.TlsPolicy;
import dev.sallyport.session.TlsPolicy.Ended;
import dev.sallyport.session.TlsPolicy.Ended.Client;
import dev.sallyport.session.TlsPolicy.Ended.ClientData;
import dev.sallyport.session.TlsPolicy.Ended.Server;
import dev.sallyport.session.TlsPolicy.Ended.ServerData;
import dev.sallyport.telemetry.journal.Format;
import dev.sallyport.telemetry.journal.Rotation;
import dev.sallyport.telemetry.journal.Told;
import dev.sallyport.tls.KeyPin;
import dev.sallyport.tls.TlsVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a good file is read into. */
class ConfigurationFileTest {

    private static final Path EXAMPLE = Path.of("deploy/sallyport.yaml");

    private static final String SMALLEST = """
            gateways:
              - name: main
                listen: 0.0.0.0:2121
                server: 198.51.100.20
                dataPorts: 2122-2129
            """;

    /** A gateway of a name, that ends TLS. */
    private static final String TLS = """
            gateways:
              - name: %s
                listen: 0.0.0.0:2121
                server: ftp.example.org:990
                dataPorts: 2122-2129
                tls:
                  %s
            """;

    @Test
    void example_says_the_defaults() throws ConfigurationException {
        assertThat(ConfigurationFile.read(EXAMPLE)).isEqualTo(new Configuration(
                List.of(settings(List.of(endpoint("::", 2121)))),
                Configuration.DEFAULT_THREADS, Configuration.DEFAULT_GRACE));
    }

    @Test
    void smallest_file_means_the_defaults() throws ConfigurationException {
        assertThat(ConfigurationFile.parse("small.yaml", SMALLEST)).isEqualTo(new Configuration(
                List.of(settings(List.of(endpoint("0.0.0.0", 2121)))),
                Configuration.DEFAULT_THREADS, Configuration.DEFAULT_GRACE));
    }

    @Test
    void example_holds_every_key() throws IOException {
        // A key that does not exist, in every section, makes the reader list the keys that do.
        var everySection = SMALLEST + """
                    nothing: 1
                    intercept: { nothing: 1 }
                    advertise: { nothing: 1 }
                    activeSourcePort: { nothing: 1 }
                    tls:
                      nothing: 1
                      certificates: { nothing: 1 }
                      clientCertificates: { nothing: 1 }
                      verify: { nothing: 1 }
                      data: { nothing: 1 }
                limits: { nothing: 1 }
                timeouts: { nothing: 1 }
                kernel: { nothing: 1 }
                telemetry: { nothing: 1, tls: { nothing: 1 } }
                log: { nothing: 1, rotate: { nothing: 1 } }
                nothing: 1
                """;
        Set<String> known = new TreeSet<>();
        assertThatThrownBy(() -> ConfigurationFile.parse("f", everySection)).satisfies(refused -> Pattern
                .compile("allowed here: (.*)\\.").matcher(Objects.requireNonNull(refused.getMessage())).results()
                .forEach(keys -> known.addAll(List.of(keys.group(1).split(", ")))));
        Set<String> shown = new TreeSet<>();
        Pattern.compile("(?m)^[ -]*(?:# )?([a-z][A-Za-z]*): ?").matcher(Files.readString(EXAMPLE)).results()
                .forEach(key -> shown.add(key.group(1)));
        assertThat(shown).containsExactlyElementsOf(known).hasSizeGreaterThan(25);
    }

    @Test
    void every_key_is_read() throws ConfigurationException {
        var read = ConfigurationFile.parse("/etc/sallyport/full.yaml", """
                gateways:
                  - name: dmz.ftp-1
                    listen: [192.0.2.1:21, "[2001:db8::1]:21"]
                    server: ftp.internal:2100
                    dataPorts: 50000
                    advertise: { toClients: 203.0.113.1, toServers: 2001:db8::2 }
                    foreignAddress: refuse
                    activeSourcePort: { fromServer: any, toClient: any }
                    tls: passthrough
                    passiveRanges:
                      - { servers: [198.51.100.0/24, "2001:db8::/32"], ports: 50002-50999 }
                      - { servers: 192.0.2.99, ports: 40000 }
                    defaultDataPort: allow
                    checks: { bare-lf: log, bounce: off }
                    rules: dmz/rules.yaml
                  - { name: second, listen: 192.0.2.2:21, server: "[2001:db8::9]", dataPorts: 50001-50002 }
                limits: { sessions: 1, sessionsPerClient: 2, lineLength: 64, replyLines: 4, outstandingCommands: 5,
                          dataConnections: 6, transfersPerSession: 7 }
                timeouts: { connect: 1ms, greeting: 2s, login: 3m, idle: 4h, reply: 5d, pinhole: 6s, portWait: 0s,
                            dataIdle: 8s, grace: 9s }
                threads: 3
                controlSocket: /run/sallyport/dmz.control
                log: { file: log/ftp.log, format: zeek, rotate: { size: none, daily: true, keep: 3 }, tells: [server, path] }
                """);
        var policy = new SessionPolicy(
                address("203.0.113.1"), address("2001:db8::2"), SessionPolicy.ClientSourcePort.ANY,
                TlsPolicy.PASSTHROUGH,
                List.of(
                        new PassiveRange(
                                List.of(new Network(address("198.51.100.0"), 24), new Network(address("2001:db8::"), 32)),
                                new PortRange(new Port(50002), new Port(50999))),
                        new PassiveRange(
                                List.of(Network.of(address("192.0.2.99"))), new PortRange(new Port(40000), new Port(40000)))),
                SessionPolicy.DEFAULT.rules(),
                new SessionPolicy.Limits(64, 4, 5, 6, 7),
                new SessionPolicy.Timeouts(
                        Duration.ofSeconds(2), Duration.ofMinutes(3), Duration.ofHours(4), Duration.ofDays(5),
                        Duration.ofSeconds(6)));
        var limits = new GatewaySettings.Limits(1, 2);
        var timeouts = new GatewaySettings.Timeouts(
                Duration.ofMillis(1), Duration.ZERO, GatewaySettings.Timeouts.DEFAULT.portLinger(), Duration.ofSeconds(8));
        assertThat(read.gateways().getFirst()).isEqualTo(new GatewaySettings(
                "dmz.ftp-1", List.of(endpoint("192.0.2.1", 21), endpoint("2001:db8::1", 21)),
                new ServerAddress("ftp.internal", new Port(2100)), new PortRange(new Port(50000), new Port(50000)),
                new PortRange(new Port(51000), new Port(60999)), policy, limits, timeouts));
        assertThat(read.gateways().get(1).server())
                .isEqualTo(new ServerChoice.Fixed(new ServerAddress("2001:db8::9", new Port(21))));
        assertThat(read.rules()).isEqualTo(Map.of(
                "dmz.ftp-1", new GatewayRules(Path.of("/etc/sallyport/dmz/rules.yaml"), Map.of(
                        Check.PASSIVE_ADDRESS, Level.ENFORCE, Check.ACTIVE_SOURCE_PORT, Level.OFF,
                        Check.DEFAULT_DATA_PORT, Level.OFF, Check.BARE_LF, Level.LOG, Check.BOUNCE, Level.OFF)),
                "second", GatewayRules.DEFAULT));
        assertThat(read.gateways().get(1).limits()).isEqualTo(limits);
        assertThat(read.threads()).isEqualTo(3);
        assertThat(read.controlSocket()).isEqualTo(new ControlPlace.At(Path.of("/run/sallyport/dmz.control")));
        assertThat(read.grace()).isEqualTo(Duration.ofSeconds(9));
        assertThat(read.log()).isEqualTo(new LogOptions(
                Path.of("/etc/sallyport/log/ftp.log"), Format.ZEEK, new Rotation(0, true, 3), Set.of(Told.SERVER, Told.PATH)));
    }

    @Test
    void tls_of_every_key_is_read() throws ConfigurationException {
        var read = ConfigurationFile.parse("/etc/sallyport/tls.yaml", TLS.formatted("bridge", """
                client: required
                      server: as-client
                      certificates: [{ certificate: a.pem, key: a.key }, { certificate: /b.pem, key: /b.key }]
                      clientCertificates: { ca: clients.pem, demand: asked }
                      verify: { pins: ["sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="] }
                      name: ftp.example.org
                      versions: 1.3
                      data: { client: require, server: as-client }
                      reuse: demand
                """));
        assertThat(read.gateways().getFirst().policy().tls()).isEqualTo(
                new Ended(Client.REQUIRED, Server.AS_CLIENT, ClientData.REQUIRE, ServerData.AS_CLIENT));
        assertThat(read.tls()).isEqualTo(Map.of("bridge", new TlsOptions(
                List.of(
                        new TlsFiles(Path.of("/etc/sallyport/a.pem"), Path.of("/etc/sallyport/a.key")),
                        new TlsFiles(Path.of("/b.pem"), Path.of("/b.key"))),
                new TlsOptions.ClientCertificates(Path.of("/etc/sallyport/clients.pem"), false),
                new Verify.ByKey(Set.of(new KeyPin("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="))),
                "ftp.example.org", Set.of(TlsVersion.TLS_1_3), true)));
    }

    @Test
    void tls_of_least_means_the_safe() throws ConfigurationException {
        var both = Set.of(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3);
        var terminates = ConfigurationFile.parse("/etc/tls.yaml", TLS.formatted("terminate", """
                client: explicit
                      server: none
                      certificates: { certificate: a.pem, key: a.key }
                      clientCertificates: { ca: clients.pem }
                """));
        assertThat(terminates.gateways().getFirst().policy().tls()).isEqualTo(
                new Ended(Client.OFFERED, Server.NONE, ClientData.ALLOW, ServerData.PRIVATE));
        assertThat(terminates.tls()).isEqualTo(Map.of("terminate", new TlsOptions(
                List.of(new TlsFiles(Path.of("/etc/a.pem"), Path.of("/etc/a.key"))),
                new TlsOptions.ClientCertificates(Path.of("/etc/clients.pem"), true), null, null, both, false)));
        var originates = ConfigurationFile.parse("/etc/tls.yaml", TLS.formatted("originate", "{ client: none, server: explicit }\n"));
        assertThat(originates.tls()).isEqualTo(
                Map.of("originate", new TlsOptions(List.of(), null, new Verify.BySystem(), null, both, false)));
        var own = ConfigurationFile.parse(
                "/etc/tls.yaml", TLS.formatted("originate", "{ client: none, server: implicit, verify: { ca: ca.pem } }\n"));
        assertThat(own.tls().get("originate")).extracting(TlsOptions::verify)
                .isEqualTo(new Verify.ByAuthorities(Path.of("/etc/ca.pem")));
    }

    @Test
    void interception_of_every_key_is_read() throws ConfigurationException {
        var read = ConfigurationFile.parse("intercept.yaml", """
                gateways:
                  - name: outbound
                    listen: "[::]:2121"
                    intercept:
                      mode: redirect
                      clientInterfaces: [inside0, "vlan*"]
                      serverInterfaces: outside0
                      clients: [192.0.2.0/24, "2001:db8:1::/64"]
                      ports: [21, 2100]
                      others: pass
                      users: [1000]
                      groups: [100, 101]
                    server: original
                    servers: 198.51.100.0/24
                    serverSees: [203.0.113.1, "2001:db8::1"]
                    dataPath: kernel
                    dataPorts: 50000
                """).gateways().getFirst();
        assertThat(read.interception()).isEqualTo(new Interception(
                Interception.Kind.REDIRECT, List.of("inside0", "vlan*"), List.of("outside0"),
                List.of(network("192.0.2.0/24"), network("2001:db8:1::/64")), List.of(), List.of(new Port(21), new Port(2100)),
                Interception.Others.PASS, RulesetSettings.DEFAULT_OWN_MARK.value(), List.of(1000), List.of(100, 101)));
        assertThat(read.server()).isEqualTo(new ServerChoice.Original(List.of(network("198.51.100.0/24"))));
        assertThat(read.serverSees())
                .isEqualTo(new SourceAddress.Own(List.of(address("203.0.113.1"), address("2001:db8::1"))));
        assertThat(read.carrier()).isEqualTo(GatewaySettings.Carrier.KERNEL);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "clientInterfaces: lan0 | clientInterfaces: lan1", "clients: 192.0.2.0/25 | clients: 192.0.2.0/24",
        "clients: 192.0.2.0/25 | others: refuse", "ports: 21 | ports: [21, 2100]", "ports: 21 | users: 1500"
    })
    void two_gateways_may_intercept_what_neither_takes_from_the_other(String both) throws ConfigurationException {
        var each = both.split(" \\| ", -1);
        assertThat(ConfigurationFile.parse("two.yaml", """
                gateways:
                  - name: one
                    listen: "[::]:2121"
                    intercept: { mode: redirect, %s }
                    server: original
                    dataPorts: 2122-2129
                  - name: other
                    listen: "[::]:3121"
                    intercept: { mode: redirect, %s }
                    server: original
                    dataPorts: 3122-3129
                """.formatted(each[0], each[1])).gateways()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"tproxy,auto,OfClient[]", "redirect,auto,Routed[]", "tproxy,gateway,Routed[]", "redirect,client,OfClient[]"})
    void server_sees_what_the_interception_allows(String mode, String sees, String read) throws ConfigurationException {
        assertThat(ConfigurationFile.parse("f", """
                gateways:
                  - name: main
                    listen: "[::]:2121"
                    intercept: { mode: %s, addresses: 203.0.113.1 }
                    server: 198.51.100.20
                    serverSees: %s
                    dataPath: kernel
                    dataPorts: 50000
                """.formatted(mode, sees)).gateways().getFirst().serverSees()).hasToString(read);
    }

    @Test
    void section_whose_keys_are_all_commented_out_means_the_defaults() throws ConfigurationException {
        assertThat(ConfigurationFile.parse("f", SMALLEST + "limits:\n  # sessions: 5\ntimeouts:\n"))
                .isEqualTo(ConfigurationFile.parse("f", SMALLEST));
    }

    @ParameterizedTest
    @CsvSource({"lisen,listen", "LISTEN,listen", "listne,listen", "data_ports,dataPorts", "data-port,dataPorts", "ip,", "banner,"})
    void similar_word_is_suggested(String written, String meant) {
        assertThat(Similar.to(written, List.of("name", "listen", "server", "dataPorts"))).isEqualTo(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":21", "[::1", "[::1]21", "[192.0.2.1]:21", "a..b", "-a.example", "a_b.123", "192.0.2.1:", "a:b:c",
        "a b", "ftp.example.org:+21", "ftp.example.org:２１", "224.0.0.1:21"})
    void server_that_cannot_be_is_refused(String text) {
        assertThat(Forms.SERVER.read(text)).isNull();
    }

    @Test
    void file_that_cannot_be_read_is_told_by_name(@TempDir Path folder) throws IOException {
        var absent = folder.resolve("absent.yaml");
        assertThatThrownBy(() -> ConfigurationFile.read(absent))
                .hasMessage(absent + ": no such file; deploy/sallyport.yaml is an example to start from.");
        assertThatThrownBy(() -> ConfigurationFile.read(folder))
                .hasMessage(folder + ": is a directory; name the configuration file in it.");
        var binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThatThrownBy(() -> ConfigurationFile.read(binary)).hasMessage(binary + ": is not UTF-8 text.");
        var huge = Files.write(folder.resolve("huge"), new byte[5 << 20]);
        assertThatThrownBy(() -> ConfigurationFile.read(huge))
                .hasMessage(huge + ": is larger than 4 MiB; this is no configuration.");
    }

    private static GatewaySettings settings(List<Endpoint> listen) {
        return new GatewaySettings(
                "main", listen, new ServerAddress("198.51.100.20", new Port(21)),
                new PortRange(new Port(2122), new Port(2129)), SessionPolicy.DEFAULT,
                GatewaySettings.Limits.DEFAULT, GatewaySettings.Timeouts.DEFAULT);
    }

    private static Endpoint endpoint(String address, int port) {
        return new Endpoint(address(address), new Port(port));
    }

    private static Network network(String text) {
        return Objects.requireNonNull(Network.parse(text));
    }

    private static InetAddress address(String text) {
        return Objects.requireNonNull(Addresses.parse(text));
    }

    /** Ports for servers that nobody chose are no reason to refuse those that somebody did. */
    @Test
    void serverDataPorts_thatAreNotWritten_areTheLargestPartOfTheDefault_thatHasNoOtherUse() throws ConfigurationException {
        assertThat(forServers("dataPorts: 2122-2129")).isEqualTo(GatewaySettings.SERVER_DATA_PORTS);
        assertThat(forServers("dataPorts: 50000-50999")).isEqualTo(PortRange.parse("32768-49999"));
        assertThat(forServers("dataPorts: 32000-40000")).isEqualTo(PortRange.parse("40001-60999"));
        assertThat(forServers("dataPorts: 60999-61000")).isEqualTo(PortRange.parse("32768-60998"));
        assertThat(forServers("dataPorts: 50000-50999, tls: passthrough, passiveRanges: { servers: 192.0.2.1, ports: 40000-40099 }"))
                .isEqualTo(PortRange.parse("51000-60999"));
        assertThat(forServers("dataPorts: 50000-50999, serverDataPorts: 51000-51999")).isEqualTo(PortRange.parse("51000-51999"));
        assertThat(forServers("dataPorts: 50000-50999, serverDataPorts: 50000-50999, serverSees: 192.0.2.77"))
                .as("another address").isEqualTo(PortRange.parse("50000-50999"));
    }

    private static PortRange forServers(String keys) throws ConfigurationException {
        return ConfigurationFile.parse("ports.yaml", "gateways: [{ name: a, listen: \"192.0.2.9:21\", server: 192.0.2.1, " + keys + " }]")
                .gateways().getFirst().serverDataPorts();
    }
}
