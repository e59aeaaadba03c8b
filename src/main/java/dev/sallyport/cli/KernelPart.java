package dev.sallyport.cli;

import dev.sallyport.config.Configuration;
import dev.sallyport.datapath.Transport;
import dev.sallyport.datapath.kernel.Firewall;
import dev.sallyport.datapath.kernel.FirewallSettings;
import dev.sallyport.datapath.kernel.FirewallTakenException;
import dev.sallyport.datapath.kernel.KernelSettings;
import dev.sallyport.datapath.kernel.PolicyRoutes;
import dev.sallyport.datapath.kernel.RulesetSettings;
import dev.sallyport.datapath.kernel.RulesetSettings.Data;
import dev.sallyport.datapath.kernel.RulesetSettings.Local;
import dev.sallyport.netlink.BatchObserver;
import dev.sallyport.ftp.Network;
import dev.sallyport.proxy.EventLoops;
import dev.sallyport.proxy.GatewaySettings;
import dev.sallyport.proxy.GatewaySettings.Carrier;
import dev.sallyport.proxy.Interception;
import dev.sallyport.proxy.ServerChoice;
import dev.sallyport.proxy.SourceAddress;
import dev.sallyport.session.PassiveRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the gateways of a configuration ask of the kernel. */
final class KernelPart {

    private KernelPart() {}

    /** Whether any of them asks for anything. */
    static boolean needed(Configuration configuration) {
        return configuration.gateways().stream().anyMatch(KernelPart::needed);
    }

    private static boolean needed(GatewaySettings gateway) {
        return gateway.interception().intercepts() || gateway.carrier() == Carrier.KERNEL;
    }

    /** @throws CommandFailure when this host cannot do it, or this process may not */
    static Firewall start(Configuration configuration, EventLoops loops, BatchObserver observer) throws CommandFailure {
        if (loops.kind() != Transport.EPOLL) {
            throw new CommandFailure(Sallyport.FAILED, "interception and the kernel's data path need Netty's epoll transport, "
                    + "and it cannot be loaded here: Linux on x86_64 or aarch64 has it.");
        }
        try {
            return Firewall.start(settings(configuration), loops.kind(), loops.group(), observer);
        } catch (FirewallTakenException taken) {
            throw new CommandFailure(Sallyport.FAILED, taken.getMessage() + ".", taken);
        } catch (IOException refused) {
            throw new CommandFailure(
                    Sallyport.FAILED, refused.getMessage() + System.lineSeparator() + "'sallyport doctor' says what this host lacks.",
                    refused);
        }
    }

    static FirewallSettings settings(Configuration configuration) {
        var options = configuration.kernel();
        return new FirewallSettings(
                new RulesetSettings(
                        configuration.gateways().stream().filter(KernelPart::needed).map(KernelPart::gateway).toList(),
                        options.wall(), options.setSize(), true, options.interceptMark(), options.ownMark()),
                new PolicyRoutes(options.interceptMark(), options.routingTable()),
                options.onStop());
    }

    static KernelSettings dataPath(GatewaySettings gateway) {
        return new KernelSettings(
                gateway.dataPorts(), gateway.serverDataPorts(), gateway.timeouts().portWait(), gateway.timeouts().dataIdle(),
                gateway.policy().timeouts().idle());
    }

    private static RulesetSettings.Gateway gateway(GatewaySettings gateway) {
        var interception = gateway.interception();
        var servers = switch (gateway.server()) {
            case ServerChoice.Original(var allowed) -> allowed;
            // Who calls the server behind by its own address comes to the gateway too.
            case ServerChoice.Fixed(var server) -> Stream.ofNullable(server.literal()).map(Network::of).toList();
        };
        return new RulesetSettings.Gateway(
                gateway.name(),
                switch (interception.kind()) {
                    case NONE -> RulesetSettings.Interception.NONE;
                    case TPROXY -> RulesetSettings.Interception.TPROXY;
                    case REDIRECT -> RulesetSettings.Interception.REDIRECT;
                },
                gateway.carrier() == Carrier.RELAY ? Data.RELAY : gateway.relays() ? Data.BOTH : Data.KERNEL,
                gateway.serverSees() instanceof SourceAddress.OfClient,
                interception.clientInterfaces(),
                interception.serverInterfaces(),
                interception.controlPorts(),
                gateway.listen().getFirst().port(),
                List.of(),
                interception.addresses(),
                interception.clients(),
                servers,
                gateway.dataPorts(),
                gateway.serverDataPorts(),
                gateway.policy().passiveRanges().stream().map(PassiveRange::ports).toList(),
                local(interception));
    }

    private static @Nullable Local local(Interception interception) {
        if (interception.users().isEmpty() && interception.groups().isEmpty()) {
            return null;
        }
        return new Local(longs(interception.users()), longs(interception.groups()), ownUser());
    }

    private static List<Long> longs(List<Integer> numbers) {
        return numbers.stream().map(Integer::longValue).toList();
    }

    /** @throws CommandFailure when programs of the user that this process runs as are to be intercepted */
    static void refuseOwnUser(Configuration configuration) throws CommandFailure {
        for (var gateway : configuration.gateways()) {
            var users = gateway.interception().users();
            if (!users.isEmpty() && longs(users).contains(ownUser())) {
                throw new CommandFailure(
                        Sallyport.WRONG_USAGE,
                        "the gateway " + gateway.name() + " runs as user " + ownUser() + ", which intercept.users names: it would be "
                                + "led to itself for ever. Run it as a user of its own, or leave that number out.");
            }
        }
    }

    /** The number of the user that this process runs as. */
    private static long ownUser() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot find out which user this is", e);
        }
    }
}
