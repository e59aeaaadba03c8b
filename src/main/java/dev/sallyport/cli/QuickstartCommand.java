package dev.sallyport.cli;

import dev.sallyport.config.Configuration;
import dev.sallyport.config.Conflicts;
import dev.sallyport.config.ControlPlace;
import dev.sallyport.config.GatewayRules;
import dev.sallyport.config.KernelOptions;
import dev.sallyport.config.LogOptions;
import dev.sallyport.config.TelemetryOptions;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.lab.EmbeddedServer;
import dev.sallyport.proxy.GatewaySettings;
import dev.sallyport.proxy.ServerAddress;
import dev.sallyport.rules.Check;
import dev.sallyport.rules.Level;
import dev.sallyport.session.SessionPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sallyport quickstart}: a gateway in front of an FTP server of its own, and what to type to try it. */
@Command(
        name = "quickstart",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts a gateway in front of an FTP server with a few files, and prints what to type.",
            "All of it on loopback, with no privilege; Ctrl-C ends it and leaves nothing behind."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:stopped when asked to", "2:an option does not fit, or its port is taken"})
final class QuickstartCommand implements Callable<Integer> {

    /** Somebody who tries things out wants them to end when told to. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS:PORT",
            defaultValue = "127.0.0.1:2121",
            converter = FormConverter.OfEndpoint.class,
            description = "Where clients connect (${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private Endpoint listen;

    @Option(
            names = "--data-ports",
            paramLabel = "PORT[-PORT]",
            defaultValue = "2122-2129",
            converter = FormConverter.OfPorts.class,
            description = "Ports for data connections (${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private PortRange dataPorts;

    @Option(
            names = "--server",
            paramLabel = "HOST[:PORT]",
            converter = FormConverter.OfServer.class,
            description = "A real FTP server instead of the embedded one.")
    private @Nullable ServerAddress server;

    @Option(
            names = "--active-source-port",
            paramLabel = "strict|any",
            defaultValue = "strict",
            converter = FormConverter.OfServerSourcePort.class,
            description = {
                "The port that the server connects from in active mode: strict, the one below its control port"
                        + " (20 for 21, RFC 959), or any, as some servers do (${DEFAULT-VALUE})."
            })
    @SuppressWarnings("NullAway.Init")
    private Level activeSourcePort;

    @Option(
            names = "--tls",
            description = {
                "Clients may have TLS (AUTH TLS), with a certificate that is made now and forgotten at the end; the server"
                        + " behind is spoken to without."
            })
    private boolean tls;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private LogFlags log;

    private QuickstartCommand() {}

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        refuseConflicts();
        var stop = StopSignal.install();
        var real = server;
        if (real != null) {
            lookUp(real);
            run(real, stop, invitation -> invitation.toServer(real));
            return Sallyport.GOOD;
        }
        try (var embedded = EmbeddedServer.start()) {
            stop.lastly(embedded::close);
            var address = embedded.address();
            run(new ServerAddress(Addresses.text(address.address(), false), address.port()), stop,
                    invitation -> invitation.toDemo(address));
            return Sallyport.GOOD;
        } catch (IOException failed) {
            throw new CommandFailure(
                    Sallyport.WRONG_USAGE, failed.getMessage() + ". Name a server of your own with --server.", failed);
        }
    }

    private void run(ServerAddress behind, StopSignal stop, Function<Invitation, List<String>> lines)
            throws CommandFailure, InterruptedException {
        try (var identity = tls ? identity() : null;
                var gateways = RunningGateways.start(configuration(behind, identity), null, log.over(LogOptions.NONE))) {
            var out = spec.commandLine().getOut();
            if (identity != null) {
                // It has been read: nothing of it is left, however this ends.
                identity.close();
            }
            lines.apply(new Invitation(listen, dataPorts, identity == null ? null : identity.pin())).forEach(out::println);
            var http = gateways.http();
            if (http != null) {
                out.println("What goes on is shown at http://" + http + "/, its metrics at /metrics.");
            }
            out.flush();
            stop.await();
            gateways.stop();
            out.println("Stopped.");
        } catch (IOException failed) {
            throw new CommandFailure(
                    Sallyport.WRONG_USAGE,
                    ListenFailure.sentence(failed, "another address with --listen, such as --listen " + elsewhere()),
                    failed);
        }
    }

    private DemoIdentity identity() throws CommandFailure {
        try {
            return DemoIdentity.make(listen);
        } catch (IOException failed) {
            throw new CommandFailure(Sallyport.WRONG_USAGE, "--tls: " + failed.getMessage() + ".", failed);
        }
    }

    private Configuration configuration(ServerAddress behind, @Nullable DemoIdentity identity) {
        var usual = SessionPolicy.DEFAULT;
        var policy = identity == null ? usual : new SessionPolicy(
                usual.advertisedToClients(), usual.advertisedToServers(), usual.clientSourcePort(), DemoIdentity.POLICY, usual.rules(),
                usual.limits(), usual.timeouts());
        var settings = new GatewaySettings(
                "quickstart", List.of(listen), behind, dataPorts, policy, GatewaySettings.Limits.DEFAULT,
                GatewaySettings.Timeouts.DEFAULT);
        var rules = new GatewayRules(null, Map.of(Check.ACTIVE_SOURCE_PORT, activeSourcePort));
        return new Configuration(
                List.of(settings), Configuration.DEFAULT_THREADS, GRACE, KernelOptions.DEFAULT, new ControlPlace.None(),
                telemetry(), LogOptions.NONE, Map.of(settings.name(), rules),
                identity == null ? Map.of() : Map.of(settings.name(), identity.options()));
    }

    /** At the usual port, or at the next that is free: a gateway may run here already. */
    private TelemetryOptions telemetry() {
        var usual = TelemetryOptions.DEFAULT_HTTP;
        return IntStream.rangeClosed(usual.port().number(), Port.HIGHEST).mapToObj(Port::new)
                .filter(port -> !port.equals(listen.port()) && !dataPorts.contains(port))
                .map(usual::withPort).filter(QuickstartCommand::free).findFirst()
                .map(TelemetryOptions.DEFAULT::at).orElse(TelemetryOptions.DEFAULT);
    }

    // ---- What can be wrong before anything is started ----

    private void refuseConflicts() throws CommandFailure {
        var ports = Conflicts.ports(dataPorts, listen);
        if (ports != null) {
            throw new CommandFailure(Sallyport.WRONG_USAGE, ports + " The options are --listen and --data-ports.");
        }
        var source = Conflicts.activeSource(dataPorts, listen);
        if (source != null) {
            throw new CommandFailure(Sallyport.WRONG_USAGE, source + " The options are --listen and --data-ports.");
        }
        var self = server == null ? null : Conflicts.server(server, listen);
        if (self != null) {
            throw new CommandFailure(Sallyport.WRONG_USAGE, self + " The options are --listen and --server.");
        }
        // When the control port cannot be had either, that is the better thing to say.
        if (free(listen) && IntStream.range(0, dataPorts.size()).mapToObj(dataPorts::at).map(listen::withPort)
                .noneMatch(QuickstartCommand::free)) {
            throw new CommandFailure(Sallyport.WRONG_USAGE, "none of the data ports " + dataPorts + " can be listened on at "
                    + Addresses.text(listen.address(), true) + ". Choose others with --data-ports.");
        }
    }

    private static boolean free(Endpoint endpoint) {
        try (var probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(endpoint.toSocketAddress());
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    private static void lookUp(ServerAddress server) throws CommandFailure {
        try {
            InetAddress.getByName(server.host());
        } catch (UnknownHostException unknown) {
            throw new CommandFailure(Sallyport.WRONG_USAGE, "no address is known for the server '" + server.host()
                    + "'. Check the name, or give its IP address with --server.", unknown);
        }
    }

    private Endpoint elsewhere() {
        var port = listen.port().number();
        return listen.withPort(new Port(port < Port.FIRST_UNPRIVILEGED ? 2121 : port < Port.HIGHEST - 1000 ? port + 1000 : port - 1000));
    }
}
