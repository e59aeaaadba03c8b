package dev.sallyport.cli;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.lab.explain.Situation.Ends;
import dev.sallyport.proxy.GatewaySettings;
import dev.sallyport.proxy.ServerChoice;
import dev.sallyport.proxy.SourceAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Who talks to whom, in the options of a command: where the control connections of a session begin and end. What an answer does not
 * depend on has some address of RFC 5737, which is not shown.
 */
final class ControlEnds {

    private static final Port CLIENT_PORT = new Port(40_000);
    private static final Port OWN_PORT = new Port(45_000);
    private static final InetAddress SOME_CLIENT = Objects.requireNonNull(Addresses.parse("192.0.2.10"));
    private static final Endpoint SOME_SERVER =
            new Endpoint(Objects.requireNonNull(Addresses.parse("198.51.100.20")), new Port(21));

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--from", paramLabel = "ADDRESS", converter = FormConverter.OfAddress.class, description = "The client.")
    private @Nullable InetAddress client;

    @Option(
            names = "--to",
            paramLabel = "ADDRESS[:PORT]",
            converter = FormConverter.OfServerEnd.class,
            description = "The server, where the configuration does not say which.")
    private @Nullable Endpoint server;

    @Option(
            names = "--called",
            paramLabel = "ADDRESS",
            converter = FormConverter.OfAddress.class,
            description = "The gateway's address that the client has called, where it has several.")
    private @Nullable InetAddress called;

    @Option(
            names = "--server-sees",
            paramLabel = "ADDRESS",
            converter = FormConverter.OfAddress.class,
            description = "The gateway's address that the server sees, where routing chooses it (as this host's does).")
    private @Nullable InetAddress seen;

    @Nullable InetAddress client() {
        return client;
    }

    /** Whether it is known which server it is. */
    boolean serverKnown(@Nullable GatewaySettings gateway) {
        return server != null || gateway != null && gateway.server() instanceof ServerChoice.Fixed(var fixed) && fixed.literal() != null;
    }

    /** Those of a gateway in between that neither end sees. @param doors whether a data connection depends on them */
    Ends transparent(boolean doors) {
        require(called == null && seen == null, "--called and --server-sees are for a gateway of a configuration: give --config.");
        require(!doors || server != null, "the data connection is with one server: say with --to which.");
        var client = client(doors);
        var server = this.server == null ? SOME_SERVER : this.server;
        return new Ends(client, server, client, server);
    }

    /** Those that a gateway would have. @param doors whether a data connection depends on them */
    Ends of(GatewaySettings gateway, boolean doors) {
        var client = client(doors);
        var server = server(gateway, doors);
        var called = called(gateway, client, server, doors);
        return new Ends(client, called, seen(gateway, client, server, doors), server);
    }

    private Endpoint client(boolean doors) {
        require(!doors || client != null, "the data connection is with one client: say with --from which.");
        return new Endpoint(client == null ? SOME_CLIENT : client, CLIENT_PORT);
    }

    private Endpoint server(GatewaySettings gateway, boolean doors) {
        var given = server;
        return switch (gateway.server()) {
            case ServerChoice.Fixed(var fixed) -> {
                var literal = fixed.literal();
                var known = literal == null ? null : new Endpoint(literal, fixed.port());
                require(known == null || given == null || known.address().equals(given.address()),
                        "the gateway " + gateway.name() + " leads to " + known + " alone: leave --to out.");
                require(known != null || given != null || !doors,
                        "the server of the gateway " + gateway.name() + " has a name, " + fixed + ": say with --to which address that is.");
                yield known != null ? known : (given == null ? SOME_SERVER : given).withPort(fixed.port());
            }
            case ServerChoice.Original original -> {
                require(given != null || !doors, "clients of the gateway " + gateway.name() + " call many servers: say with --to which.");
                require(given == null || original.allows(given.address()), "the gateway " + gateway.name() + " is for servers in "
                        + text(original.allowed()) + ", and " + given + " is not among them: nobody looks at what is said to it.");
                yield given == null ? SOME_SERVER : given;
            }
        };
    }

