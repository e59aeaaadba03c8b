package dev.sallyport.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.admin.Answer;
import dev.sallyport.admin.ControlClient;
import dev.sallyport.net.Host;
import dev.sallyport.peers.ChildProcess.Finished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The real program, {@code sallyport run}, in a host of a network. */
public final class GatewayProgram implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(30);
    private static final Duration STOP = Duration.ofSeconds(10);
    private static final Pattern COMPLAINT = Pattern.compile(" WARN | ERROR |Exception");

    private final ChildProcess process;
    private final Path socket;

    private GatewayProgram(ChildProcess process, Path socket) {
        this.process = process;
        this.socket = socket;
    }

    /**
     * Starts it; returns when it is ready.
     *
     * @param folder where its configuration and control socket are put
     * @param configuration all but the place of the control socket
     */
    public static GatewayProgram start(Host host, Path folder, String configuration) throws Exception {
        var socket = folder.resolve("control");
        return started(host.start(command(folder, configuration, socket)), socket);
    }

    /** Starts it on this host. @param arguments more of {@code run} */
    public static GatewayProgram startHere(Path folder, String configuration, String... arguments) throws IOException {
        return startWithin(List.of(), folder, configuration, arguments);
    }

    /** Starts it on this host. @param within what runs it, such as {@code setsid} */
    public static GatewayProgram startWithin(List<String> within, Path folder, String configuration, String... arguments)
            throws IOException {
        var socket = folder.resolve("control");
        var command = Stream.of(within, command(folder, configuration, socket), List.of(arguments)).flatMap(List::stream).toList();
        return started(ChildProcess.start(command, folder, ChildProcess.noInput(), folder.resolve("gateway.log")), socket);
    }

    /** Runs one on this host that is not to start, to its end. */
    public static Finished failHere(Path folder, String configuration, String... arguments) throws IOException, InterruptedException {
        var command = Stream.concat(command(folder, configuration, folder.resolve("control")).stream(), Stream.of(arguments)).toList();
        return ChildProcess.start(command, folder, ChildProcess.noInput(), folder.resolve("gateway.log")).await(START);
    }

    private static GatewayProgram started(ChildProcess process, Path socket) {
        var gateway = new GatewayProgram(process, socket);
        await().atMost(START).pollInterval(Duration.ofMillis(20)).until(() -> gateway.log().contains("Ready: ") || !process.alive());
        if (!process.alive() || !gateway.log().contains("Ready: ")) {
            process.close();
            throw new IllegalStateException("the gateway does not start: " + gateway.log());
        }
        return gateway;
    }

    /** Runs one that is not to start, to its end. */
    public static Finished fail(Host host, Path folder, String configuration) throws Exception {
        return host.start(command(folder, configuration, folder.resolve("control"))).await(START);
    }

    private static List<String> command(Path folder, String configuration, Path socket) throws IOException {
        Path file = Files.writeString(folder.resolve("gate.yaml"), configuration + "controlSocket: " + socket + "\n");
        return PackagedProgram.command(
                List.of("--default-signal=HUP", "SALLYPORT_LOG=DEBUG"), List.of("run", "--config", file.toString()));
    }

    /** All that it has printed: its log, with DEBUG. */
    public String log() {
        return process.printed();
    }

    /** The lines of its log that an operator would have to look at. */
    public List<String> complaints() {
        return log().lines().filter(line -> COMPLAINT.matcher(line).find()).toList();
    }

    /** What {@code sallyport sessions} lists. */
    public List<Answer.Session> sessions() throws IOException {
        return Objects.requireNonNull(ControlClient.ask(socket, "sessions").answer().sessions());
    }

    /** What {@code sallyport pinholes} lists. */
    public List<Answer.Pinhole> pinholes() throws IOException {
        return Objects.requireNonNull(ControlClient.ask(socket, "pinholes").answer().pinholes());
    }

    public ProcessHandle handle() {
        return process.handle();
    }

    /** Sends it SIGHUP. */
    public void hangUp() throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-HUP", Long.toString(handle().pid())).start().waitFor()).isZero();
    }

    /** Asks it to stop and waits until it has. */
    public void stop() throws InterruptedException {
        process.handle().destroy();
        assertThat(process.await(STOP)).as("the gateway's end").satisfies(
                finished -> assertThat(finished.exit()).as(finished.printed()).isZero());
    }

    @Override
    public void close() {
        process.close();
    }
}
