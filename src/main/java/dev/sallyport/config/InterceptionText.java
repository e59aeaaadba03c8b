package dev.sallyport.config;

import dev.sallyport.config.yaml.Form;
import dev.sallyport.config.yaml.Located;
import dev.sallyport.config.yaml.Problems;
import dev.sallyport.config.yaml.Section;
import dev.sallyport.datapath.kernel.PacketMark;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.proxy.GatewaySettings.Carrier;
import dev.sallyport.proxy.Interception;
import dev.sallyport.proxy.ServerChoice;
import dev.sallyport.proxy.SourceAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How clients come to a gateway, which server they come to, and whom that sees: what depends on each other. */
record InterceptionText(
        Interception interception, Located<ServerChoice> server, SourceAddress serverSees, Carrier carrier) {

    private static final Interception NONE = Interception.NONE;

    private static final Form<ServerChoice> SERVER =
            Form.wordOr("original", new ServerChoice.Original(List.of()), Forms.SERVER.as(ServerChoice.Fixed::new));

    /** Null for {@code auto}. */
    private static final Form<Optional<SourceAddress>> SERVER_SEES = Form.wordOr(
            "auto", Optional.empty(),
            Form.wordOr(
                    "client", Optional.of(new SourceAddress.OfClient()),
                    Form.wordOr(
                            "gateway", Optional.of(new SourceAddress.Routed()),
                            Forms.ADDRESS.as(address -> Optional.of(new SourceAddress.Own(List.of(address)))))));

    /** The numbers that a kernel gives to users and groups; the highest means none. */
    private static final Form<Integer> USER_NUMBER = Form.integer(0, Integer.MAX_VALUE);

    /** Null when something in it is wrong, which is then among the problems. */
    static @Nullable InterceptionText read(
            Section gateway, List<Located<Endpoint>> listen, Problems problems, PacketMark ownMark) {
        var intercept = gateway.section("intercept");
        var mode = intercept.optional("mode", Form.oneOf(Interception.Kind.class));
        var kind = mode == null ? NONE.kind() : mode.value();
        var clientInterfaces = values(intercept.anyNumber("clientInterfaces", Forms.INTERFACE));
        var serverInterfaces = values(intercept.anyNumber("serverInterfaces", Forms.INTERFACE));
        var clients = values(intercept.anyNumber("clients", Forms.NETWORK));
        var addresses = intercept.anyNumber("addresses", Forms.ADDRESS);
        var ports = intercept.anyNumber("ports", Forms.CONTROL_PORT);
        var others = intercept.value("others", Form.oneOf(Interception.Others.class), NONE.others());
        var users = intercept.anyNumber("users", USER_NUMBER);
        var groups = intercept.anyNumber("groups", USER_NUMBER);
        intercept.end();
        var server = gateway.required("server", SERVER);
        var servers = gateway.anyNumber("servers", Forms.NETWORK);
        var sees = gateway.anyNumber("serverSees", SERVER_SEES);
        var carrier = gateway.optional("dataPath", Form.oneOf(Carrier.class));
        if (server == null || problems.any()) {
            // What does not go together is told when each part is right.
            return null;
        }

        var refusals = new Refusals(problems);
        var everyPort = ports.stream().anyMatch(port -> port.value().isEmpty());
        var relays = carrier == null || carrier.value() == Carrier.RELAY;
        var original = server.value() instanceof ServerChoice.Original;
        if (kind == Interception.Kind.NONE) {
            refusals.when(original, server, "'original' is the server that an intercepted connection was meant for, and nothing "
                    + "is intercepted here: name the server, or write intercept: { mode: tproxy } or redirect.");
            refusals.each(ports, "nothing is intercepted here: write intercept.mode too, or leave this out.");
            refusals.each(addresses, "nothing is intercepted here: write intercept.mode too, or leave this out.");
        } else {
            refusals.when(listen.size() > 1, listen.getLast(), "intercepted connections come to one place: write one address "
                    + "and port, such as \"[::]:2121\".");
            refusals.when(listen.size() == 1 && !listen.getFirst().value().address().isAnyLocalAddress(), listen.getFirst(),
                    "intercepted connections come with all kinds of addresses: write \"[::]:"
                    + listen.getFirst().value().port() + "\", which none but they can reach.");
            refusals.when(!original && addresses.isEmpty(), server, "clients are intercepted and led to this one server: say "
                    + "under intercept.addresses which addresses of this host stand for it, or write server: original.");
            refusals.when(server.value() instanceof ServerChoice.Fixed(var named) && named.literal() == null, server,
                    "the packet filter knows no names: write the address of the server.");
            refusals.when(server.value() instanceof ServerChoice.Fixed(var itself) && itself.literal() != null
                    && values(addresses).contains(itself.literal())
                    && (everyPort || controlPorts(ports, false).contains(itself.port())), server, "this is what clients call and "
                    + "intercept.addresses has: connections to it come to this gateway. Write the server's own address.");
            refusals.when(original && !addresses.isEmpty(), server, "connections to intercept.addresses are meant for this host, "
                    + "which is no FTP server: name the server that they stand for.");
        }
        if (kind != Interception.Kind.REDIRECT) {
            refusals.each(users, "programs on this host can be intercepted by redirect alone: write intercept: { mode: redirect }.");
            refusals.each(groups, "programs on this host can be intercepted by redirect alone: write intercept: { mode: redirect }.");
        }
        refusals.each(
                original ? List.of() : servers,
                "the server is always " + server.value() + ": leave this out, or write server: original.");
        if (everyPort) {
            refusals.when(ports.size() > 1, ports.getFirst(), "'any' stands for every port: leave the others out.");
            refusals.when(!original, server, "with intercept.ports: any clients call many servers: write server: original.");
            refusals.when(!relays, carrier, "with intercept.ports: any data connections come to the gateway too, which "
                    + "relays them: write dataPath: relay.");
        }
        var view = view(kind, sees, refusals);
        var choice = original
                ? new ServerChoice.Original(values(servers))
                : server.value();
        return new InterceptionText(
                new Interception(
                        kind, clientInterfaces, serverInterfaces, clients, values(addresses), controlPorts(ports, everyPort),
                        others, kind == Interception.Kind.NONE ? NONE.ownMark() : ownMark.value(), values(users),
                        values(groups)),
                new Located<>(choice, server.path(), server.node()), view, relays ? Carrier.RELAY : Carrier.KERNEL);
    }

    private static List<Port> controlPorts(List<Located<Optional<Port>>> ports, boolean every) {
        if (every) {
            return List.of();
        }
        return ports.isEmpty() ? NONE.controlPorts() : ports.stream().flatMap(port -> port.value().stream()).toList();
    }

    private static SourceAddress view(
            Interception.Kind kind, List<Located<Optional<SourceAddress>>> sees, Refusals refusals) {
        var spoofs = sees.stream().filter(one -> one.value().orElse(null) instanceof SourceAddress.OfClient).toList();
        if (kind == Interception.Kind.NONE) {
            refusals.each(spoofs, "answers to the client's address would not come back to a gateway that intercepts nothing: "
                    + "write gateway, or intercept.mode too.");
        }
        var own = sees.stream()
                .flatMap(one -> one.value().stream())
                .flatMap(one -> one instanceof SourceAddress.Own addresses ? addresses.addresses().stream() : null)
                .toList();
        if (sees.size() > 1) {
            refusals.when(own.size() < sees.size(), sees.getFirst(), "one word, or addresses alone: one of each family.");
            refusals.when(own.stream().map(Object::getClass).distinct().count() < own.size(), sees.getFirst(),
                    "two addresses of one family: write one of each.");
        }
        if (!own.isEmpty()) {
            return new SourceAddress.Own(own);
        }
        var otherwise = kind == Interception.Kind.TPROXY ? new SourceAddress.OfClient() : new SourceAddress.Routed();
        return sees.isEmpty() ? otherwise : sees.getFirst().value().orElse(otherwise);
    }

    private static <T> List<T> values(List<Located<T>> located) {
        return located.stream().map(Located::value).toList();
    }

    /** What does not go together, told where it stands. */
    private record Refusals(Problems problems) {

        void when(boolean wrong, @Nullable Located<?> where, String why) {
            if (wrong && where != null) {
                problems.add(where.node(), where.path(), why);
            }
        }

        void each(List<? extends Located<?>> where, String why) {
            where.forEach(one -> when(true, one, why));
        }
    }
}