    private Endpoint called(GatewaySettings gateway, Endpoint client, Endpoint server, boolean doors) {
        var interception = gateway.interception();
        if (this.client != null && !interception.clients().isEmpty()
                && interception.clients().stream().noneMatch(network -> network.contains(client.address()))) {
            throw wrong("the gateway " + gateway.name() + " is for clients in " + text(interception.clients()) + ", and "
                    + Addresses.text(client.address(), false) + " is not among them: nobody looks at what it says.");
        }
        if (gateway.server() instanceof ServerChoice.Original) {
            require(called == null, "clients of the gateway " + gateway.name() + " call the server itself: leave --called out.");
            require(this.server == null || interception.everyPort() || interception.controlPorts().contains(server.port()),
                    "the gateway " + gateway.name() + " looks at connections to port " + text(interception.controlPorts())
                            + ", not to " + server + ": say the port with --to.");
            return server;
        }
        var places = interception.intercepts()
                ? interception.addresses().stream().map(address -> new Endpoint(address, interception.controlPorts().getFirst())).toList()
                : gateway.listen();
        return called != null ? given(called, gateway, places) : own(gateway, places, client, doors);
    }

    private Endpoint given(InetAddress called, GatewaySettings gateway, List<Endpoint> places) {
        return places.stream()
                .filter(place -> place.address().equals(called) || everywhere(place, called))
                .map(place -> new Endpoint(called, place.port()))
                .findFirst()
                .orElseThrow(() -> wrong("clients of the gateway " + gateway.name() + " call " + text(places) + ", not "
                        + Addresses.text(called, false) + "."));
    }

    private Endpoint own(GatewaySettings gateway, List<Endpoint> places, Endpoint client, boolean doors) {
        var own = places.stream().filter(place -> place.ipv4() == client.ipv4() && !place.address().isAnyLocalAddress()).toList();
        if (own.size() == 1) {
            return own.getFirst();
        }
        require(!doors, own.isEmpty() && places.stream().noneMatch(place -> everywhere(place, client.address()))
                ? "clients of the gateway " + gateway.name() + " call " + text(places) + ", and " + Addresses.text(client.address(), false)
                        + " cannot."
                : "the gateway " + gateway.name() + " has several addresses: say with --called which the client has called.");
        return places.getFirst();
    }

    /** Who listens on {@code [::]} listens on every IPv4 address too. */
    private static boolean everywhere(Endpoint place, InetAddress address) {
        return place.address().isAnyLocalAddress() && (!place.ipv4() || address.getAddress().length == 4);
    }

    private Endpoint seen(GatewaySettings gateway, Endpoint client, Endpoint server, boolean doors) {
        var known = switch (gateway.serverSees()) {
            case SourceAddress.Routed() -> null;
            case SourceAddress.OfClient() -> client.ipv4() == server.ipv4() ? client : null;
            case SourceAddress.Own own -> own.towards(server.address()) instanceof InetAddress address
                    ? new Endpoint(address, OWN_PORT) : null;
        };
        if (known != null) {
            require(seen == null, "the configuration says what servers of the gateway " + gateway.name() + " see: "
                    + "leave --server-sees out.");
            return known;
        }
        if (seen != null || !doors) {
            return new Endpoint(seen == null ? SOME_CLIENT : seen, OWN_PORT);
        }
        return new Endpoint(routed(server), OWN_PORT);
    }

    /** The address that this host would connect from; nothing is sent. */
    private InetAddress routed(Endpoint server) {
        try (var channel = DatagramChannel.open()) {
            channel.connect(server.toSocketAddress());
            return Endpoint.unmapped(((InetSocketAddress) channel.getLocalAddress()).getAddress());
        } catch (IOException unreachable) {
            throw wrong("this host has no way to " + server + ": say with --server-sees which address of the gateway it sees.");
        }
    }

    private static String text(List<?> values) {
        return values.stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    private void require(boolean given, String otherwise) {
        if (!given) {
            throw wrong(otherwise);
        }
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }
}
