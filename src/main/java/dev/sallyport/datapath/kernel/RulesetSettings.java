package dev.sallyport.datapath.kernel;

import dev.sallyport.ftp.Network;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the base ruleset is made from: the gateways of one process, which share its table.
 *
 * @param gateways in the order in which they are asked for a connection; no two have the same name
 * @param wall what becomes of forwarded connections that are not ours
 * @param setSize the most elements of each set and map, positive; one transfer takes one in each of up to four
 * @param events whether flows through pinholes are reported as conntrack events
 * @param interceptMark on packets to be delivered to this host although addressed to another; the policy routes ask for it
 * @param ownMark SO_MARK of every transparent (IP_TRANSPARENT) socket of the process, listener or not, and of no other;
 *     shares no bit with {@code interceptMark}, for accepted sockets inherit it
 */
public record RulesetSettings(
        List<Gateway> gateways, Wall wall, int setSize, boolean events, PacketMark interceptMark, PacketMark ownMark) {

    public static final int DEFAULT_SET_SIZE = 65_535;
    public static final PacketMark DEFAULT_INTERCEPT_MARK = new PacketMark(0x0100_0000, 0x0100_0000);
    public static final PacketMark DEFAULT_OWN_MARK = new PacketMark(0x0200_0000, 0x0200_0000);

    /** What becomes of forwarded connections that no pinhole waits for. */
    public enum Wall {
        /** They are dropped, whatever they are. */
        CLOSED,
        /** They are left to the host's other tables. */
        OPEN
    }

    /** How control connections come to the gateway. */
    public enum Interception {
        /** Clients connect to it. */
        NONE,
        /** Their packets are delivered to it as they are. */
        TPROXY,
        /** Their destination is translated to it. */
        REDIRECT
    }

    /** Who carries the data connections. */
    public enum Data {
        RELAY,
        KERNEL,
        /** The kernel, and beside it a relay at the same ports. */
        BOTH;

        boolean relayed() {
            return this != KERNEL;
        }

        boolean inKernel() {
            return this != RELAY;
        }
    }

    /**
     * Clients on the gateway's own host. With neither users nor groups it is every user but the gateway's.
     *
     * @param users numbers of users, not the gateway's own
     * @param groups numbers of groups
     * @param gatewayUser the user that the gateway runs as: its own connections are never redirected
     */
    public record Local(List<Long> users, List<Long> groups, long gatewayUser) {
        public Local {
            users = List.copyOf(users);
            groups = List.copyOf(groups);
            if (users.contains(gatewayUser)) {
                throw new IllegalArgumentException(
                        "user " + gatewayUser + " runs the gateway: it would be led to itself for ever");
            }
        }
    }

    /**
     * @param name letters, digits, dots, dashes and underscores
     * @param interception how control connections come to it
     * @param data who carries its data connections
     * @param spoofed whether the server sees the client's own address, not the gateway's
     * @param inside interfaces on the clients' side, as nft matches them ({@code eth0}, {@code ppp*}); empty for any
     * @param outside interfaces on the servers' side; empty for any
     * @param controlPorts where FTP servers listen; empty for every port, which then a relay carries
     * @param listener where the gateway listens for intercepted connections
     * @param own addresses of this host whose control ports are not intercepted; empty for all that it has
     * @param vips addresses of this host that stand for servers: intercepted, and clients' data connections come to them
     * @param clients who is served; empty for all
     * @param servers to which servers; empty for all. Others are not intercepted, and then up to the wall
     * @param dataPorts where clients' data connections may be led to
     * @param serverDataPorts where servers' data connections may be led to
     * @param passivePorts the passive ports of servers, each of which may be opened whole to a client whose session is opaque
     * @param local clients on this host; null for none. Only with redirect
     */
    public record Gateway(
            String name,
            Interception interception,
            Data data,
            boolean spoofed,
            List<String> inside,
            List<String> outside,
            List<Port> controlPorts,
            Port listener,
            List<InetAddress> own,
            List<InetAddress> vips,
            List<Network> clients,
            List<Network> servers,
            PortRange dataPorts,
            PortRange serverDataPorts,
            List<PortRange> passivePorts,
            @Nullable Local local) {

        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
        /** IFNAMSIZ of linux/if.h, without its closing zero. */
        private static final Pattern INTERFACE = Pattern.compile("[A-Za-z0-9._:@-]{1,15}|[A-Za-z0-9._:@-]{1,14}\\*");

        /** @throws IllegalArgumentException when a value is not what its parameter says, or two do not go together */
        public Gateway {
            inside = List.copyOf(inside);
            outside = List.copyOf(outside);
            controlPorts = List.copyOf(controlPorts);
            own = List.copyOf(own);
            vips = List.copyOf(vips);
            clients = List.copyOf(clients);
            servers = List.copyOf(servers);
            passivePorts = List.copyOf(passivePorts);
            // These two become part of a program for nft.
            require(NAME.matcher(name).matches(), "a gateway's name has letters, digits, dots, dashes, underscores: " + name);
            for (var list : List.of(inside, outside)) {
                list.forEach(one -> require(INTERFACE.matcher(one).matches(), "not the name of an interface: " + one));
            }
            require(!controlPorts.isEmpty() || !data.inKernel(), "connections to every port are relayed");
            require(local == null || interception == Interception.REDIRECT, "clients on this host need redirect");
        }

        /** Whether it has sockets with addresses that are not this host's. */
        public boolean transparent() {
            return transparentInside() || spoofed;
        }

        /** Whether it speaks to clients as their server: what tproxy accepts, and what a relay dials for active data. */
        boolean transparentInside() {
            return interception == Interception.TPROXY || data.relayed() && interception != Interception.NONE;
        }

        private static void require(boolean good, String otherwise) {
            if (!good) {
                throw new IllegalArgumentException(otherwise);
            }
        }
    }

    /** @throws IllegalArgumentException when a value is not what its parameter says */
    public RulesetSettings {
        gateways = List.copyOf(gateways);
        if (setSize <= 0) {
            throw new IllegalArgumentException("the sets hold at least one element, not " + setSize);
        }
        if (interceptMark.overlaps(ownMark)) {
            throw new IllegalArgumentException("the marks share bits: " + interceptMark + " and " + ownMark);
        }
        var names = new HashSet<String>();
        gateways.forEach(gateway -> {
            if (!names.add(gateway.name())) {
                throw new IllegalArgumentException("two gateways are called " + gateway.name());
            }
        });
    }

    /** Whether the {@link PolicyRoutes} are needed. */
    public boolean transparent() {
        return gateways.stream().anyMatch(Gateway::transparent);
    }
}
