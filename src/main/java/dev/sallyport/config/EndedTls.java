package dev.sallyport.config;

import dev.sallyport.config.TlsOptions.ClientCertificates;
import dev.sallyport.config.TlsOptions.Verify;
import dev.sallyport.config.yaml.Form;
import dev.sallyport.config.yaml.Located;
import dev.sallyport.config.yaml.Problems;
import dev.sallyport.config.yaml.Section;
import dev.sallyport.ftp.Port;
import dev.sallyport.proxy.ServerChoice;
import dev.sallyport.session.TlsPolicy.Ended;
import dev.sallyport.session.TlsPolicy.Ended.Client;
import dev.sallyport.session.TlsPolicy.Ended.ClientData;
import dev.sallyport.session.TlsPolicy.Ended.Server;
import dev.sallyport.session.TlsPolicy.Ended.ServerData;
import dev.sallyport.tls.TlsVersion;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The section {@code tls} of a gateway that ends TLS itself. */
record EndedTls(Located<Client> client, Located<Server> server, Ended policy, TlsOptions options) {

    private static final Port PLAIN = new Port(21);

    /** As it is written: {@code explicit}, as the server's, for what is offered. */
    private enum ClientWord {
        NONE,
        EXPLICIT,
        REQUIRED,
        IMPLICIT;

        Client meaning() {
            return switch (this) {
                case NONE -> Client.NONE;
                case EXPLICIT -> Client.OFFERED;
                case REQUIRED -> Client.REQUIRED;
                case IMPLICIT -> Client.IMPLICIT;
            };
        }
    }

    private enum Demand {
        ASKED,
        REQUIRED
    }

    private enum Reuse {
        OFFER,
        DEMAND
    }

    private static final Form<Client> CLIENT = Form.oneOf(ClientWord.class).as(ClientWord::meaning);

    /** Null when something in it is wrong, which is then among the problems. @param file the configuration file */
    static @Nullable EndedTls read(Section section, Problems problems, Path file) {
        var client = section.required("client", CLIENT);
        var server = section.required("server", Form.oneOf(Server.class));
        var certificates = certificates(section, file, client);
        var asked = section.section("clientCertificates");
        var clientCertificates = asked.empty() ? null : clientCertificates(asked, file);
        var verify = verify(section, file);
        var name = section.optional("name", Forms.PEER_NAME);
        var versions = section.someOf("versions", Forms.TLS_VERSION).stream().map(Located::value).collect(Collectors.toSet());
        var data = section.section("data");
        var clientData = data.value("client", Form.oneOf(ClientData.class), ClientData.ALLOW);
        var serverData = data.value("server", Form.oneOf(ServerData.class), ServerData.PRIVATE);
        data.end();
        var reuse = section.value("reuse", Form.oneOf(Reuse.class), Reuse.OFFER);
        section.end();
        if (client == null || server == null || problems.any()) {
            return null;
        }
        refuseIdle(section, data, client.value(), server.value());
        if (client.value() != Client.NONE && clientData == ClientData.REFUSE && section.has("reuse")) {
            section.refuse("reuse", "with data.client: refuse there is no TLS on clients' data connections: leave it out.");
        }
        if (client.value() == Client.NONE && serverData == ServerData.AS_CLIENT) {
            data.refuse("server", "clients without TLS choose nothing: write private or clear.");
        }
        if (server.value() == Server.AS_CLIENT && client.value() != Client.OFFERED && client.value() != Client.REQUIRED) {
            problems.add(server, "the server is asked for TLS when the client asks, which this client never does: write explicit, "
                    + "implicit or none.");
        } else if (client.value() == Client.NONE && server.value() == Server.NONE) {
            section.refuse("there is no TLS on either side: write tls: deny, or another client or server here.");
        }
        return problems.any()
                ? null
                : new EndedTls(
                        client, server, new Ended(client.value(), server.value(), clientData, serverData),
                        new TlsOptions(
                                certificates, clientCertificates, server.value() == Server.NONE ? null : verify,
                                name == null ? null : name.value(), versions.isEmpty() ? EnumSet.allOf(TlsVersion.class) : versions,
                                client.value() != Client.NONE && clientData != ClientData.REFUSE && reuse == Reuse.DEMAND));
    }

