package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.peers.Requirements;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service's unit file, and the program with exactly the privileges that it gives. */
@Tag("system")
@Timeout(120)
class ServiceIT {

    private static final Path PROJECT = Path.of("").toAbsolutePath();
    private static final Path UNIT = PROJECT.resolve("deploy/systemd/sallyport.service");

    /** What the unit gives, without systemd: an ordinary user, two ambient capabilities, and none that could be added. */
    private static final List<String> AS_SERVICE = List.of(
            "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--no-new-privs",
            "--inh-caps=-all,+net_admin,+net_bind_service", "--ambient-caps=-all,+net_admin,+net_bind_service",
            "--bounding-set=-all,+net_admin,+net_bind_service");

    @TempDir
    private Path folder;

    @Test
    void unit_is_correct_and_exposes_little() throws Exception {
        var analyze = Requirements.program("systemd-analyze").toString();
        // Its launcher is looked for; it stands elsewhere here.
        var unit = Files.writeString(
                folder.resolve("sallyport.service"), Files.readString(UNIT).replace("/opt/sallyport", PROJECT.toString()));
        var verified = Launched.run(folder, List.of(analyze, "verify", "--man=no", unit.toString()));
        assertThat(verified.exit()).as(verified.err()).isZero();
        assertThat(verified.err()).doesNotContain("sallyport.service");
        // In tenths: at most 2.0.
        var secure = Launched.run(
                folder, List.of(analyze, "security", "--offline=true", "--threshold=20", "--no-pager", unit.toString()));
        assertThat(secure.exit()).as(secure.out() + secure.err()).isZero();
        assertThat(secure.out()).contains("Overall exposure level for sallyport.service: ");
    }

    /** While the launcher looks for a JDK, or builds: a signal would find nobody yet who expects it. */
    @Test
    void reload_of_the_unit_leaves_a_service_that_starts_alone() throws Exception {
        var jdk = folder.resolve("slow");
        var programs = Files.createDirectories(jdk.resolve("bin"));
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
        for (var program : List.of("java", "javac")) {
            open(Files.writeString(programs.resolve(program), "#!/bin/sh\necho started\nread -r never\n"));
        }
        var out = folder.resolve("out");
        var starting = new ProcessBuilder(PROJECT.resolve("deploy/sallyport").toString(), "run").redirectOutput(out.toFile());
        starting.environment().put("SALLYPORT_JAVA_HOME", jdk.toString());
        var service = starting.start();
        try {
            await().atMost(Duration.ofSeconds(10)).until(() -> Files.readString(out).contains("started"));
            var reload = Files.readAllLines(UNIT).stream().filter(line -> line.startsWith("ExecReload=")).findFirst().orElseThrow()
                    .substring("ExecReload=".length())
                    .replace("$MAINPID", Long.toString(service.pid()))
                    .replace("/opt/sallyport", PROJECT.toString())
                    .replace("/etc/sallyport", folder.toString());
            Files.copy(PROJECT.resolve("deploy/sallyport.yaml"), folder.resolve("sallyport.yaml"));
            var asked = Launched.run(folder, List.of("/bin/sh", "-c", reload));
            assertThat(asked.exit()).as("nothing was reloaded").isNotZero();
            assertThat(asked.err()).startsWith("sallyport reload: ");
            assertThat(service.waitFor(500, TimeUnit.MILLISECONDS)).as("it starts on").isFalse();
        } finally {
            service.destroy();
        }
    }

