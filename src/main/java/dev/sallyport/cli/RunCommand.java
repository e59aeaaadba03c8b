package dev.sallyport.cli;

import dev.sallyport.admin.ControlSocket;
import dev.sallyport.config.Configuration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sallyport run}: the gateways of a configuration file, until a signal asks to stop. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the gateways of a configuration file until SIGINT or SIGTERM.",
            "Running transfers may finish within timeouts.grace; a second signal ends at once.",
            "Without a terminal, SIGHUP does what 'sallyport reload' does: takes rules and certificates anew, and opens the",
            "session log anew."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:stopped when asked to", "1:cannot listen, or failed later", "2:wrong usage or configuration"})
final class RunCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", required = true, description = "The configuration file.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private LogFlags log;

    private RunCommand() {}

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        var configuration = CheckCommand.read(file);
        KernelPart.refuseOwnUser(configuration);
        var out = spec.commandLine().getOut();
        var stop = StopSignal.install();
        try (var gateways = RunningGateways.start(configuration, file, log.over(configuration.log()));
                var control = control(configuration, gateways)) {
            if (control != null) {
                stop.lastly(control::close);
            }
            gateways.serve();
            configuration.gateways().forEach(settings -> out.println("Ready: " + GatewayLine.of(settings) + "."));
            out.flush();
            stop.onHangUp(gateways::reload);
            stop.await();
            var sessions = gateways.count();
            if (sessions > 0) {
                out.println("Stopping: " + sessions + " sessions may finish their transfers within "
                        + configuration.grace().toSeconds() + " s. A second signal ends at once.");
                out.flush();
            }
            gateways.stop();
            out.println("Stopped.");
            return Sallyport.GOOD;
        } catch (IOException failed) {
            throw new CommandFailure(
                    Sallyport.FAILED, ListenFailure.sentence(failed, "another address or port in " + file), failed);
        }
    }

    /** The control socket; null when the configuration wants none. */
    private @Nullable ControlSocket control(Configuration configuration, RunningGateways gateways) throws CommandFailure {
        var folder = ControlFolder.ofThisProcess();
        var path = folder.socket(configuration.controlSocket(), file);
        try {
            if (path == null) {
                return null;
            }
            folder.prepare(path);
            return ControlSocket.open(path, gateways);
        } catch (IOException failed) {
            throw new CommandFailure(
                    Sallyport.FAILED,
                    failed.getMessage() + ". Give this gateway another place with controlSocket in " + file + ", or none.", failed);
        }
    }
}
