package dev.sallyport.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.datapath.kernel.NftProgram;
import dev.sallyport.datapath.kernel.PolicyRoutes;
import dev.sallyport.datapath.kernel.Ruleset;
import dev.sallyport.datapath.kernel.RulesetCounter;
import dev.sallyport.datapath.kernel.RulesetSettings;
import dev.sallyport.datapath.kernel.RulesetSettings.Data;
import dev.sallyport.datapath.kernel.RulesetSettings.Gateway;
import dev.sallyport.datapath.kernel.RulesetSettings.Interception;
import dev.sallyport.datapath.kernel.RulesetSettings.Local;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.net.Network.Topology;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A network whose gateway has the base ruleset, with the connections and the questions that the tests need. */
public final class Wall implements AutoCloseable {
    static final int LISTENER = 2121;
    static final PolicyRoutes ROUTES =
            new PolicyRoutes(RulesetSettings.DEFAULT_INTERCEPT_MARK, PolicyRoutes.DEFAULT_TABLE);

    private static final int CONNECT_MILLIS = 1500;
    private static final int REFUSED_MILLIS = 120;
    private static final Pattern PACKETS = Pattern.compile("packets (\\d+)");

    final Network network;

    private Wall(Network network) {
        this.network = network;
    }

    static Wall build(Topology topology, RulesetSettings.Wall wall, Gateway gateway) throws Exception {
        var built = new Wall(Network.open(topology));
        try {
            built.install(wall, gateway);
            return built;
        } catch (Throwable e) {
            built.close();
            throw e;
        }
    }

    void install(RulesetSettings.Wall wall, Gateway gateway) throws Exception {
        var settings = settings(wall, gateway);
        network.gateway().call(() -> {
            var nft = new NftProgram();
            nft.check(Ruleset.render(settings));
            nft.install(Ruleset.render(settings));
            if (settings.transparent()) {
                ROUTES.install();
            }
            return true;
        });
    }

    static RulesetSettings settings(RulesetSettings.Wall wall, Gateway... gateways) {
        return new RulesetSettings(
                List.of(gateways),
                wall,
                RulesetSettings.DEFAULT_SET_SIZE,
                true,
                RulesetSettings.DEFAULT_INTERCEPT_MARK,
                RulesetSettings.DEFAULT_OWN_MARK);
    }

    public static Gateway gateway(Topology topology, Interception interception, Data data, @Nullable Local local) throws IOException {
        return gateway(topology, interception, data, List.of(), local);
    }

    /** @param passivePorts of its servers */
    public static Gateway gateway(
            Topology topology, Interception interception, Data data, List<PortRange> passivePorts, @Nullable Local local)
            throws IOException {
        boolean spoofed = interception == Interception.TPROXY && topology != Topology.OUTBOUND;
        return new Gateway(
                "test",
                interception,
                data,
                spoofed,
                Network.INSIDE,
                Network.OUTSIDE,
                List.of(new Port(21)),
                new Port(LISTENER),
                List.of(),
                topology == Topology.VIP
                        ? List.of(InetAddress.getByName(Network.VIP.four()), InetAddress.getByName(Network.VIP.six()))
                        : List.of(),
                List.of(),
                Stream.of(Network.SERVER.four(), Network.SERVER.six())
                        .map(server -> Objects.requireNonNull(dev.sallyport.ftp.Network.parse(server)))
                        .toList(),
                PortRange.parse("61000-61010"),
                PortRange.parse("62000-62010"),
                passivePorts,
                local);
    }

    void open(Pinhole pinhole) throws Exception {
        open(pinhole, "30s");
    }

    void open(Pinhole pinhole, String timeout) throws Exception {
        network.gateway().nft(pinhole.elements(timeout));
    }

    long count(RulesetCounter counter) throws Exception {
        var found = PACKETS.matcher(network.gateway().require("nft", "list", "counter", "inet", "sallyport", counter.nftName()));
        assertThat(found.find()).isTrue();
        return Long.parseLong(found.group(1));
    }

    public static ServerSocket listen(Host host, String address, int port) throws Exception {
        return host.call(() -> {
            var listener = new ServerSocket();
            listener.setReuseAddress(true);
            listener.bind(new InetSocketAddress(address, port), 64);
            listener.setSoTimeout(CONNECT_MILLIS);
            return listener;
        });
    }

    public static Socket connect(Host host, String from, int fromPort, String to, int port) throws Exception {
        return connect(host, from, fromPort, to, port, CONNECT_MILLIS);
    }

    /** Whether a connection is refused, by silence or by a reset. */
    public static boolean refused(Host host, String from, int fromPort, String to, int port) throws Exception {
        try (var socket = connect(host, from, fromPort, to, port, REFUSED_MILLIS)) {
            return !socket.isConnected();
        } catch (IOException expected) {
            return true;
        }
    }

    /** Nobody has got through to there. */
    static void assertNobodyCame(ServerSocket listener) throws IOException {
        listener.setSoTimeout(REFUSED_MILLIS);
        assertThatThrownBy(() -> listener.accept().close()).isInstanceOf(SocketTimeoutException.class);
        listener.setSoTimeout(CONNECT_MILLIS);
    }

    private static Socket connect(Host host, String from, int fromPort, String to, int port, int millis) throws Exception {
        return host.call(() -> {
            var socket = new Socket();
            try {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(from, fromPort));
                socket.connect(new InetSocketAddress(to, port), millis);
                return socket;
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        });
    }

    /** Bytes go both ways. */
    public static void converse(Socket one, Socket other) throws IOException {
        one.setSoTimeout(CONNECT_MILLIS);
        other.setSoTimeout(CONNECT_MILLIS);
        one.getOutputStream().write("there".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(other.getInputStream().readNBytes(5)).isEqualTo("there".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        other.getOutputStream().write("back".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(one.getInputStream().readNBytes(4)).isEqualTo("back".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    @Override
    public void close() {
        network.close();
    }
}