    private static List<TlsFiles> certificates(Section section, Path file, @Nullable Located<Client> client) {
        if (section.has("certificates") && !section.holdsKeys("certificates")) {
            return read(section.sections("certificates", "- { certificate: ftp.pem, key: ftp.key }"), file);
        }
        var certificates = section.oneOrMany("certificates");
        if (certificates.isEmpty() && client != null && client.value() != Client.NONE) {
            section.refuse("'certificates' is missing, which the gateway shows to clients: write "
                    + "certificates: { certificate: ftp.pem, key: ftp.key }, or a list of such.");
        }
        return read(certificates, file);
    }

    private static List<TlsFiles> read(List<Section> certificates, Path file) {
        return certificates.stream().map(each -> TlsFiles.read(each, file)).filter(Objects::nonNull).toList();
    }

    private static @Nullable ClientCertificates clientCertificates(Section section, Path file) {
        var ca = section.required("ca", Forms.PEM);
        var demand = section.value("demand", Form.oneOf(Demand.class), Demand.REQUIRED);
        section.end();
        return ca == null ? null : new ClientCertificates(file.resolveSibling(ca.value()), demand == Demand.REQUIRED);
    }

    private static Verify verify(Section section, Path file) {
        if (!section.holdsKeys("verify")) {
            var system = new Verify.BySystem();
            return section.value("verify", Form.of(
                    "system, { ca: FILE } or { pins: [sha256/...] }", List.of("system"),
                    text -> text.equals("system") ? system : null), system);
        }
        var verify = section.section("verify");
        var ca = verify.optional("ca", Forms.PEM);
        var pins = verify.someOf("pins", Forms.PIN).stream().map(Located::value).collect(Collectors.toSet());
        verify.end();
        if (verify.has("ca") == verify.has("pins")) {
            verify.refuse("a server is known by who has signed its certificate, or by its key: write ca or pins.");
        }
        return ca == null ? new Verify.ByKey(pins) : new Verify.ByAuthorities(file.resolveSibling(ca.value()));
    }

    /** Keys that nothing would come of. */
    private static void refuseIdle(Section section, Section data, Client client, Server server) {
        if (client == Client.NONE) {
            refuseIdle(section, "client", List.of("certificates", "clientCertificates", "reuse"));
            refuseIdle(data, "client", List.of("client"));
        }
        if (server == Server.NONE) {
            refuseIdle(section, "server", List.of("verify", "name"));
            refuseIdle(data, "server", List.of("server"));
        }
    }

    private static void refuseIdle(Section section, String side, List<String> keys) {
        keys.stream().filter(section::has).forEach(key -> section.refuse(
                key, "'" + key + "' is about TLS with the " + side + ", and with " + side + ": none there is none: leave it out."));
    }

    /** What does not go together with where clients come from, and which server they come to. */
    void refuseWith(InterceptionText intercepted, Problems problems) {
        var ports = intercepted.interception().controlPorts();
        if (client.value() == Client.IMPLICIT && intercepted.interception().intercepts() && (ports.isEmpty() || ports.contains(PLAIN))) {
            problems.add(client, ports.isEmpty()
                    ? "with intercept.ports: any TLS from the first byte may be anything: name the ports, such as intercept.ports: 990."
                    : "clients with TLS from the first byte call another port than 21: write intercept.ports: 990.");
        }
        switch (intercepted.server().value()) {
            case ServerChoice.Original _ -> {
                if (options.verify() != null && options.name() == null && !(options.verify() instanceof Verify.ByKey)) {
                    problems.add(server, "clients call many servers by their addresses, and whom these have to prove to be is not known: "
                            + "write tls.name, or tls.verify: { pins: [sha256/...] }.");
                }
            }
            case ServerChoice.Fixed(var address) -> {
                if (server.value() == Server.IMPLICIT && address.port().equals(PLAIN)) {
                    problems.add(intercepted.server(), "servers have TLS from the first byte on another port than 21: write it behind the "
                            + "server's name, such as " + address.host() + ":990.");
                }
            }
        }
    }
}
