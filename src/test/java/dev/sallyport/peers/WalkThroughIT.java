package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.net.Host;
import dev.sallyport.net.Network;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.peers.ChildProcess.Finished;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README's way from a session that fails to the rule that lets it work: its files, and its commands in their order, with a real
 * client and server, and tcpdump; each prints what stands below it, but for times, ports that were drawn, and sizes of captures.
 */
@Tag("system")
@Timeout(120)
class WalkThroughIT {

    private static final Path LAUNCHER = Path.of(System.getProperty("lab.launcher", "deploy/sallyport")).toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern EXPLAINED =
            Pattern.compile("client (\\S+) to (\\S+):\\d+, .*\n +on to (\\S+):\\d+, which sees it come from (\\S+)\n");
    private static final Pattern OPENED = Pattern.compile("event=pinhole-opened .* from=(\\S+) told=(\\S+):\\d+ target=(\\S+):\\d+");
    private static final Pattern FENCE = Pattern.compile("(?s)```(yaml)?\n(.*?)```");

    /** A command, and what the README has below it. */
    private record Step(String command, String prints) {}

    @TempDir
    private Path folder;

    @Test
    void commands_printWhatTheReadmeShows_andTheSessionWorksInTheEnd() throws Exception {
        Stream.of("tcpdump", "curl", "bash").forEach(Requirements::program);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        var section = Files.readString(Path.of("README.md")).split("\n## From a failing session to a rule\n", -1)[1].split("\n## ", -1)[0];
        var files = FENCE.matcher(section).results().filter(block -> block.group(1) != null).map(block -> block.group(2)).iterator();
        var steps = steps(section).iterator();
        var launcher = Files.writeString(
                Files.createDirectory(folder.resolve("deploy")).resolve("sallyport"), "#!/bin/sh\nexec '" + LAUNCHER + "' \"$@\"\n");
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(folder.resolve("report.csv"), "one,two\n");
        var root = Files.createDirectory(folder.resolve("files"));
        Files.setPosixFilePermissions(Files.createDirectory(root.resolve("in")), PosixFilePermissions.fromString("rwxrwxrwx"));
        try (var network = Network.open(Topology.VIP);
                var server = network.server().call(() -> new Vsftpd().start(
                        Family.IPV4, Network.SERVER.four(), 21, root, Files.createDirectory(folder.resolve("work"))))) {
            var configuration = files.next() + "telemetry: { http: none }\n";
            Files.writeString(folder.resolve("rules.yaml"), files.next());
            try (var gateway = GatewayProgram.start(network.gateway(), folder, configuration)) {
                capture(network, steps);
                while (steps.hasNext()) {
                    var step = steps.next();
                    prints(step, run(step.command().startsWith("curl ") ? network.client() : network.gateway(), step.command()));
                }
                assertThat(gateway.complaints()).as("but for what was refused").isEmpty();
                assertThat(explainedDoor(network)).isEqualTo(openedDoor(gateway.log()));
            }
            assertThat(root.resolve("in/report.csv")).as(server.log()).hasContent("one,two\n");
        }
    }

    /** What tcpdump has heard of the client that fails. */
    private void capture(Network network, Iterator<Step> steps) throws Exception {
        try (var tcpdump = network.gateway().call(() -> start("exec " + steps.next().command().replace("sudo ", "")))) {
            await().atMost(PATIENCE).until(() -> tcpdump.printed().contains("listening on"));
            var failing = steps.next();
            prints(failing, run(network.client(), failing.command()));
            // What is on the wire comes to the file a little later.
            await().atMost(PATIENCE).until(() -> run(network.gateway(), "deploy/sallyport replay --json failing.pcap").printed()
                    .contains("\"end\":\"the client quit\""));
        }
    }

    /** What the gateway would open for such a client, and what it has. */
    private String explainedDoor(Network network) throws Exception {
        var explained = run(network.gateway(), "deploy/sallyport explain --config gate.yaml --from 192.0.2.10 --user demo EPSV").printed();
        var door = EXPLAINED.matcher(explained);
        assertThat(door.find()).as(explained).isTrue();
        assertThat(door.group(4)).isEqualTo(Network.GATEWAY_OUTSIDE.four());
        return door.group(1) + " to " + door.group(2) + " on to " + door.group(3);
    }

    private static String openedDoor(String log) {
        var door = OPENED.matcher(log);
        assertThat(door.find()).as(log).isTrue();
        return door.group(1) + " to " + door.group(2) + " on to " + door.group(3);
    }

    private static void prints(Step step, Finished finished) {
        assertThat(undrawn(finished.printed())).as(step.command()).isEqualTo(undrawn(step.prints()));
    }

    private static String undrawn(String text) {
        return text.replaceAll("192\\.0\\.2\\.10:\\d+", "CLIENT").replaceAll("203\\.0\\.113\\.1:50\\d{3}", "TOLD")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT\\S+Z", "TIME").replaceAll(" *\\d+\\.\\d{3} ?s", " SECONDS")
                .replaceAll("\\d+ packets of \\S+", "PACKETS").replaceAll("\\.txt:\\d+:", ".txt:LINE:").stripTrailing();
    }

    private static List<Step> steps(String section) {
        var steps = new ArrayList<Step>();
        FENCE.matcher(section).results().filter(block -> block.group(1) == null)
                .flatMap(block -> Stream.of(block.group(2).split("(?m)^\\$ ", -1)).skip(1))
                .map(WalkThroughIT::step).forEach(steps::add);
        return steps;
    }

    /** A command is a line, but for what it reads itself, up to END. */
    private static Step step(String text) {
        var line = text.substring(0, text.indexOf('\n') + 1);
        var end = line.contains("<<'END'") ? text.indexOf("\nEND\n") + "\nEND\n".length() : line.length();
        return new Step(text.substring(0, end).strip(), text.substring(end));
    }

    private Finished run(Host host, String command) throws Exception {
        try (var process = host.call(() -> start(command))) {
            return process.await(PATIENCE);
        }
    }

    private ChildProcess start(String command) throws Exception {
        return ChildProcess.start(
                List.of("env", "PASSWORD=" + ServerProgram.PASSWORD, "SALLYPORT_JAVA_OPTS=-XX:TieredStopAtLevel=1", "bash", "-c", command),
                folder, ChildProcess.noInput(), Files.createTempFile(folder, "printed", ""));
    }
}
