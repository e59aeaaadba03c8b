package dev.sallyport.peers;

import dev.sallyport.peers.FtpsClient.Arrangement;
import dev.sallyport.session.TlsPolicy.Ended;
import dev.sallyport.session.TlsPolicy.Ended.Client;
import dev.sallyport.session.TlsPolicy.Ended.ClientData;
import dev.sallyport.session.TlsPolicy.Ended.Server;
import dev.sallyport.session.TlsPolicy.Ended.ServerData;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One place in the matrix of TLS: one session.
 *
 * @param ends with whom the gateway has TLS
 * @param security each side's that has TLS; where a server cannot speak so from the first byte it is asked with AUTH
 * @param arrangement of data connections
 */
record FtpsCell(Ends ends, FtpsServer server, FtpsClient client, FtpsSecurity security, Arrangement arrangement) {

    enum Ends {
        BRIDGE(true, true),
        TERMINATE(true, false),
        ORIGINATE(false, true);

        final boolean client;
        final boolean server;

        Ends(boolean client, boolean server) {
            this.client = client;
            this.server = server;
        }
    }

    /** All that the clients and the servers can do. */
    static List<FtpsCell> all() {
        return Arrays.stream(Ends.values())
                .flatMap(ends -> Arrays.stream(FtpsServer.values())
                        .flatMap(server -> FtpsSecurity.all()
                                .filter(security -> ends.client || server.implicit || !security.implicit())
                                .flatMap(security -> Arrays.stream(FtpsClient.values())
                                        .flatMap(client -> of(ends, server, security, client)))))
                .toList();
    }

    private static Stream<FtpsCell> of(Ends ends, FtpsServer server, FtpsSecurity security, FtpsClient client) {
        return client.arrangements(ends.client ? security : null).stream()
                .map(arrangement -> new FtpsCell(ends, server, client, security, arrangement));
    }

    /** How the client speaks TLS; null where it speaks none. */
    @Nullable FtpsSecurity clientSecurity() {
        return ends.client ? security : null;
    }

    /** How the server does, of which this is the usual setup. */
    TlsSetup serverSetup(TlsSetup usual) {
        var setup = usual.with(security.dataPrivate() ? server.privateData() : TlsSetup.Data.CLEAR);
        return serverImplicit() ? setup.fromTheFirstByte() : setup;
    }

    private boolean serverImplicit() {
        return security.implicit() && server.implicit;
    }

    /** Whether the server asks that data connections resume. */
    private boolean reuseAsked() {
        return ends.server && security.dataPrivate() && server.reuse;
    }

    /** Whether the gateway asks it of the client. */
    boolean reuseDemanded() {
        return ends.client && security.dataPrivate() && client.resumes(security, reuseAsked());
    }

    Ended policy() {
        return new Ended(
                !ends.client ? Client.NONE : security.implicit() ? Client.IMPLICIT : Client.REQUIRED,
                !ends.server ? Server.NONE : serverImplicit() ? Server.IMPLICIT : Server.EXPLICIT,
                security.dataPrivate() ? ClientData.REQUIRE : ClientData.REFUSE,
                security.dataPrivate() ? ServerData.PRIVATE : ServerData.CLEAR);
    }

    Exchanger program() {
        return client.program(clientSecurity(), reuseAsked());
    }

    /** A server's, which many cells have in common. */
    String serverName() {
        return server.name().toLowerCase(Locale.ROOT)
                + (ends.server ? (serverImplicit() ? "-implicit-" : "-explicit-") + security.prot() : "");
    }

    /** A name that serves as a directory's. */
    @Override
    public String toString() {
        return String.join(
                "-", ends.name(), server.name(), client.name(), security.begin(), security.prot(), security.protocol(),
                arrangement.modes().stream().map(TransferMode::name).collect(Collectors.joining("+")), arrangement.family().name());
    }
}