    @Test
    void ordinary_user_with_the_units_capabilities_serves_ports_20_and_21_and_runs_nft() throws Exception {
        Requirements.root("it makes a network namespace and drops privileges");
        Requirements.program("setpriv");
        Requirements.program("nft");
        var launcher = install();
        var gateway = new ProcessBuilder(inNamespace(
                        "exec \"$@\"", launcher, "quickstart", "--listen", "127.0.0.1:21", "--data-ports", "2122-2125"))
                .directory(folder.toFile()).redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile()).start();
        try {
            await().atMost(Duration.ofSeconds(30)).until(
                    () -> Files.readString(folder.resolve("out")).contains("Ready: ") || !gateway.isAlive());
            assertThat(gateway.isAlive()).as(Files.readString(folder.resolve("err"))).isTrue();
            var status = Files.readString(Path.of("/proc", Long.toString(gateway.pid()), "status"));
            assertThat(status).contains(
                    "Uid:\t65534\t65534\t65534\t65534", "CapEff:\t0000000000001400", "CapBnd:\t0000000000001400",
                    "CapAmb:\t0000000000001400", "NoNewPrivs:\t1");
            var client = Launched.run(folder, List.of(
                    Requirements.program("nsenter").toString(), "--net=/proc/" + gateway.pid() + "/ns/net", "/usr/bin/python3", "-c", """
                    import ftplib
                    ftp = ftplib.FTP('127.0.0.1', 'demo', 'demo')
                    ftp.set_pasv(False)
                    data = ftp.transfercmd('RETR welcome.txt')
                    print(ftp.sock.getpeername()[1], data.getpeername()[1], data.makefile().read(), end='')
                    data.close()
                    ftp.voidresp()
                    ftp.quit()
                    """));
            assertThat(client).isEqualTo(new Launched(0, "21 20 This file came through Sallyport.\n", ""));
            assertThat(Files.readString(folder.resolve("err"))).doesNotContain(" WARN ", " ERROR ");
        } finally {
            gateway.destroy();
            assertThat(gateway.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** The JVM's children, nft and ip, have what it has. */
    @Test
    void what_that_user_starts_may_change_rules_and_routes() throws Exception {
        Requirements.root("it makes a network namespace and drops privileges");
        var launcher = install();
        var doctor = Launched.run(folder, inNamespace("\"$@\"", launcher, "doctor"));
        assertThat(doctor.out()).contains(
                "ok       CAP_NET_ADMIN: user 65534 has it, and what it starts\n", "ok       kernel: TPROXY: there\n",
                "ok       no other FTP helper: none\n");
        var rules = Launched.run(folder, inNamespace("""
                nft add table inet sallyport && nft list tables
                ip rule add fwmark 1/1 lookup 100 && ip route add local default dev lo table 100 && ip route show table 100
                """, launcher));
        assertThat(rules.out()).contains("table inet sallyport\n", "local default dev lo");
        assertThat(rules.exit()).as(rules.err()).isZero();
    }

    @Test
    void gateway_of_that_user_puts_its_table_and_routes_in_place_and_takes_them_away() throws Exception {
        Requirements.root("it makes a network namespace and drops privileges");
        var launcher = install();
        var configuration = Files.writeString(folder.resolve("gate.yaml"), """
                gateways:
                  - name: routed
                    listen: 0.0.0.0:2121
                    intercept: { mode: tproxy, clientInterfaces: [inside], serverInterfaces: [outside] }
                    server: original
                    dataPath: kernel
                    dataPorts: 2122-2125
                controlSocket: none
                """);
        open(configuration);
        var said = Launched.run(folder, inNamespace("""
                out=$(mktemp)
                "$@" >"$out" &
                for i in $(seq 100); do grep -q Ready: "$out" && break; sleep 0.1; done
                nft list tables
                ip rule
                kill $!
                wait $!
                echo "ended with $?"
                nft list tables
                ip rule
                rm "$out"
                """, launcher, "run", "--config", configuration.toString()));
        var parts = said.out().split("ended with 0\n", 2);
        assertThat(parts).as(said.out() + said.err()).hasSize(2);
        assertThat(parts[0]).contains("table inet sallyport\n", "lookup 2021");
        assertThat(parts[1]).doesNotContain("sallyport", "2021");
    }

    /** As systemd hands it over: the service's own by an access control list, whose mask looks like a group's bits. */
    @Test
    void token_that_the_unit_hands_over_is_taken() throws Exception {
        Requirements.root("it makes a network namespace and drops privileges");
        Requirements.program("curl");
        assertThat(Files.readAllLines(UNIT)).contains("LoadCredential=token:/etc/sallyport/token", "SetCredential=token:none");
        var launcher = install();
        var credentials = Files.createDirectory(folder.resolve("credentials"));
        open(credentials);
        var token = Files.writeString(credentials.resolve("token"), HttpGateway.TOKEN);
        Files.setAttribute(token, "unix:gid", 65534);
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("r--r-----"));
        var configuration = Files.writeString(folder.resolve("gate.yaml"), """
                gateways:
                  - { name: main, listen: 127.0.0.1:2121, server: 127.0.0.1:2100, dataPorts: 2122-2125 }
                telemetry: { http: 127.0.0.1:9121, token: %s }
                controlSocket: none
                """.formatted(token));
        open(configuration);
        var said = Launched.run(folder, inNamespace("""
                export CREDENTIALS_DIRECTORY=%s
                out=$(mktemp)
                "$@" >"$out" &
                for i in $(seq 100); do grep -q Ready: "$out" && break; sleep 0.1; done
                curl -sS -X POST -H 'Authorization: Bearer %s' http://127.0.0.1:9121/api/reload
                kill $!
                wait $!
                rm "$out"
                """.formatted(credentials, HttpGateway.TOKEN), launcher, "run", "--config", configuration.toString()));
        assertThat(said.out()).as(said.err()).startsWith("{\"gateways\":[{\"gateway\":\"main\"");
        assertThat(said.exit()).as(said.err()).isZero();
    }

    private static List<String> inNamespace(String script, Path launcher, String... arguments) {
        var command = new ArrayList<>(List.of(
                "unshare", "--net", "sh", "-c",
                "ip link set lo up; ip link add inside type veth peer name outside; ulimit -n 4096; exec \"$@\"", "sh"));
        command.addAll(AS_SERVICE);
        command.addAll(List.of("sh", "-c", "PATH=$PATH:/usr/sbin:/sbin\n" + script, "sh", launcher.toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** The program where an ordinary user may read it. */
    private Path install() throws IOException {
        open(folder);
        for (var each : List.of("deploy/sallyport", "target/sallyport.jar")) {
            Files.createDirectories(folder.resolve(each).resolveSibling("."));
            Files.copy(PROJECT.resolve(each), folder.resolve(each));
        }
        var library = Files.createDirectories(folder.resolve("target/lib"));
        try (var jars = Files.list(PROJECT.resolve("target/lib"))) {
            for (var jar : jars.toList()) {
                Files.copy(jar, library.resolve(jar.getFileName()));
            }
        }
        try (var all = Files.walk(folder)) {
            for (var each : all.toList()) {
                open(each);
            }
        }
        return folder.resolve("deploy/sallyport");
    }

    private static void open(Path path) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
