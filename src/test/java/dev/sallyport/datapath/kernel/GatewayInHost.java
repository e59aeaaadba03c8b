package dev.sallyport.datapath.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.config.ConfigurationFile;
import dev.sallyport.datapath.DataPath;
import dev.sallyport.datapath.kernel.RulesetSettings.Data;
import dev.sallyport.datapath.kernel.RulesetSettings.Interception;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.net.Host;
import dev.sallyport.net.Network;
import dev.sallyport.net.Network.Topology;
import dev.sallyport.net.RunningGateway;
import dev.sallyport.net.Wall;
import dev.sallyport.proxy.EventLoops;
import dev.sallyport.proxy.Gateway;
import dev.sallyport.proxy.GatewaySettings;
import dev.sallyport.rules.OwnAddresses;
import dev.sallyport.session.SessionEvent;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A gateway, routed and transparent, whose threads are this process's and stand in a host of a network. */
final class GatewayInHost implements AutoCloseable {

    /** @param nanos on the clock of {@link System#nanoTime} */
    record Told(SessionEvent event, long nanos) {}

    /** The passive ports of its servers. */
    static final PortRange PASSIVE = PortRange.parse("50000-50099");

    private final Host host;
    private final GatewaySettings settings;
    private final EventLoops loops;
    private final Firewall firewall;
    final Gateway gateway;
    final ConcurrentLinkedQueue<Told> told;

    private GatewayInHost(
            Host host, GatewaySettings settings, EventLoops loops, Firewall firewall, Gateway gateway, ConcurrentLinkedQueue<Told> told) {
        this.host = host;
        this.settings = settings;
        this.loops = loops;
        this.firewall = firewall;
        this.gateway = gateway;
        this.told = told;
    }

    /** @param configuration what is to be said behind the gateway of {@link RunningGateway#ROUTED} */
    static GatewayInHost start(Network network, String configuration, int setSize, Firewall.Tuning tuning) throws Exception {
        var file = Files.createTempFile("gateway", ".yaml");
        try {
            Files.writeString(file, RunningGateway.ROUTED + configuration);
            var settings = ConfigurationFile.read(file).gateways().getFirst();
            var ruleset = new RulesetSettings(
                    List.of(Wall.gateway(Topology.ROUTED, Interception.TPROXY, Data.KERNEL, List.of(PASSIVE), null)),
                    RulesetSettings.Wall.CLOSED, setSize, true, RulesetSettings.DEFAULT_INTERCEPT_MARK, RulesetSettings.DEFAULT_OWN_MARK);
            var routes = new PolicyRoutes(ruleset.interceptMark(), PolicyRoutes.DEFAULT_TABLE);
            var told = new ConcurrentLinkedQueue<Told>();
            return network.gateway().call(() -> {
                var loops = EventLoops.open(2);
                // Its threads start with their first task, in the network namespace of whoever gave it.
                for (var loop : loops.group()) {
                    loop.submit(() -> {}).sync();
                }
                var firewall = Firewall.start(
                        new FirewallSettings(ruleset, routes, FirewallSettings.OnStop.REMOVE), loops.kind(), loops.group(), tuning);
                var gateway = Gateway.start(
                        settings, loops, null,
                        firewall.dataPath(kernel(settings)),
                        Gateway.host(OwnAddresses.NONE),
                        _ -> event -> told.add(new Told(event, System.nanoTime())));
                return new GatewayInHost(network.gateway(), settings, loops, firewall, gateway, told);
            });
        } finally {
            Files.delete(file);
        }
    }

    /** One of its event loops. */
    EventLoop loop() {
        return loops.group().next();
    }

    /** Another gateway of the same process, which shares the kernel's table. */
    DataPath another() {
        return firewall.dataPath(kernel(settings));
    }

    private static KernelSettings kernel(GatewaySettings settings) {
        return new KernelSettings(
                settings.dataPorts(), settings.serverDataPorts(), settings.timeouts().portWait(),
                settings.timeouts().dataIdle(), settings.policy().timeouts().idle());
    }

    /** Whether the table is known to stand. */
    boolean standing() {
        return firewall.standing();
    }

    /** From now on nothing can be changed in the kernel's sets. */
    void loseNetlink() {
        firewall.stopWriting();
    }

    /** No session, no pinhole, no element, no flow that stands. */
    void awaitNothingLeft() {
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertThat(gateway.sessions()).as("sessions").isZero();
            assertThat(gateway.dataPath().open()).as("pinholes").isZero();
            assertThat(RunningGateway.elements(host)).as("elements").isEmpty();
            assertThat(RunningGateway.flows(host)).as("flows").isEmpty();
        });
    }

    @Override
    public void close() throws Exception {
        gateway.stop(Duration.ZERO);
        host.call(() -> {
            try {
                firewall.close();
            } catch (IOException tableGone) {
                // A test may have taken it away.
            }
            return true;
        });
        loops.close();
    }
}
