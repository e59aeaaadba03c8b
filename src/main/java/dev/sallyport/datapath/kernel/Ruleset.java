package dev.sallyport.datapath.kernel;

import dev.sallyport.datapath.kernel.RulesetSettings.Data;
import dev.sallyport.datapath.kernel.RulesetSettings.Gateway;
import dev.sallyport.datapath.kernel.RulesetSettings.Interception;
import dev.sallyport.datapath.kernel.RulesetSettings.Wall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * The base ruleset: the text that nft installs, made from {@code deploy/nftables/sallyport.nft}. What it holds when it is
 * installed is nothing yet: pinholes are added over netlink.
 */
public final class Ruleset {

    /** The one table, of family inet. */
    public static final String TABLE = "sallyport";

    /** In the conntrack mark of a flow that came through a pinhole; the lower 31 bits number its transfer. */
    public static final int OWN_FLOW = 0x8000_0000;

    private static final String TEMPLATE = template();

    private Ruleset() {}

    /** The whole text, with comments, as one transaction that replaces a table of that name. */
    public static String render(RulesetSettings settings) {
        return RulesetTemplate.fill(TEMPLATE, Map.ofEntries(
                Map.entry("size", Integer.toString(settings.setSize())),
                Map.entry("events", settings.events()),
                Map.entry("closed", settings.wall() == Wall.CLOSED),
                Map.entry("interceptMark", settings.interceptMark().toString()),
                Map.entry("interceptValue", PacketMark.text(settings.interceptMark().value())),
                Map.entry("interceptMask", PacketMark.text(settings.interceptMark().mask())),
                Map.entry("interceptKeep", PacketMark.text(~settings.interceptMark().mask())),
                Map.entry("ownMark", settings.ownMark().toString()),
                Map.entry("ownValue", PacketMark.text(settings.ownMark().value())),
                Map.entry("ownMask", PacketMark.text(settings.ownMark().mask())),
                Map.entry("transparent", settings.transparent()),
                Map.entry("ownSockets", settings.transparent() || any(settings, gateway -> gateway.data().inKernel())),
                Map.entry("anyRelay", any(settings, gateway -> gateway.data().relayed())),
                Map.entry("anyKernel", any(settings, gateway -> gateway.data().inKernel())),
                Map.entry("anyBoth", any(settings, gateway -> gateway.data() == Data.BOTH)),
                Map.entry("anyLocal", any(settings, gateway -> gateway.local() != null)),
                Map.entry("anyRange", !ranges(settings).isEmpty()),
                Map.entry("ranges", ranges(settings)),
                Map.entry("gateways", settings.gateways().stream().map(Ruleset::gateway).toList())));
    }

    /** What removes the table, whether it is there or not. */
    public static String removal() {
        return "table inet " + TABLE + " {}\ndelete table inet " + TABLE + "\n";
    }

    private static Map<String, ?> gateway(Gateway gateway) {
        var matches = new GatewayMatches(gateway);
        return Map.ofEntries(
                Map.entry("tproxy", gateway.interception() == Interception.TPROXY),
                Map.entry("redirect", gateway.interception() == Interception.REDIRECT),
                Map.entry("relay", gateway.data().relayed()),
                Map.entry("kernel", gateway.data().inKernel()),
                Map.entry("relayToServers", gateway.data().relayed() && gateway.spoofed()),
                Map.entry("dataDoor", gateway.data() == Data.BOTH ? "shared_port" : "data_port"),
                Map.entry("controlPorts", matches.controlPorts()),
                Map.entry("listener", gateway.listener().toString()),
                Map.entry("relayedPorts", matches.relayedPorts()),
                Map.entry("serverDataPorts", gateway.serverDataPorts().toString()),
                Map.entry("name", gateway.name()),
                Map.entry("sides", matches.sides()),
                Map.entry("sockets", matches.sockets()),
                Map.entry("towards", matches.towards()),
                Map.entry("backwards", matches.backwards()),
                Map.entry("locals", matches.locals()),
                Map.entry("dataDoors", matches.dataDoors()));
    }

    /** The passive ranges that the kernel may open, whosever they are. */
    private static List<Map<String, String>> ranges(RulesetSettings settings) {
        return settings.gateways().stream()
                .filter(gateway -> gateway.data().inKernel())
                .flatMap(gateway -> gateway.passivePorts().stream())
                .distinct()
                .map(ports -> Map.of("name", RangeElements.name(ports), "ports", ports.toString()))
                .toList();
    }

    private static boolean any(RulesetSettings settings, Predicate<Gateway> condition) {
        return settings.gateways().stream().anyMatch(condition);
    }

    private static String template() {
        try (var resource = Ruleset.class.getResourceAsStream("sallyport.nft")) {
            return new String(Objects.requireNonNull(resource, "sallyport.nft").readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
